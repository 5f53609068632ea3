import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from heed.synthetic.strokes import ellipse, fill, lines, mirrored, mix, moved, ramp, smooth

POINTS = np.array([(0, 0), (10, 2), (12, 9), (3, 11), (-4, 6)], float)


@pytest.mark.parametrize("closed", [True, False])
def test_smooth_curve_passes_through_its_points(closed: bool) -> None:
    np.testing.assert_allclose(smooth(POINTS, closed=closed, steps=4)[::4], POINTS, atol=1e-12)


def test_smooth_keeps_a_straight_line_straight() -> None:
    line = np.column_stack([np.arange(5.0), 2 * np.arange(5.0)])
    curve = smooth(line, closed=False)
    np.testing.assert_allclose(curve[:, 1], 2 * curve[:, 0], atol=1e-12)


def test_mirrored_outline_is_symmetric_and_repeats_no_point() -> None:
    outline = mirrored([(0, -2), (3, 0), (1, 2), (0, 3)])
    assert len(np.unique(outline, axis=0)) == len(outline) == 6
    assert {tuple(p) for p in outline} == {tuple(p) for p in outline * (-1, 1)}


def test_ellipse_has_its_half_axes() -> None:
    outline = ellipse((5, 7), 4, 2)
    np.testing.assert_allclose(((outline - (5, 7)) / (4, 2)) ** 2 @ [1, 1], 1)


def test_same_marks() -> None:
    stroke = fill(POINTS, (1, 2, 3), 0.5)
    assert stroke.same_as(fill(POINTS.copy(), (1, 2, 3), 0.5))
    assert not stroke.same_as(fill(moved(POINTS, 0, 1), (1, 2, 3), 0.5))
    assert not stroke.same_as(fill(POINTS, (1, 2, 3), 0.6))
    assert not stroke.same_as(fill(POINTS, (1, 2, 3), 0.5, 0, POINTS))
    assert not stroke.same_as(lines([POINTS], (1, 2, 3), 1.0, 0.5))


@given(st.floats(0, 1), st.floats(0, 1))
def test_ramp_is_monotone_between_nothing_and_all(a: float, b: float) -> None:
    low, high = sorted((a, b))
    assert 0 <= ramp(low) <= ramp(high) <= 1
    assert ramp(0.05) == 0
    assert ramp(0.9) == 1


def test_mix() -> None:
    assert mix((0, 100, 200), (100, 0, 200), 0.25) == (25, 75, 200)
