import numpy as np
import pytest
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from heed.figures.picture_grid import LARGEST_SIDE, note, picture_grid, pixels_of
from heed.figures.theme import TEXT_WIDTH, pdf, png


def picture(level: int = 0, size: int = 16) -> np.ndarray:
    return np.full((size, size, 3), level, np.uint8)


def extents(figure: Figure) -> dict[str, tuple[float, float, float, float]]:
    """Left, top, right and bottom of each picture in inches."""
    found = {}
    for image in figure.axes[0].images:
        left, right, bottom, top = image.get_extent()
        found[image.get_gid()] = (left, top, right, bottom)
    return found


def texts(figure: Figure) -> dict[str, tuple[float, float]]:
    return {text.get_text(): text.get_position() for text in figure.axes[0].texts}


def test_pictures_are_square_in_rows_and_columns_that_fill_the_width() -> None:
    figure = picture_grid([[picture(1), picture(2)] * 4, [picture(3), None] * 4])
    boxes = extents(figure)
    assert list(boxes) == [f"picture 0 {c}" for c in range(8)] + [
        f"picture 1 {c}" for c in (0, 2, 4, 6)
    ]
    sides = {name: (right - left, bottom - top) for name, (left, top, right, bottom) in
             boxes.items()}  # fmt: skip
    np.testing.assert_allclose(list(sides.values()), sides["picture 0 0"][0])
    assert boxes["picture 0 0"][0] == 0
    assert boxes["picture 0 7"][2] == pytest.approx(TEXT_WIDTH)
    assert boxes["picture 1 2"][0] == boxes["picture 0 2"][0]
    assert boxes["picture 1 2"][1] > boxes["picture 0 2"][3]
    stored = {image.get_gid(): image.get_array() for image in figure.axes[0].images}
    assert (stored["picture 0 1"] == 2).all()
    assert (stored["picture 1 2"] == 3).all()
    width, height = figure.get_size_inches()
    assert (width, height) == pytest.approx((TEXT_WIDTH, boxes["picture 1 0"][3] + 0.04))


def test_few_pictures_do_not_grow_beyond_the_largest_side() -> None:
    left, top, right, bottom = extents(picture_grid([[picture()]]))["picture 0 0"]
    assert (right - left, bottom - top) == (LARGEST_SIDE, LARGEST_SIDE)


def test_labels_stand_beside_above_and_below_their_pictures() -> None:
    figure = picture_grid(
        [[picture(), picture()], [picture(), picture()]],
        row_labels=["one", "two"],
        column_labels=["left", "right"],
        captions=[["a", None], [None, "b"]],
    )
    boxes, found = extents(figure), texts(figure)
    assert set(found) == {"one", "two", "left", "right", "a", "b"}
    left, top, right, bottom = boxes["picture 1 1"]
    assert found["b"][0] == found["right"][0] == pytest.approx((left + right) / 2)
    assert found["b"][1] > bottom
    assert found["right"][1] < boxes["picture 0 1"][1]
    assert found["two"][1] == pytest.approx((top + bottom) / 2)
    assert found["two"][0] < boxes["picture 1 0"][0]


def test_no_text_leaves_its_place() -> None:
    figure = picture_grid(
        [[picture()] * 8] * 2,
        row_labels=["a_network_with_a_very_long_name", "x"],
        column_labels=["Mouth Slightly Open"] * 8,
        column_groups=[("Unbreakablenameofanetwork" * 4, 3), ("short", 5)],
        captions=[["labelled present predicted absent"] * 8] * 2,
    )
    figure.canvas.draw()  # places the texts
    bounds = figure.bbox
    for text in figure.axes[0].texts:
        box = text.get_window_extent()
        assert bounds.x0 - 3 <= box.x0 <= box.x1 <= bounds.x1 + 3, text.get_text()
        assert bounds.y0 - 3 <= box.y0 <= box.y1 <= bounds.y1 + 3, text.get_text()
    captions = [text for text in figure.axes[0].texts if "labelled" in text.get_text()]
    boxes = sorted(text.get_window_extent().x0 for text in captions[:8])
    ends = sorted(text.get_window_extent().x1 for text in captions[:8])
    assert all(end < start for end, start in zip(ends, boxes[1:], strict=False))


