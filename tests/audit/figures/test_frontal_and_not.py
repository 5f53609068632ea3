import numpy as np
import pytest

from heed.audit.figures.frontal_and_not import (
    choose_frontal_and_not,
    draw_frontal_and_not,
    foot_on_midline,
)
from heed.figures.close_up import close_up
from heed.geometry.frontal import frontal_ratio

FACE = np.array([[92, 101], [132, 101], [118, 120], [95, 141], [130, 141]], float)
PICTURE = np.zeros((224, 224, 3), np.uint8)


def test_kept_and_left_out_are_each_spread_over_their_ratios() -> None:
    ratio = np.array([0.3, 0.02, 0.2, 0.05, np.inf, 0.08])
    kept, left_out = choose_frontal_and_not(ratio, ratio <= 0.1, 3)
    assert kept.tolist() == [1, 3, 5]
    assert left_out.tolist() == [2, 0, 4]
    kept, left_out = choose_frontal_and_not(ratio, ratio <= 0.1, 1)
    assert (kept.tolist(), left_out.tolist()) == ([3], [0])
    assert choose_frontal_and_not(ratio, ratio > 0, 2)[1].tolist() == []


def test_the_foot_is_next_to_the_nose() -> None:
    foot, eyes, mouth = foot_on_midline(FACE), FACE[:2].mean(0), FACE[3:].mean(0)
    along = mouth - eyes
    assert (FACE[2] - foot) @ along == pytest.approx(0)
    (x, y), (u, v) = foot - eyes, along
    assert x * v - y * u == pytest.approx(0)  # on the line
    # the filter's ratio is this distance over the vertical distance of eyes and mouth
    ratio = np.hypot(*(FACE[2] - foot)) / along[1]
    assert ratio == pytest.approx(frontal_ratio(FACE[None])[0])


def test_lines_and_ratios_are_those_of_the_faces() -> None:
    turned = FACE.copy()
    turned[2] += (12, 0)
    kept = ([PICTURE, PICTURE], np.stack([FACE, FACE + 5]), np.array([0.014, 0.096]))
    figure = draw_frontal_and_not(kept, ([PICTURE], turned[None], np.array([np.inf])), 0.1)
    texts = [text.get_text() for text in figure.axes[0].texts]
    assert texts[:3] == ["ratio 0.01", "ratio 0.10", "mouth not below the\neyes"]
    assert texts[3:] == ["kept\n(ratio ≤ 0.1)", "left out\n(ratio > 0.1)"]
    assert len(figure.axes[0].images) == 3
    lines = [line.get_xydata() for line in figure.axes[0].lines]
    assert len(lines) == 6
    for points, midline, nose in zip(
        (FACE, FACE + 5, turned), lines[::2], lines[1::2], strict=True
    ):
        _, corner = close_up(PICTURE, points)
        expected = np.stack([points[:2].mean(0), points[3:].mean(0)])
        np.testing.assert_allclose(midline + corner, expected)
        np.testing.assert_allclose(nose + corner, [points[2], foot_on_midline(points)])


def test_it_says_so_when_no_face_is_left_out() -> None:
    nothing = ([], np.zeros((0, 5, 2)), np.zeros(0))
    figure = draw_frontal_and_not(([PICTURE], FACE[None], np.zeros(1)), nothing, 0.25)
    texts = [text.get_text() for text in figure.axes[0].texts]
    assert texts == ["ratio 0.00", "kept\n(ratio ≤ 0.25)", "left out\n(ratio > 0.25)\nnone"]
