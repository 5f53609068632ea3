"""How the pixels of an enlarged map lie among its cells, along one axis.

A map of g x g cells consists of up to (g + 1) x (g + 1) patches between neighbouring
cells, on each of which it is bilinear. Along one axis the patches are strips: of as many pixels as
the stride between two cells, and what is left of the image before the first cell and
beyond the last one, where the outermost cell is repeated. Which pixels these are is the map's
placement (:mod:`heed.explain.placement`): for 7 cells and 224 pixels 16, 6 x 32 and 16 by the
half-pixel rule; where the first cell looks at pixel 0, 6 x 32 and 32. A strip without pixels is
left out.
"""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from heed.explain.placement import AxisPlacement
from heed.explain.postprocess import interpolation_matrix

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Axis:
    """S pixels among g cells, in n strips; make it with :func:`axis_of`.

    Each strip has three parts: its first pixel, those in between, its last pixel. In a strip of
    one pixel that is the first, and the other parts have none.
    """

    weights: Floats
    """(S, g): pixels = weights @ cells."""
    parts: Floats
    """(S, 3 n): 1 where the pixel belongs to the part, else 0."""
    ends: Floats
    """(2 n, g): the rows of ``weights`` of each strip's first and last pixel."""
    distinct_ends: NDArray[np.bool_]
    """(2 n,): False for the last pixel of a strip whose first pixel equals it in every map."""


def inner_pixels(size: int, cells: int) -> NDArray[np.bool_]:
    """Which of ``size`` pixels along an axis do not lie in the image's border, (S,).

    The border is as wide as a cell, 1 / cells of the image, wherever the cells are placed.
    """
    cell = np.floor((np.arange(size) + 0.5) * cells / size)
    return (cell > 0) & (cell < cells - 1)


@lru_cache(maxsize=8)
def axis_of(size: int, cells: int, placement: AxisPlacement) -> Axis:
    """Lay out ``size`` pixels among ``cells`` cells.

    Raises:
        PlacementError: a cell lies so far outside that no pixel sees it.
    """
    weights = interpolation_matrix(size, cells, placement).astype(np.float64)
    strip = np.floor(placement.places(size, cells) + 1).clip(0, cells).astype(int)
    _, first, of_pixel = np.unique(strip, return_index=True, return_inverse=True)
    last = np.append(first[1:], size) - 1
    part = 3 * of_pixel + 1
    part[last] += 1
    part[first] = 3 * np.arange(len(first))
    ends = weights[np.stack([first, last], axis=1)]  # (n, 2, g)
    differ = (ends[:, 0] != ends[:, 1]).any(1)
    return Axis(
        weights=weights,
        parts=np.eye(3 * len(first))[part],
        ends=ends.reshape(-1, cells),
        distinct_ends=np.stack([np.ones_like(differ), differ], axis=1).ravel(),
    )
