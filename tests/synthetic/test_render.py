import cv2
import numpy as np
import pytest

from heed.synthetic.render import Box, Easel, Image, frame
from heed.synthetic.strokes import Stroke, ellipse, fill, lines

HERE = np.eye(2, 3)
SQUARE = np.array([(10, 10), (29, 10), (29, 19), (10, 19)], float)
WHOLE = frame(60, 50)


def _painted(stroke: Stroke, matrix: np.ndarray = HERE) -> Image:
    canvas = np.full((50, 60, 3), 100, np.uint8)
    mark = Easel(matrix, WHOLE).place(stroke)
    assert mark is not None
    mark.paint(canvas, WHOLE)
    return canvas


def test_opaque_fill_covers_its_pixels_in_its_colour() -> None:
    image = _painted(fill(SQUARE, (200, 30, 60)))
    assert (image[11:19, 11:29] == (200, 30, 60)).all()
    outside = np.ones((50, 60), bool)
    outside[9:21, 9:31] = False
    assert (image[outside] == 100).all()


def test_alpha_blends_by_hand() -> None:
    image = _painted(fill(SQUARE, (200, 0, 100), 0.25))
    np.testing.assert_array_equal(image[15, 20], (125, 75, 100))


def test_the_map_moves_and_scales() -> None:
    image = _painted(fill(SQUARE / 2, (0, 0, 0)), np.array([[2.0, 0, 5], [0, 2.0, -3]]))
    rows, columns = np.nonzero(image[..., 0] < 50)
    assert (rows.min(), rows.max(), columns.min(), columns.max()) == (7, 16, 15, 34)


def test_clip_hides_what_is_beyond_the_outline() -> None:
    clip = np.array([(0, 0), (20, 0), (20, 50), (0, 50)], float)
    image = _painted(fill(SQUARE, (0, 0, 0), 1.0, 0.0, clip))
    assert (image[15, 12:19] == 0).all()
    assert (image[15, 23:] == 100).all()


@pytest.mark.parametrize("soft", [1.0, 2.5, 5.0])
def test_soft_edge_is_a_gaussian_blur(soft: float) -> None:
    disc = ellipse((30, 25), 14, 9)
    image = _painted(fill(disc, (255, 255, 255), 1.0, soft))
    sharp = np.zeros((50, 60), np.uint8)
    cv2.fillPoly(sharp, [np.rint(disc * 16).astype(np.int32)], 255, cv2.LINE_AA, 4)
    weight = cv2.GaussianBlur(sharp, (0, 0), soft, borderType=cv2.BORDER_CONSTANT) / 255
    wanted = 100 + weight * 155
    error = np.abs(image[..., 0] - wanted)
    # Rasterised at a lower resolution, where an outline grows by half a pixel.
    assert error.mean() < 3 * soft
    centre = np.abs(np.subtract((image[..., 0] > 177).sum(), (wanted > 177).sum()))
    assert centre <= 0.1 * (wanted > 177).sum() * max(1.0, soft / 1.5)


@pytest.mark.parametrize(
    "stroke",
    [
        fill(ellipse((30, 25), 20, 12), (10, 200, 90)),
        fill(ellipse((30, 25), 20, 12), (10, 200, 90), 0.6, 3.0),
        fill(ellipse((30, 25), 20, 12), (10, 200, 90), 0.6, 0.0, SQUARE),
        lines([[(2, 3), (55, 44)], [(50, 2), (8, 40)]], (250, 0, 0), 3.0, 0.8),
    ],
)
def test_a_part_comes_out_like_the_whole(stroke: Stroke) -> None:
    whole = _painted(stroke)
    part = Box(17, 8, 41, 33)
    canvas = np.full((25, 24, 3), 100, np.uint8)
    mark = Easel(HERE, WHOLE).place(stroke)
    assert mark is not None
    mark.paint(canvas, part)
    np.testing.assert_array_equal(canvas[2:-2, 2:-2], whole[part.slices][2:-2, 2:-2])
    if stroke.alpha < 1:
        np.testing.assert_array_equal(canvas, whole[part.slices])


def test_what_leaves_nothing_is_not_placed() -> None:
    easel = Easel(HERE, WHOLE)
    assert easel.place(fill(SQUARE + 500, (0, 0, 0))) is None
    assert easel.place(fill(SQUARE, (0, 0, 0), 0.0)) is None
    assert easel.place(lines([], (0, 0, 0), 1.0)) is None


def test_marks_touch_only_their_area() -> None:
    stroke = fill(SQUARE, (0, 0, 0), 0.9, 2.0)
    mark = Easel(HERE, WHOLE).place(stroke)
    assert mark is not None
    changed = (_painted(stroke) != 100).any(axis=2)
    changed[mark.area.slices] = False
    assert not changed.any()
