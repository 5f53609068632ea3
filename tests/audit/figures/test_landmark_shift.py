import numpy as np
import pytest
from matplotlib.figure import Figure

from heed.audit.figures.landmark_shift import (
    choose_landmark_shift,
    distances,
    draw_landmark_shift,
    in_crop,
)
from heed.figures.close_up import close_up
from heed.figures.picture_grid import pixels_of
from heed.geometry import affine
from heed.geometry.alignment import alignment

ALIGNED = np.array([[69, 111], [108, 111], [88, 135], [73, 152], [105, 152]], float)
"""Typical landmarks of CelebA's aligned images."""

SHIFT = np.array([24.0, -10.0])


def test_at_the_usual_crop_it_is_the_constant_shift() -> None:
    np.testing.assert_allclose(in_crop(ALIGNED, (24, -10), 224, 5.5), ALIGNED + SHIFT)
    np.testing.assert_allclose(in_crop(ALIGNED, (0, 0), 224, 5.5), ALIGNED)


@pytest.mark.parametrize(("size", "scale"), [(112, 5.5), (224, 4.0), (320, 7.0)])
def test_at_other_crops_it_follows_the_alignment(size: int, scale: float) -> None:
    # a face for which the shift is exact at 224 and 5.5: eyes at (88, 110.8), 224 / 5.5 high
    height = 224 / 5.5
    points = np.array(
        [[70, 110.8], [106, 110.8], [90, 131], [73, 110.8 + height], [103, 110.8 + height]]
    )
    exact = affine.apply(alignment(points[None], size, scale, ["face"])[0], points)
    np.testing.assert_allclose(in_crop(points, (24, -10), size, scale), exact, atol=1e-9)


def test_missing_landmarks_stay_missing() -> None:
    assert np.isnan(in_crop(np.full((3, 5, 2), np.nan), (24, -10), 224, 5.5)).all()


def test_distance_is_the_mean_over_five_landmarks() -> None:
    moved = ALIGNED + np.array([[3, 4], [0, 0], [0, 0], [0, 0], [0, 10]])
    assert distances(moved, ALIGNED) == pytest.approx((5 + 10) / 5)


def test_faces_are_spread_over_the_error_of_those_that_have_both() -> None:
    exact = np.zeros((6, 5, 2))
    shifted = np.broadcast_to(np.array([5, 1, np.nan, 3, 2, 4.0])[:, None, None], (6, 5, 2))
    assert choose_landmark_shift(exact, shifted, 5).tolist() == [1, 4, 3, 5, 0]
    assert choose_landmark_shift(exact, shifted, 1).tolist() == [3]


def test_without_aligned_landmarks_faces_are_spread_over_all() -> None:
    missing = np.full((10, 5, 2), np.nan)
    assert choose_landmark_shift(np.zeros((10, 5, 2)), missing, 2).tolist() == [2, 7]


def drawn(figure: Figure) -> dict[tuple[str, int, int], np.ndarray]:
    """Points in pixels of the pictures, by marker, row and column."""
    axes, found = figure.axes[0], {}
    places = [tuple(map(int, image.get_gid().split()[1:])) for image in axes.images]
    for line in axes.lines:
        points = line.get_xydata()
        display = line.get_transform().transform(points)
        for place in places:
            if np.allclose(pixels_of(figure, *place).inverted().transform(display), points):
                found[line.get_marker(), *place] = points
    return found


def test_markers_lie_on_the_landmarks() -> None:
    faces = [np.zeros((224, 224, 3), np.uint8)] * 2
    exact = np.stack([ALIGNED + SHIFT + 0.5, ALIGNED + SHIFT - 2])
    unshifted, shifted = np.stack([ALIGNED] * 2), np.stack([ALIGNED + SHIFT] * 2)
    figure = draw_landmark_shift(faces, exact, unshifted, shifted, (24, -10))
    found = drawn(figure)
    assert len(found) == 8
    for column in range(2):
        _, corner = close_up(faces[0], exact[column])
        for row, points in enumerate((unshifted, shifted)):
            np.testing.assert_allclose(found["o", row, column] + corner, exact[column])
            np.testing.assert_allclose(found["x", row, column] + corner, points[column])
    texts = [text.get_text() for text in figure.axes[0].texts]
    expected = [f"{d:.1f} px" for d in distances(np.stack([unshifted, shifted]), exact).ravel()]
    assert [text for text in texts if text.endswith("px")] == expected
    assert "not shifted" in texts
    assert "shifted by\n(24, −10)" in texts
    assert len(figure.axes[0].get_legend().get_texts()) == 2


def test_without_aligned_landmarks_the_exact_ones_are_drawn_and_it_says_so() -> None:
    missing = np.full((1, 5, 2), np.nan)
    face = [np.zeros((224, 224, 3), np.uint8)]
    figure = draw_landmark_shift(face, ALIGNED[None] + 24, missing, missing, (24, -10))
    assert [marker for marker, _, _ in drawn(figure)] == ["o"]
    assert [text.get_text() for text in figure.axes[0].texts] == ["no landmarks of\naligned images"]
    assert len(figure.axes[0].get_legend().get_texts()) == 1
