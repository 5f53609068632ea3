"""Ten rectangles of the face by name, placed by five landmarks or by dlib's 68.

Yang et al. 2019 (arXiv 1905.00593) let a user choose among ten rectangles that follow from dlib's
landmarks, without a list of them; the ten here are the parts of the face that CelebA's attributes
speak of. Each is turned with the face.

By five landmarks a rectangle lies in one of the frames of :mod:`heed.masks.face_frame`, in which
100 is about the distance from eye to eye and from the eyes to the mouth; edges were placed by hand
on photographs and drawn faces. By 68 it is the box around some of the points, along the line of the
eyes, with margins in hundredths of the distance from the middle of the eyes to that of the mouth.
"""

from typing import Final, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from heed.base.errors import InputError
from heed.geometry.affine import Matrix, apply
from heed.geometry.alignment import LEFT_EYE, RIGHT_EYE, eye_and_mouth_centres
from heed.guidance.landmarks import FIVE, LEAST, five_of, of_faces
from heed.masks.face_frame import UNIT, Frame, frames

LIPS: Final = 0.9
"""Width of a mouth that does not smile, in units of the frames."""

Corners = NDArray[np.float64]
"""(n, 4, 2) x, y of rectangles: left upper corner (of an upright face), then clockwise."""


class Rectangle(NamedTuple):
    """Edges of a rectangle, x to the right and y down.

    Attributes:
        frame: of the five landmarks, in which the four edges after it are given.
        points: of the 68, around which the rectangle lies otherwise.
        margins: added to that box at the left, top, right and bottom (taken away below 0).
    """

    frame: Frame
    left: float
    top: float
    right: float
    bottom: float
    points: tuple[int, ...]
    margins: tuple[float, float, float, float]


def _points(*ranges: tuple[int, int]) -> tuple[int, ...]:
    """Points from the first to the last of each range."""
    return tuple(point for first, last in ranges for point in range(first, last + 1))


# fmt: off
RECTANGLES: Final = {
    "face": Rectangle("jaw", -104, -118, 104, 195, _points((0, 26)), (0, 80, 0, 2)),
    "forehead": Rectangle("head", -95, -125, 95, -18, _points((17, 26)), (4, 85, 4, 4)),
    "eyes": Rectangle("eyes", -92, -30, 92, 24, _points((36, 47)), (16, 18, 16, 14)),
    "left_eye": Rectangle("eyes", -92, -30, -12, 24, _points((36, 41)), (16, 18, 14, 14)),
    "right_eye": Rectangle("eyes", 12, -30, 92, 24, _points((42, 47)), (14, 18, 16, 14)),
    "nose": Rectangle("nose", -36, -52, 36, 28, _points((28, 35)), (10, 8, 10, 6)),
    "left_cheek": Rectangle("jaw", -104, 28, -32, 100, _points((1, 3), (31, 31)), (0, 2, 0, 4)),
    "right_cheek": Rectangle("jaw", 32, 28, 104, 100, _points((13, 15), (35, 35)), (0, 2, 0, 4)),
    "mouth": Rectangle("mouth", -66, -30, 66, 50, _points((48, 67)), (8, 10, 8, 10)),
    "chin": Rectangle("jaw", -50, 148, 50, 205, _points((6, 10), (57, 57)), (0, -18, 0, 8)),
}
# fmt: on


def rectangle_corners(name: str, landmarks: ArrayLike) -> Corners:
    """One of the ten rectangles on each face.

    Args:
        name: one of :data:`RECTANGLES`.
        landmarks: (n, 5, 2) in the order of :data:`heed.geometry.alignment.LANDMARKS`, or
            (n, 68, 2) in that of dlib (:mod:`heed.guidance.landmarks`): x, y in pixels of the crop
            or any other image.

    Returns:
        (n, 4, 2) float64 corners in the same pixels; they may lie outside of the image. NaN where
        landmarks coincide that the rectangle is placed by, or lie on a line with each other.

    Raises:
        InputError: there is no rectangle of this name.
        LandmarksError: a landmark is not finite, or there are neither 5 nor 68; the message
            names the face.

    Example:
        >>> face = [[92.0, 100.0], [132.0, 100.0], [112.0, 124.0], [96.0, 140.0], [128.0, 140.0]]
        >>> rectangle_corners("left_eye", [face]).round(1).tolist()
        [[[75.2, 88.0], [107.2, 88.0], [107.2, 109.6], [75.2, 109.6]]]
    """
    if not isinstance(name, str) or name not in RECTANGLES:
        raise InputError(
            f"rectangle_corners: found {name!r}; expected one of {', '.join(RECTANGLES)}"
        )
    points = of_faces(landmarks, f"rectangle {name}")
    rectangle = RECTANGLES[name]
    if points.shape[1] == FIVE:
        return _in_frame(rectangle, points)
    return _around(rectangle, points)


def _in_frame(rectangle: Rectangle, five: NDArray[np.float64]) -> Corners:
    """By five landmarks."""
    to_crop = frames(five)
    to_crop["mouth"] = _with_full_lips(to_crop["mouth"], to_crop["nose"])
    middle = [((rectangle.left + rectangle.right) / 2, (rectangle.top + rectangle.bottom) / 2)]
    half_width = (rectangle.right - rectangle.left) / 2
    half_height = (rectangle.bottom - rectangle.top) / 2
    # The frame of the jaw is slanted for a face that looks aside; a rectangle is not.
    axes = to_crop["head" if rectangle.frame == "jaw" else rectangle.frame][:, :, :2]
    offsets = np.array([(-half_width, -half_height), (half_width, -half_height)])
    offsets = np.concatenate([offsets, -offsets]) @ np.swapaxes(axes, -1, -2)
    return apply(to_crop[rectangle.frame], middle) + offsets


def _with_full_lips(mouth: Matrix, nose: Matrix) -> Matrix:
    """The frame of the mouth, its y axis at least :data:`LIPS` units long.

    Corners of a mouth that is seen from the side are close together, its lips as high as before.
    """
    unit, height = (np.hypot(*frame[:, :, 1].T) for frame in (nose, mouth))
    fuller = mouth.copy()
    fuller[:, :, 1] *= np.fmax(1, LIPS * unit / height)[:, None]
    return fuller


def _around(rectangle: Rectangle, points: NDArray[np.float64]) -> Corners:
    """By 68 landmarks."""
    five = five_of(points)
    across = five[:, RIGHT_EYE] - five[:, LEFT_EYE]
    eyes, mouth = eye_and_mouth_centres(five)
    unit = np.hypot(*(mouth - eyes).T) / UNIT
    length = np.hypot(*across.T)
    known = (length >= LEAST) & (unit * UNIT >= LEAST)
    right = across / np.where(known, length, np.nan)[:, None]
    # rows are the directions right and below
    axes = np.stack([right, np.stack([-right[:, 1], right[:, 0]], -1)], axis=1)
    upright = points[:, rectangle.points] @ np.swapaxes(axes, -1, -2)
    margins = np.array(rectangle.margins) * unit[:, None]
    left, top = (upright.min(axis=1) - margins[:, :2]).T
    end, bottom = (upright.max(axis=1) + margins[:, 2:]).T
    corners = np.stack([left, top, end, top, end, bottom, left, bottom], axis=-1)
    return corners.reshape(-1, 4, 2) @ axes