def test_names_break_after_underscores_and_hyphens_or_anywhere() -> None:
    labels = ["a_network-with_a_very-long_name", "W" * 40]
    figure = picture_grid([[picture()], [picture()]], row_labels=labels)
    named, unbroken = (text.get_text().split("\n") for text in figure.axes[0].texts)
    assert ["".join(named), "".join(unbroken)] == labels
    assert len(named) > 1
    assert len(unbroken) > 1
    assert all(line.endswith(("-", "_")) for line in named[:-1])


def test_groups_of_columns_are_set_apart_under_their_headings() -> None:
    figure = picture_grid([[picture()] * 5], column_groups=[("first", 2), ("second", 3)])
    boxes, found = extents(figure), texts(figure)
    within = boxes["picture 0 1"][0] - boxes["picture 0 0"][2]
    between = boxes["picture 0 2"][0] - boxes["picture 0 1"][2]
    assert between > 2 * within
    ends = boxes["picture 0 2"][0], boxes["picture 0 4"][2]
    assert found["second"][0] == pytest.approx(sum(ends) / 2)


def test_frames_lie_inside_the_pictures_that_have_one() -> None:
    figure = picture_grid([[picture(), picture()]], framed=[[False, True]])
    (frame,) = [p for p in figure.axes[0].patches if isinstance(p, Rectangle)]
    left, top, right, bottom = extents(figure)["picture 0 1"]
    half_line = frame.get_linewidth() / 72 / 2
    assert frame.get_x() - half_line == pytest.approx(left)
    assert frame.get_x() + frame.get_width() + half_line == pytest.approx(right)
    assert frame.get_y() - half_line == pytest.approx(top)
    assert frame.get_y() + frame.get_height() + half_line == pytest.approx(bottom)


def test_pixels_of_a_picture_are_the_centres_of_its_pixels() -> None:
    figure = picture_grid([[picture(size=4), picture(size=8)]], row_labels=["row"])
    axes = figure.axes[0]
    left, top, right, _ = extents(figure)["picture 0 1"]
    to_inches = pixels_of(figure, 0, 1) - axes.transData
    side = right - left
    expected = [(left + side / 16, top + side / 16), (left + side * 7.5 / 8, top + side * 2.5 / 8)]
    np.testing.assert_allclose(to_inches.transform([(0, 0), (7, 2)]), expected)
    with pytest.raises(ValueError, match="row 0, column 2"):
        pixels_of(figure, 0, 2)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"pictures": []}, "rows of the same length"),
        ({"pictures": [[picture()], [picture()] * 2]}, "rows of the same length"),
        ({"pictures": [[picture()[:, :4]]]}, r"a picture is \(16, 4, 3\)"),
        ({"pictures": [[picture()[..., 0]]]}, r"a picture is \(16, 16\)"),
        ({"pictures": [[picture()]], "row_labels": ["a", "b"]}, "row labels: found 2"),
        ({"pictures": [[picture()]], "column_labels": ["a", "b"]}, "column labels: found 2"),
        ({"pictures": [[picture()]], "column_groups": [("a", 2)]}, "columns in groups: found 2"),
        ({"pictures": [[picture()]], "captions": [["a", "b"]]}, "captions: found"),
        ({"pictures": [[picture()]], "framed": [[True], [True]]}, "frames: found"),
        ({"pictures": [[picture()] * 200]}, "does not fit"),
    ],
)
def test_what_does_not_fit_is_an_error(arguments: dict, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        picture_grid(**arguments)


def test_a_note_is_a_sentence() -> None:
    sentence = "Nothing of this kind is to be seen in this run, and this is a long sentence. " * 3
    figure = note(sentence.strip())
    assert figure.texts[0].get_text().replace("\n", " ") == sentence.strip()
    assert figure.get_size_inches()[0] == TEXT_WIDTH


def test_same_bytes_each_time() -> None:
    rng = np.random.default_rng(0)
    pictures = [[rng.integers(0, 256, (16, 16, 3), np.uint8) for _ in range(3)]]
    for encode in (png, pdf):
        first, second = (encode(picture_grid(pictures, row_labels=["a"]), 60) for _ in range(2))
        assert first == second
