"""Numbers of faces beside the rows, read from what is drawn."""

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import to_hex
from matplotlib.figure import Figure

from heed.figures.attribute_bars import Bars, draw_panel_per_model
from heed.figures.attribute_dots import Dots, draw_dots, write_dots_sizes
from heed.figures.drawn_numbers import drawn_numbers
from heed.figures.group_sizes import Sizes, write_shared_sizes, write_sizes
from heed.figures.theme import theme

ROWS = ["Bald", "Big_Lips", "Young"]
LENGTHS = np.array([0.25, 0.5, 0.75])


def written(panel: Axes) -> list[list[str]]:
    """The numbers beside a panel by row, each from left to right."""
    rows: dict[float, list[tuple[float, str]]] = {}
    for text in panel.texts:
        if text.get_text() not in ("", "n"):
            rows.setdefault(text.xy[1], []).append((text.xyann[0], text.get_text()))
    return [[text for _, text in sorted(rows[row])] for row in sorted(rows)]


def bars_of(*n: list[float]) -> Figure:
    models = {
        f"model {rank}": [Bars("a", "#7563aa", LENGTHS, n=np.array(of)),
                          Bars("b", "#bdb544", LENGTHS, n=1000 - np.array(of))]
        for rank, of in enumerate(n)
    }  # fmt: skip
    return draw_panel_per_model(models, ROWS)


def test_numbers_stand_in_their_rows_below_the_marks_of_the_legend() -> None:
    figure = bars_of([3, 20.3, 0], [4, 5, 6])
    left, right = figure.axes
    assert written(left) == [["3", "997"], ["20", "980"], ["0", "1,000"]]
    assert written(right) == [["4", "996"], ["5", "995"], ["6", "994"]]
    marks = [to_hex(line.get_color()) for line in left.lines]
    assert marks == ["#7563aa", "#bdb544"]
    assert [text.get_text() for text in figure.legends[0].get_texts()] == ["a", "b"]


def test_numbers_lie_beside_their_panel_and_inside_the_figure() -> None:
    figure = bars_of([3, 20.3, 0], [4, 5, 6])
    figure.draw_without_rendering()
    left, right = figure.axes
    for panel, end in ((left, right.get_window_extent().x0), (right, figure.bbox.x1 + 1)):
        beside = [text.get_window_extent() for text in panel.texts if text.get_text()]
        assert min(box.x0 for box in beside) > panel.get_window_extent().x1
        assert max(box.x1 for box in beside) < end
        columns = sorted({round(text.xyann[0]) for text in panel.texts if text.get_text() != "n"})
        first, second = (
            [t.get_window_extent() for t in panel.texts
             if t.get_text() and round(t.xyann[0]) == column and t.get_text() != "n"]
            for column in columns
        )  # fmt: skip
        assert max(box.x1 for box in first) < min(box.x0 for box in second)


def test_what_all_panels_share_is_written_once() -> None:
    left, right = bars_of([3, 4, 5], [3, 4, 5]).axes
    assert written(left) == []
    assert len(written(right)) == 3


def test_one_number_for_all_is_a_sentence_in_the_legend() -> None:
    of_model = [Bars("a", "C0", LENGTHS, n=np.full(3, 648.0))]
    figure = draw_panel_per_model({"one": of_model, "two": of_model}, ROWS)
    assert figure.legends[0].get_title().get_text() == "n = 648 faces in each row"
    assert [written(panel) for panel in figure.axes] == [[], []]


def test_four_panels_have_no_room_for_numbers_of_their_own() -> None:
    figure = bars_of([1, 2, 3], [2, 3, 4], [3, 4, 5], [4, 5, 6])
    assert [written(panel) for panel in figure.axes] == [[]] * 4
    assert drawn_numbers(figure)["n"].tolist()[:3] == [1, 2, 3]  # they are in the table


def test_dots_have_their_own_marks_and_a_missing_number_none() -> None:
    with theme():
        figure = Figure(layout="constrained")
        panel = figure.subplots()
        dots = [Dots("a", "C0", LENGTHS, marker="D", n=np.array([7, np.nan, 9]))]
        draw_dots(panel, dots)
        assert write_dots_sizes([panel], [dots]) is None
    assert written(panel) == [["7"], ["9"]]
    assert [line.get_marker() for line in panel.lines] == ["D"]


def test_bars_without_numbers_have_none_beside_them() -> None:
    figure = draw_panel_per_model({"one": [Bars("a", "C0", LENGTHS)]}, ROWS)
    assert written(figure.axes[0]) == []
    assert drawn_numbers(figure)["n"].isna().all()


def test_columns_of_other_panels_with_another_count_are_their_own() -> None:
    figure = Figure(layout="constrained")
    left, right = figure.subplots(1, 2)
    one, two = Sizes(np.array([1.0, 2]), "C0"), Sizes(np.array([3.0, 4]), "C1")
    assert write_shared_sizes([left, right], [[one], [one, two]]) is None
    assert written(left) == [["1"], ["2"]]
    assert written(right) == [["1", "3"], ["2", "4"]]
    write_sizes(left, [two])
