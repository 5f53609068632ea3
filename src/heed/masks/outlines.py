"""Closed outlines in a frame of the face, and the pixels inside them."""

from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from heed.masks.face_frame import Frame
from heed.masks.packing import Packed, pack

Points = tuple[tuple[float, float], ...]


class Outline(NamedTuple):
    """A closed polygon in a frame of the face, its corners x to the right and y down."""

    frame: Frame
    corners: Points


ELLIPSE_CORNERS: Final = 32
"""Corners of the polygon that stands for an ellipse: within 0.5 % of its half axes."""


def ellipse(frame: Frame, x: float, y: float, half_width: float, half_height: float) -> Outline:
    """An ellipse about (x, y) with its axes along those of the frame."""
    angles = 2 * np.pi * np.arange(ELLIPSE_CORNERS) / ELLIPSE_CORNERS
    corners = np.column_stack([x + half_width * np.cos(angles), y + half_height * np.sin(angles)])
    return Outline(frame, tuple(map(tuple, corners.tolist())))


def symmetric(frame: Frame, *right: tuple[float, float]) -> Outline:
    """A polygon by the corners of its right half from top to bottom; the left half mirrors it."""
    left = tuple((-x, y) for x, y in reversed(right) if x)
    return Outline(frame, right + left)


def pair(right: Outline) -> tuple[Outline, Outline]:
    """An outline on the right side of the face, and its mirror image on the left."""
    return right, Outline(right.frame, tuple((-x, y) for x, y in right.corners))


def inside(corners: NDArray[np.float64], size: int) -> Packed:
    """The pixels whose centre is inside a polygon.

    A centre is inside where a ray from it to the left crosses an odd number of edges. An edge has
    its upper end and not its lower one, and a centre on an edge lies to the right of it: two
    polygons that share an edge share no pixel. (``cv2.fillPoly`` adds the pixels that the
    outline passes: a fifth more in a mask as small as an eyebrow.)

    Args:
        corners: (n, K, 2) float64 x, y in pixels, whose centres have whole numbers; NaN for no
            polygon at all.
        size: side of the image, a multiple of 8.

    Returns:
        (n, size, size // 8) uint8, packed; what lies beyond the image is cut off.
    """
    filled = np.zeros((len(corners), size, size // 8), np.uint8)
    start, end = _rows(corners[..., 1], size)
    if start >= end:
        return filled
    rows = np.arange(start, end, dtype=np.float64)
    right_of = pack(np.arange(size) >= np.arange(size + 1)[:, None])  # (size + 1, size // 8)
    ends = np.roll(corners, -1, axis=1)
    for (x, y), (x_end, y_end) in zip(
        corners.transpose(1, 2, 0)[..., None], ends.transpose(1, 2, 0)[..., None], strict=True
    ):
        crossed = (y <= rows) != (y_end <= rows)  # (n, rows); never where NaN
        along = (rows - y) / np.where(crossed, y_end - y, np.inf)  # share of the edge, 0 to 1
        crossing = x + along * (x_end - x)
        first = np.where(crossed, np.clip(np.ceil(crossing), 0, size), size).astype(np.intp)
        filled[:, start:end] ^= right_of[first]
    return filled


def _rows(y: NDArray[np.float64], size: int) -> tuple[int, int]:
    """The rows [start, end) of the image that any of the polygons reaches."""
    known = y[~np.isnan(y)]
    if not known.size:
        return 0, 0
    start, end = np.clip([np.floor(known.min()), np.ceil(known.max())], 0, size)
    return int(start), int(end)
