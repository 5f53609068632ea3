from heed.pages.scatter import Axis, Datum, scatter

NAN = float("nan")
AXES = Axis("AMR", "share"), Axis("error rate", "percent")


def test_points_go_to_the_right_and_up() -> None:
    data = [Datum("low", 0, 0.0, 0.0, "L"), Datum("high", 1, 1.0, 0.4, "H")]
    drawn = scatter(["a", "b"], data, *AXES)
    assert [(point.x, point.y) for point in drawn.points] == [(0, 100), (100, 0)]
    assert drawn.points[1].description == "high, b: AMR 1.000, error rate 40.0 %"
    assert drawn.y_ticks[0] == (100, "0 %")
    assert drawn.x_ticks[-1] == (100, "1")


def test_what_lacks_a_number_is_counted() -> None:
    drawn = scatter(["a"], [Datum("x", 0, NAN, 0.1), Datum("y", 0, 0.2, 0.1)], *AXES)
    assert (len(drawn.points), drawn.missing, drawn.incomplete) == (1, 1, 1)
