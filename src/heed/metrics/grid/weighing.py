"""The compiled loops for energy: what cells weigh in masks, and sums of cells that are weighed.

The sum of the pixels of a map inside of a mask is a weighted sum of the map's cells, and the
weights depend on the mask alone.
"""

from functools import cache
from typing import Any

import numba
import numpy as np
from numba import types
from numpy.typing import NDArray

from heed.metrics.grid.axes import Axis
from heed.metrics.grid.compiling import Loops, compiled, read, written
from heed.metrics.grid.parts import in_parts

Floats = NDArray[np.float64]


def cell_weights(packed: NDArray[np.uint8], axes: tuple[Axis, Axis]) -> Floats:
    """The weight of each cell in the sum of the pixels inside of masks.

    Args:
        packed: (B, R, S, S / 8) uint8, pixels as bits along x.
        axes: how the pixels lie among the cells, along y and along x.

    Returns:
        (B, R, g²) float64.
    """
    down, across = (
        np.concatenate([np.zeros_like(axis.weights[:1]), axis.weights.cumsum(0)]) for axis in axes
    )
    packed = np.ascontiguousarray(packed)
    found = np.empty((*packed.shape[:2], down.shape[1], across.shape[1]))
    weigh = _weigh_compiled()
    in_parts(lambda some: weigh(packed[some], down, across, found[some]), len(packed))
    return found.reshape(*packed.shape[:2], -1)


def weighted_sums(cells: NDArray[np.float32], weights: Floats, regions: NDArray[np.intp]) -> Floats:
    """Weighted sums of the cells of maps, each added up in the order of the cells.

    Args:
        cells: (B, A, n) float32.
        weights: (B or 1, R, n) float64.
        regions: (A,) integers below R, whose weights the maps of each attribute have.

    Returns:
        (B, A) float64.
    """
    found = np.empty(cells.shape[:2])
    _sum_compiled()(cells, np.ascontiguousarray(weights), regions.astype(np.int64), found)
    return found


@numba.njit(nogil=True)
def _equal(mask: Any, one: int, other: int) -> bool:
    for byte in range(mask.shape[1]):  # noqa: SIM110 - Numba has no fast all() of such
        if mask[one, byte] != mask[other, byte]:
            return False
    return True


def _weigh(packed: Any, down: Any, across: Any, weights: Any) -> None:
    """:func:`cell_weights`, by runs: of rows that are equal, and of pixels along a row.

    Args:
        packed: (B, R, S, S / 8) uint8.
        down: (S + 1, g) float64, the weights of the cells, summed over the pixels above.
        across: the same, over the pixels to the left.
        weights: (B, R, g, g) float64, written to.
    """
    cells, width = down.shape[1], packed.shape[3]
    along = np.empty(cells)
    for image in range(packed.shape[0]):
        for region in range(packed.shape[1]):
            mask, found = packed[image, region], weights[image, region]
            found[:] = 0
            begin = 0
            while begin < len(mask):
                end = begin + 1
                while end < len(mask) and _equal(mask, begin, end):
                    end += 1
                along[:] = 0
                inside = False  # the pixel before
                for byte in range(width):
                    bits = mask[begin, byte]
                    if bits == (255 if inside else 0):
                        continue
                    for bit in range(8):
                        if (bits >> (7 - bit) & 1 > 0) != inside:
                            for j in range(cells):
                                step = across[8 * byte + bit, j]
                                along[j] += -step if not inside else step
                            inside = not inside
                if inside:
                    for j in range(cells):
                        along[j] += across[8 * width, j]
                for i in range(cells):
                    of_rows = down[end, i] - down[begin, i]
                    if of_rows > 0:
                        for j in range(cells):
                            found[i, j] += of_rows * along[j]
                begin = end


def _sum(cells: Any, weights: Any, regions: Any, sums: Any) -> None:
    """:func:`weighted_sums`, written to ``sums``."""
    for image in range(cells.shape[0]):
        of_image = weights[image if len(weights) > 1 else 0]
        for attribute in range(cells.shape[1]):
            own, weighed = cells[image, attribute], of_image[regions[attribute]]
            total = 0.0
            for cell in range(len(own)):
                total += np.float64(own[cell]) * weighed[cell]
            sums[image, attribute] = total


@cache
def _weigh_compiled() -> Loops:
    sums = read(types.float64, 2)
    return compiled(_weigh, read(types.uint8, 4), sums, sums, written(types.float64, 4))


@cache
def _sum_compiled() -> Loops:
    numbers = read(types.float32, 3), read(types.float64, 3)
    return compiled(_sum, *numbers, read(types.int64, 1), written(types.float64, 2))
