import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from heed.geometry import affine
from heed.geometry.alignment import LandmarksError, alignment, eye_and_mouth_centres

UPRIGHT = np.array([[80, 100], [120, 100], [100, 125], [85, 150], [115, 150]], float)


def rotated(points: np.ndarray, degrees: float) -> np.ndarray:
    a = np.deg2rad(degrees)
    turn = np.array([[np.cos(a), -np.sin(a)], [np.sin(a), np.cos(a)]])
    return (points - 100) @ turn.T + 100


def in_crop(points: np.ndarray, size: int = 224, scale: float = 5.5) -> np.ndarray:
    return affine.apply(alignment(points[None], size, scale, ["face"])[0], points)


def test_upright_face_lands_where_the_paper_says():
    eyes, mouth = eye_and_mouth_centres(in_crop(UPRIGHT))
    np.testing.assert_allclose(eyes, [112, 100.8], atol=1e-9)
    np.testing.assert_allclose(mouth, [112, 141.527], atol=1e-3)


def test_size_and_scale():
    eyes, mouth = eye_and_mouth_centres(in_crop(UPRIGHT, size=256, scale=4.0))
    np.testing.assert_allclose(eyes, [128, 0.45 * 256], atol=1e-9)
    np.testing.assert_allclose(mouth - eyes, [0, 256 / 4], atol=1e-9)


@given(st.floats(-80, 80), st.floats(0.2, 20), st.floats(-500, 500))
def test_any_similar_face_ends_upright_at_one_size(degrees, zoom, offset):
    crop = in_crop(rotated(UPRIGHT, degrees) * zoom + offset)
    assert abs(crop[0, 1] - crop[1, 1]) < 1e-6
    assert crop[0, 0] < crop[1, 0]
    eyes, mouth = eye_and_mouth_centres(crop)
    assert np.hypot(*(eyes - mouth)) == pytest.approx(224 / 5.5)


def test_roll_moves_the_eyes_sideways_because_the_box_is_not_rotated():
    # the box centre, 0.05 of the box straight below the eyes, is what lands on (112, 112)
    eyes, _ = eye_and_mouth_centres(in_crop(rotated(UPRIGHT, 18)))
    assert abs(eyes[0] - 112) == pytest.approx(0.05 * 224 * np.sin(np.deg2rad(18)), abs=1e-9)


def test_against_the_formula_written_for_one_point():
    """source = c + R(angle)·(out - 112)/s, written out for a rolled face."""
    points = rotated(UPRIGHT, 25) * 1.7 + 30
    (ex, ey), (mx, my) = (points[0] + points[1]) / 2, (points[3] + points[4]) / 2
    side = 5.5 * np.sqrt((ex - mx) ** 2 + (ey - my) ** 2)
    left, top = ex - 0.5 * side, ey - 0.45 * side
    cx, cy = left + side / 2, top + side / 2
    angle = np.arctan2(points[1, 1] - points[0, 1], points[1, 0] - points[0, 0])
    s = 224 / side
    u, v = 37.0, 180.0
    x = cx + (np.cos(angle) * (u - 112) - np.sin(angle) * (v - 112)) / s
    y = cy + (np.sin(angle) * (u - 112) + np.cos(angle) * (v - 112)) / s
    found = affine.apply(alignment(points[None], 224, 5.5, ["face"])[0], [[x, y]])
    np.testing.assert_allclose(found, [[u, v]], atol=1e-9)


def test_eyes_on_the_mouth_is_an_error_that_names_the_image():
    flat = UPRIGHT.copy()
    flat[3:, 1] = 100
    with pytest.raises(LandmarksError, match=r"second\.jpg.*0\.0 pixels apart"):
        alignment(np.stack([UPRIGHT, flat]), 224, 5.5, ["first.jpg", "second.jpg"])


def test_landmarks_that_are_not_numbers_are_an_error_that_names_the_image():
    broken = UPRIGHT.copy()
    broken[0, 0] = np.nan
    with pytest.raises(LandmarksError, match=r"second\.jpg"):
        alignment(np.stack([UPRIGHT, broken]), 224, 5.5, ["first.jpg", "second.jpg"])
