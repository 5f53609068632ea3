"""The compiled loop that counts the active pixels of maps, from their cells and packed masks.

An enlarged map is looked at pixel by pixel, but for rows and columns that cells tell to be too low
all over; a pixel is four products, and in a mask or not. Nothing of it is kept. So a threshold
costs what any other one does, and masks need no preparing.

Whether a pixel is active is as :func:`heed.explain.postprocess.normalise` rounds. Here it is
computed in another order, which says nothing about pixels whose distance to the threshold is a
matter of rounding. For these, bounds of all that float32 may make of them are compared (with a
stride of 32 pixels and a threshold of a half, they are the rule: the pixel in the middle between a
cell and one at 0). Maps of which that leaves pixels in doubt are told to be doubtful: a few of a
hundred, which are to be enlarged by the rule.

The pixels of a map are counted in one order, whatever else is counted with it.
"""

from functools import cache
from typing import Any, Final

import numba
import numpy as np
from numba import types

from heed.metrics.grid import rounding
from heed.metrics.grid.compiling import Loops, compiled, read, written
from heed.metrics.grid.rounding import (
    OPENCV,
    PRODUCTS,
    U,
    around,
    bounds,
    bounds_of_highest,
    extremes_of,
    stretched_bound,
)

CLOSE: Final = 26 * U
"""How far a pixel has to lie from the cut between active and other ones, as a share of the largest
cell or of the cut, so that no bounds need be looked at. The pixel has PRODUCTS here and up to
OPENCV by the rule; the rule's cut follows from its lowest and highest pixels, of which it has
OPENCV at most, and adds four steps; two more are this module's own."""

LEAST: Final = 1e-36
"""Products of cells and weights below it are in doubt: float32 may round them to 0."""

MASK: Final = 16
"""A pixel that counts has the code 1, and one in the mask has this bit set besides."""

ONES: Final = (1 << MASK) - 1


@numba.njit(nogil=True)
def _codes(mask: Any, counted: Any, codes: Any) -> None:
    """Write the code of each pixel: (S, S) int32 from bits, (S, S / 8)."""
    for y in range(mask.shape[0]):
        for byte in range(mask.shape[1]):
            inside = np.int32(mask[y, byte])
            counts = np.int32(counted[y, byte]) if len(counted) else np.int32(255)
            for bit in range(8):
                one = np.int32(counts >> (7 - bit)) & np.int32(1)
                codes[y, 8 * byte + bit] = one | ((inside >> (7 - bit) & np.int32(1)) << MASK)


@numba.njit(nogil=True)
def _row(
    above: Any, below: Any, a: Any, b: Any, codes: Any, low: Any, high: Any
) -> tuple[Any, Any]:
    """The codes of the pixels of a row that are above each of two bounds, summed."""
    certain, possible, none = np.int32(0), np.int32(0), np.int32(0)
    for x in range(len(codes)):
        value = a * above[x] + b * below[x]
        certain = np.int32(certain + (codes[x] if value > high else none))
        possible = np.int32(possible + (codes[x] if value > low else none))
    return certain, possible


@numba.njit(nogil=True)
def _enlarged_across(cells: Any, across: Any, rows: Any) -> None:
    """Write each row of cells as pixels: (g, g) as (g, S), float32."""
    for i in range(len(cells)):
        for j in range(len(cells)):
            left, right = cells[i, j], cells[i, min(j + 1, len(cells) - 1)]
            strip = slice(across[3][j], across[3][j + 1])
            near, far, row = across[1][strip], across[2][strip], rows[i, strip]
            for x in range(len(row)):
                row[x] = near[x] * left + far[x] * right


