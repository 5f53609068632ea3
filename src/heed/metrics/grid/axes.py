"""How the pixels of an enlarged map lie among its cells, along one axis.

A map of g x g cells consists of patches between neighbouring cells, on each of which it is
bilinear. Along one axis the patches are strips: of as many pixels as the stride between two cells,
and what is left of the image before the first cell and beyond the last one, where the outermost
cell is repeated. Which pixels these are is the map's placement (:mod:`heed.explain.placement`): for
7 cells and 224 pixels 48, 5 x 32 and 16 by the half-pixel rule; where the first cell looks at pixel
0, 6 x 32 and 32.
"""

from dataclasses import dataclass
from functools import lru_cache

import cv2
import numpy as np
from numpy.typing import NDArray

from heed.explain.placement import Placement
from heed.explain.postprocess import interpolation_matrix

Floats = NDArray[np.float64]
Places = NDArray[np.int64]


@dataclass(frozen=True)
class Axis:
    """S pixels among g cells; make both axes of an image with :func:`axes_of`.

    A pixel is ``near * cells[cell] + far * cells[cell + 1]``; at the last cell ``far`` is 0.
    """

    cell: Places
    """(S,): the cell before each pixel, or at it; the first one for pixels before it."""
    near: NDArray[np.float32]
    """(S,): the weight of that cell."""
    far: NDArray[np.float32]
    """(S,): the weight of the next one."""
    bounds: Places
    """(g + 1,): strip i, of cell i, has the pixels ``bounds[i]`` to ``bounds[i + 1]``."""
    ends: Places
    """Up to (2 g,): the first and the last pixel of each strip. Between them a map rises, falls or
    stays all the way, so that the highest and the lowest pixel of an image are among them."""
    weights: Floats
    """(S, g): pixels = weights @ cells."""
    least: float
    """The least weight above 0."""


def inner_pixels(size: int, cells: int) -> NDArray[np.bool_]:
    """Which of ``size`` pixels along an axis do not lie in the image's border, (S,).

    The border is as wide as a cell, 1 / cells of the image, wherever the cells are placed.
    """
    cell = np.floor((np.arange(size) + 0.5) * cells / size)
    return (cell > 0) & (cell < cells - 1)


@lru_cache(maxsize=8)
def axes_of(size: int, cells: int, placement: Placement) -> tuple[Axis, Axis]:
    """Lay out ``size`` x ``size`` pixels among ``cells`` x ``cells`` cells; y before x.

    The weights are those that :func:`heed.explain.postprocess.normalise` enlarges with, to the last
    bit: by the half-pixel rule OpenCV's own, which it tells by enlarging one cell at a time.

    Raises:
        PlacementError: a cell lies so far outside that no pixel sees it.
    """
    both = [interpolation_matrix(size, cells, axis) for axis in (placement.y, placement.x)]
    if placement == Placement.half_pixel(size, cells):
        one_each = np.eye(cells, dtype=np.float32)
        weights = cv2.resize(one_each, (cells, size), interpolation=cv2.INTER_LINEAR)
        both = [weights.reshape(size, cells)] * 2
    down, across = map(_axis, both)
    return down, across


def _axis(weights: NDArray[np.float32]) -> Axis:
    size, cells = weights.shape
    pixels = np.arange(size)
    cell = (weights > 0).argmax(axis=1)
    following = np.concatenate([weights, np.zeros((size, 1), np.float32)], axis=1)
    bounds = np.searchsorted(cell, np.arange(cells + 1))
    strips = bounds[:-1] < bounds[1:]
    ends = np.unique(np.concatenate([bounds[:-1][strips], bounds[1:][strips] - 1]))
    return Axis(
        cell=cell.astype(np.int64),
        near=weights[pixels, cell],
        far=following[pixels, cell + 1],
        bounds=bounds.astype(np.int64),
        ends=ends.astype(np.int64),
        weights=weights.astype(np.float64),
        least=float(weights[weights > 0].min()),
    )
