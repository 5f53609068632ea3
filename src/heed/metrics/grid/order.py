"""The compiled loop over all pixels of enlarged maps: their order, and the highest ones."""

from functools import cache
from typing import Any, Final

import numpy as np
from numba import types

from heed.metrics.grid.compiling import Loops, compiled, read, written

BITS: Final = 15
"""How many of a float32's lowest bits do not tell pixels apart for the area under the ROC curve:
values that agree to 1/256 count as equal, which moves it by about 2e-5, and orders 50,000 pixels in
the time of two looks at them."""

LEAST: Final = (127 - 24) << (23 - BITS)
"""The level of 2 ** -24, by its exponent; lower values count as 0."""

LEVELS: Final = (127 << (23 - BITS)) - LEAST + 1
"""Those up to the level of 1."""


def _order(
    pixels: Any,
    inside: Any,
    regions: Any,
    counted: Any,
    reach: Any,
    area: Any,
    pointing: Any,
) -> None:
    """The area under the ROC curve of maps, and whether they are highest near their masks.

    The bits of numbers that are not negative are in the order of the numbers.

    Args:
        pixels: (N, S, S) int32, the bits of float32 in 0..1; 0 where a pixel does not count.
        inside: (R, S, S) bool, masks, within the pixels that count.
        regions: (N,) int64, which mask each map has.
        counted: (S, S) bool, the pixels that count; without rows where all do.
        reach: (2 r + 1,) int64, how far to either side a pixel is near, in rows r above to r below.
        area: (N,) float64, written to; NaN where the mask has no pixel, or all.
        pointing: (N,) float64, written to: the share of the highest pixels that are near the mask;
            0 of a map that is 0 everywhere, NaN where the mask is empty.
    """
    size = pixels.shape[1]
    below = np.empty((2, LEVELS), np.int32)
    before = np.zeros((size, size + 1), np.int32)  # pixels of the mask to the left, by row
    for number in range(len(pixels)):
        bits, mask = pixels[number].ravel(), inside[regions[number]].ravel()
        below[:] = 0
        least_outside, least_inside = 0, 0  # most pixels: they need no place in memory
        for place in range(len(bits)):
            level = (bits[place] >> BITS) - LEAST
            if level > 0:
                below[np.int64(mask[place]), level] += 1
            else:
                least_inside += mask[place]
        for row in range(len(counted)):
            for column in range(size):
                if not counted[row, column]:
                    least_outside -= 1  # which are 0
        least_outside += len(bits) - least_inside - below.sum()
        below[0, 0], below[1, 0] = least_outside, least_inside
        outside, total, won = 0, 0, 0.0
        for level in range(LEVELS):
            won += below[1, level] * (outside + below[0, level] / 2)
            outside += below[0, level]
            total += below[1, level]
        pairs = np.float64(total) * np.float64(outside)
        area[number] = won / pairs if pairs > 0 else np.nan

        most = bits.max()
        pointing[number] = 0.0 if total else np.nan
        if not total or not most:
            continue
        first, last = -1, -1
        for place in range(len(bits)):
            if bits[place] == most:
                first = place if first < 0 else first
                last = place
        top, bottom, rows = first // size, last // size, len(reach) // 2
        for y in range(max(top - rows, 0), min(bottom + rows + 1, size)):
            for x in range(size):
                before[y, x + 1] = before[y, x] + mask[y * size + x]
        points, near = 0, 0
        for place in range(first, last + 1):
            if bits[place] != most:
                continue
            points += 1
            y, x = place // size, place % size
            for row in range(max(y - rows, 0), min(y + rows + 1, size)):
                wide = reach[row - y + rows]
                if before[row, min(x + wide + 1, size)] > before[row, max(x - wide, 0)]:
                    near += 1
                    break
        pointing[number] = near / points


@cache
def order() -> Loops:
    """:func:`_order`, compiled when it is first needed."""
    numbers, whole = written(types.float64, 1), read(types.int64, 1)
    return compiled(
        _order,
        *(read(types.int32, 3), read(types.boolean, 3), whole, read(types.boolean, 2), whole),
        *(numbers, numbers),
    )