@numba.njit(nogil=True)
def _active(
    cells: Any, rows: Any, down: Any, across: Any, codes: Any, threshold: Any, epsilon: Any,
    lowest: float, highest: float, opencv: bool, all_count: bool,
) -> tuple[int, int, int]:  # fmt: skip
    """The active pixels of a map, those of them in the mask, and the pixels in doubt."""
    largest = np.float64(cells.max())
    cut = lowest + np.float64(threshold) * (np.float64(epsilon) + highest - lowest)
    close_by = CLOSE * max(largest, cut)
    low, high = np.float32(max(cut - close_by, 0)), np.float32(cut + close_by)
    least = low * np.float32(0.999999)  # no pixel exceeds the cells around it but by rounding
    bottom = around(lowest, OPENCV * largest if opencv else PRODUCTS * lowest)
    if lowest == 0:  # sums of zeros, in any order
        bottom = np.float32(0), np.float32(0)
    top = np.float32(-1), np.float32(-1)
    last = len(cells) - 1
    total, inside, number, doubtful = 0, 0, 0, 0
    for i in range(len(cells)):
        above, below, n = rows[i], rows[min(i + 1, last)], min(i + 1, last)
        begin, end = len(codes), 0
        for j in range(len(cells)):
            m = min(j + 1, last)
            if max(max(cells[i, j], cells[i, m]), max(cells[n, j], cells[n, m])) > least:
                begin, end = min(begin, across[3][j]), across[3][j + 1]
        if begin >= end:
            continue
        for y in range(down[3][i], down[3][i + 1]):
            a, b = down[1][y], down[2][y]
            certain, possible = _row(
                above[begin:end], below[begin:end], a, b, codes[y, begin:end], low, high
            )
            total += certain & ONES
            inside += certain >> MASK
            if certain == possible:
                continue
            if top[0] < 0 and opencv:
                top = around(highest, OPENCV * largest)
            elif top[0] < 0:
                top = bounds_of_highest(cells, down, across, highest)
            for x in range(begin, end):
                code, value = codes[y, x], a * above[x] + b * below[x]
                if code == 0 or value > high or not value > low:
                    continue
                number += 1
                own = bounds(cells, down, across, y, x, opencv)
                if stretched_bound(own, bottom, top, epsilon, 0) > threshold:
                    total += 1
                    inside += code >> MASK
                elif stretched_bound(own, bottom, top, epsilon, 1) > threshold:
                    doubtful += 1
    # Above 0 are the pixels above the lowest: if one alone is close to it, it is that.
    if threshold == 0 and lowest > 0 and all_count and number == 1:
        doubtful = 0
    return total, inside, doubtful


def _count_active(
    cells: Any,
    packed: Any,
    counted: Any,
    regions: Any,
    down: Any,
    across: Any,
    opencv: bool,
    least: float,
    thresholds: Any,
    epsilon: Any,
    active: Any,
    active_in_mask: Any,
    doubtful: Any,
    extremes: Any,
) -> None:
    """Count the active pixels of maps, and find their lowest and highest pixels.

    Args:
        cells: (B, A, g, g) float32, rectified and stretched.
        packed: (B or 1, R, S, S / 8) uint8, within the pixels that count.
        counted: (B, S, S / 8) uint8, the pixels that count; of no image where all do.
        regions: (A,) int64, the region of each attribute.
        down: along y, what :class:`heed.metrics.grid.axes.Axis` holds but for its last array.
        across: along x.
        opencv: whether pixels are as OpenCV mixes cells, or are sums of products.
        least: cells below it may be rounded to 0 where they are mixed.
        thresholds: (T,) float32; pixels above it are active.
        epsilon: float32, added to the height of a map before it is divided by it.
        active: (T, B, A) float64, written to.
        active_in_mask: the same, of those in the mask.
        doubtful: (T, B, A) bool, written to: whether both are to be counted by the rule itself.
        extremes: (2, B, A) float64, written to: the lowest and the highest pixel of each map.
    """
    size = packed.shape[2]
    codes = np.empty((size, size), np.int32)
    rows = np.empty((cells.shape[2], size), np.float32)
    all_count = len(counted) == 0
    count = np.empty((0, size // 8), np.uint8)
    for image in range(cells.shape[0]):
        masks = packed[image if len(packed) > 1 else 0]
        for region in range(len(masks)):
            ready = False
            for attribute in range(len(regions)):
                if regions[attribute] != region:
                    continue
                if not ready:
                    _codes(masks[region], count if all_count else counted[image], codes)
                    ready = True
                own = cells[image, attribute]
                lowest, highest = extremes_of(own, down, across)
                extremes[0, image, attribute], extremes[1, image, attribute] = lowest, highest
                _enlarged_across(own, across, rows)
                small = False
                for cell in own.flat:
                    small = small or 0 < cell < least
                for number in range(len(thresholds)):
                    total, inside, doubt = _active(
                        own, rows, down, across, codes, thresholds[number], epsilon,
                        lowest, highest, opencv, all_count,
                    )  # fmt: skip
                    rounded = small and lowest == 0 and thresholds[number] == 0
                    active[number, image, attribute] = total
                    active_in_mask[number, image, attribute] = inside
                    doubtful[number, image, attribute] = doubt > 0 or rounded


_FLOATS: Final = written(types.float64, 3)
_AXIS: Final = types.Tuple(
    [read(types.int64, 1), *2 * [read(types.float32, 1)], *2 * [read(types.int64, 1)]]
)


@cache
def count_active() -> Loops:
    """:func:`_count_active`, compiled when it is first needed."""
    return compiled(
        _count_active,
        *(read(types.float32, 4), read(types.uint8, 4), read(types.uint8, 3)),
        *(read(types.int64, 1), _AXIS, _AXIS, types.boolean, types.float64),
        *(read(types.float32, 1), types.float32),
        *(_FLOATS, _FLOATS, written(types.boolean, 3), _FLOATS),
        uses=rounding,
    )
