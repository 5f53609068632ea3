"""How the pixels of an enlarged map lie among its cells, along one axis.

A map of g x g cells enlarged to S x S pixels consists of (g + 1) x (g + 1) patches
between neighbouring cell centres, on each of which it is bilinear. Along one axis
the patches are strips of S / 2g pixels at both borders, where the outermost cell
is repeated, and of S / g pixels in between: 16, 6 x 32 and 16 for 7 cells and 224
pixels.
"""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from heed.base.errors import InputError
from heed.explain.postprocess import interpolation_matrix

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Axis:
    """S pixels among g cells; make it with :func:`axis_of`.

    Each strip has three parts: its first pixel, those in between, its last pixel.
    """

    weights: Floats
    """(S, g): pixels = weights @ cells."""
    parts: Floats
    """(S, 3 (g + 1)): 1 where the pixel belongs to the part, else 0."""
    ends: Floats
    """(2 (g + 1), g): the rows of ``weights`` of each strip's first and last pixel."""
    distinct_ends: NDArray[np.bool_]
    """(2 (g + 1),): False for the ends at the borders, whose strip's other end is equal."""


def inner_pixels(size: int, cells: int) -> NDArray[np.bool_]:
    """Which of ``size`` pixels along an axis do not lie in the first or the last cell, (S,)."""
    cell = np.floor((np.arange(size) + 0.5) * cells / size)
    return (cell > 0) & (cell < cells - 1)


@lru_cache(maxsize=8)
def axis_of(size: int, cells: int) -> Axis:
    """Lay out ``size`` pixels among ``cells`` cells.

    Raises:
        ValueError: there are fewer than 4 pixels per cell, so that a strip might
            not have two ends.
    """
    if size < 4 * cells:
        raise InputError(
            f"masks of {size} x {size} pixels for maps of {cells} x {cells} cells: "
            f"expected at least {4 * cells} x {4 * cells} pixels"
        )
    weights = interpolation_matrix(size, cells).astype(np.float64)
    strips = np.arange(cells + 1)
    strip = np.floor((np.arange(size) + 0.5) * cells / size + 0.5).astype(int)
    first = np.searchsorted(strip, strips, side="left")
    last = np.searchsorted(strip, strips, side="right") - 1
    part = 3 * strip + 1
    part[first] -= 1
    part[last] += 1
    distinct_ends = np.ones(2 * (cells + 1), dtype=bool)
    distinct_ends[[0, -1]] = False
    return Axis(
        weights=weights,
        parts=np.eye(3 * (cells + 1))[part],
        ends=weights[np.stack([first, last], axis=1).ravel()],
        distinct_ends=distinct_ends,
    )
