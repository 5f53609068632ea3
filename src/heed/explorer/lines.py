"""Lines on pictures that are pixels, seen on every colour of a map.

What :mod:`heed.figures.outlines` does for figures of a paper, a hundred times as fast: a page
shows a hundred pictures at once.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

Polygon = NDArray[np.float64]
"""(K, 2) x, y of a closed polygon's corners, in pixels of the crop, whose centres are whole."""

_FINER: Final = 4  # so that the line runs along the edges of pixels
_FRACTION: Final = 4  # bits that OpenCV is given behind the point
_WIDTHS: Final = 200  # of a line in a picture's side

BLACK: Final = (0, 0, 0)


@dataclass(frozen=True)
class Line:
    """How a line is drawn.

    Attributes:
        colour: RGB, 0..255, on black.
        dashed: whether the black below it is seen in between.
    """

    colour: tuple[int, int, int]
    dashed: bool = False


def outline(mask: NDArray[np.bool_]) -> list[Polygon]:
    """The edges of a mask; none of an empty one.

    Args:
        mask: (S, S) bool.

    Returns:
        Closed polygons, those of holes among them; along the edges of pixels, up to an eighth of
        one.

    Example:
        >>> dot = np.zeros((8, 8), bool)
        >>> dot[2, 5] = True
        >>> [corners.tolist() for corners in outline(dot)]
        [[[4.625, 1.625], [4.625, 2.375], [5.375, 2.375], [5.375, 1.625]]]
    """
    if not mask.any():
        return []
    padded = np.pad(mask, 1).view(np.uint8)
    fine = cv2.resize(padded, None, fx=_FINER, fy=_FINER, interpolation=cv2.INTER_NEAREST)
    found, _ = cv2.findContours(fine, cv2.RETR_LIST, cv2.CHAIN_APPROX_SIMPLE)
    return [(each[:, 0] + 0.5) / _FINER - 1.5 for each in found]


def draw(picture: NDArray[np.uint8], polygons: Sequence[Polygon], line: Line, size: int) -> None:
    """Draw closed polygons on a picture of a crop, in place.

    Args:
        picture: (side, side, 3) uint8, RGB, contiguous.
        polygons: in pixels of the crop; one with NaN (a face without landmarks) is left out.
        line: how.
        size: side S of the crop.
    """
    scale = len(picture) / size
    at = [(each + 0.5) * scale - 0.5 for each in polygons if np.isfinite(each).all()]
    width = max(2, round(len(picture) / _WIDTHS))
    if line.dashed:  # thinner: what is outlined so, such as the evidence of an eyebrow, is small
        thin = width - 1
        dashes = [dash for each in at for dash in _dashes(each, 2.5 * width)]
        _polylines(picture, at, BLACK, thin, closed=True)
        _polylines(picture, dashes, line.colour, thin, closed=False)
    else:
        _polylines(picture, at, BLACK, 2 * width, closed=True)
        _polylines(picture, at, line.colour, width, closed=True)


def _polylines(
    picture: NDArray[np.uint8],
    lines: Sequence[Polygon],
    colour: tuple[int, int, int],
    width: int,
    closed: bool,
) -> None:
    points = [np.rint(each * 2**_FRACTION).astype(np.int32) for each in lines]
    if points:
        cv2.polylines(picture, points, closed, colour, width, cv2.LINE_AA, _FRACTION)


def _dashes(corners: Polygon, length: float) -> list[Polygon]:
    """Every second piece of a closed polygon; pieces are about as long as asked for."""
    closed = np.concatenate([corners, corners[:1]])
    along = np.concatenate([[0.0], np.hypot(*np.diff(closed, axis=0).T).cumsum()])
    count = max(1, round(along[-1] / (2 * length)))
    at = np.linspace(0, along[-1], count, endpoint=False)[:, None]
    at = at + np.linspace(0, along[-1] / count / 2, 3)  # three points, for a dash around a corner
    x, y = (np.interp(at, along, axis) for axis in closed.T)
    return list(np.stack([x, y], axis=-1))
