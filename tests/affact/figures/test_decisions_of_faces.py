import itertools

import numpy as np
import pytest
from matplotlib.colors import to_hex
from matplotlib.figure import Figure

from heed.affact.figures.decisions_of_faces import (
    RIGHT_COLOUR,
    WRONG_COLOUR,
    draw_decisions_of_faces,
)
from heed.figures.theme import TEXT_WIDTH, png

NAN = float("nan")
PICTURE = np.zeros((8, 8, 3), np.uint8)


def cells(figure: Figure) -> tuple[list[str], list[str]]:
    """Colours and words of the cells, face after face."""
    axes = figure.axes[0]
    texts = [text.get_text() for text in axes.texts]
    return [to_hex(patch.get_facecolor()).upper() for patch in axes.patches], texts


def test_wrong_decisions_are_dark_and_crossed() -> None:
    decisions, labels = np.ones((1, 40)), np.ones((1, 40))
    decisions[0, 1] = -1  # Arched_Eyebrows
    labels[0, 2] = -1  # Attractive
    decisions[0, 3] = NAN
    labels[0, 4] = 0
    colours, texts = cells(draw_decisions_of_faces([PICTURE], decisions, labels))
    right, wrong = RIGHT_COLOUR, WRONG_COLOUR
    assert colours == [right, wrong, wrong, "#FFFFFF", "#FFFFFF"] + [right] * 35
    assert texts[:3] == ["5 o Clock Shadow", "Arched Eyebrows", "Attractive"]
    assert texts[41:46] == ["yes", "no ×", "yes ×", "–", "yes"]
    assert texts[-1] == f"{100 * 36 / 38:.1f} %"


def test_right_and_wrong_differ_in_grey() -> None:
    def grey(colour: str) -> float:
        red, green, blue = (int(colour[place : place + 2], 16) for place in (1, 3, 5))
        return (0.299 * red + 0.587 * green + 0.114 * blue) / 255

    assert grey(RIGHT_COLOUR) - grey(WRONG_COLOUR) > 0.5


@pytest.mark.parametrize("count", [1, 5, 12])
def test_words_stay_in_their_cells_and_the_page_is_not_longer(count: int) -> None:
    figure = draw_decisions_of_faces([PICTURE] * count, np.ones((count, 40)), -np.ones((count, 40)))
    figure.draw_without_rendering()
    axes = figure.axes[0]
    words = [text for text in axes.texts if "×" in text.get_text()]
    for word, cell in zip(words, axes.patches, strict=True):
        inner, outer = word.get_window_extent(), cell.get_window_extent()
        assert outer.x0 < inner.x0 < inner.x1 < outer.x1
        assert abs(inner.y0 + inner.y1 - outer.y0 - outer.y1) < 4
    shares = [text.get_window_extent() for text in axes.texts if "%" in text.get_text()]
    assert all(one.x1 < other.x0 for one, other in itertools.pairwise(shares))
    assert len(axes.images) == count
    width, height = figure.get_size_inches()
    assert width <= TEXT_WIDTH + 1e-9
    assert height <= 9.5


def test_other_shapes_are_an_error() -> None:
    with pytest.raises(ValueError, match=r"1 pictures with decisions \(2, 40\)"):
        draw_decisions_of_faces([PICTURE], np.ones((2, 40)), np.ones((1, 40)))


def test_without_a_face_it_says_so_and_bytes_repeat() -> None:
    empty = np.empty((0, 40))
    assert "No face" in draw_decisions_of_faces([], empty, empty).texts[0].get_text()
    first, second = (
        png(draw_decisions_of_faces([PICTURE], np.ones((1, 40)), np.ones((1, 40))), 40)
        for _ in range(2)
    )
    assert first == second
