"""What float32's rounding may make of a pixel that is close to the cut between active and others.

Compiled loops, for those of :mod:`heed.metrics.grid.kernel`. Of a map they are given its cells,
(g, g) float32, and how its pixels lie among them along y and along x: the first arrays of an
:class:`~heed.metrics.grid.axes.Axis`, in their order.
"""

from typing import Any, Final

import numba
import numpy as np

U: Final = 2.0**-24
"""Half a step of float32, relative: how far rounding moves a number at most."""

PRODUCTS: Final = 4 * U
"""As a sum of products of weights and cells, none of which is negative, a pixel comes out within
this share of itself: it is rounded twice along each axis, whichever comes first, and whether
additions are fused with products or not."""

OPENCV: Final = 8 * U
"""OpenCV 5 mixes two cells as ``a + (b - a) * f``. Twice, that is within this share of the largest
of the four cells, which may be far more than the pixel."""


@numba.njit(nogil=True)
def pixel_at(cells: Any, down: Any, across: Any, y: int, x: int) -> float:
    """A pixel in float64."""
    i, j, last = down[0][y], across[0][x], len(cells) - 1
    n, m = min(i + 1, last), min(j + 1, last)
    a, b = np.float64(down[1][y]), np.float64(down[2][y])
    c, d = np.float64(across[1][x]), np.float64(across[2][x])
    above = c * np.float64(cells[i, j]) + d * np.float64(cells[i, m])
    below = c * np.float64(cells[n, j]) + d * np.float64(cells[n, m])
    return a * above + b * below


@numba.njit(nogil=True)
def _mixed(a: Any, one: Any, b: Any, other: Any) -> tuple[Any, Any]:
    """What float32 may make of a * one + b * other, at least and at most; each has such bounds."""
    low, high = np.float32(np.inf), np.float32(0)
    for end in range(2):
        p, q = np.float32(a * one[end]), np.float32(b * other[end])
        first = np.float32(np.float64(a) * np.float64(one[end]) + np.float64(q))
        second = np.float32(np.float64(p) + np.float64(b) * np.float64(other[end]))
        low = min(low, np.float32(p + q), first, second)
        high = max(high, np.float32(p + q), first, second)
    return low, high


@numba.njit(nogil=True)
def bounds(cells: Any, down: Any, across: Any, y: int, x: int, opencv: bool) -> tuple[Any, Any]:
    """What float32 may make of a pixel, at least and at most."""
    i, j, last = down[0][y], across[0][x], len(cells) - 1
    n, m = min(i + 1, last), min(j + 1, last)
    p, q, r, s = cells[i, j], cells[i, m], cells[n, j], cells[n, m]
    if opencv:
        return around(pixel_at(cells, down, across, y, x), OPENCV * max(max(p, q), max(r, s)))
    a, b, c, d = down[1][y], down[2][y], across[1][x], across[2][x]
    above, below = _mixed(c, (p, p), d, (q, q)), _mixed(c, (r, r), d, (s, s))
    left, right = _mixed(a, (p, p), b, (r, r)), _mixed(a, (q, q), b, (s, s))
    one, other = _mixed(a, above, b, below), _mixed(c, left, d, right)
    return min(one[0], other[0]), max(one[1], other[1])


@numba.njit(nogil=True)
def around(value: float, error: float) -> tuple[Any, Any]:
    """Bounds in float32, whose own rounding is added."""
    error += abs(value) * U
    return np.float32(value - error), np.float32(value + error)


@numba.njit(nogil=True)
def extremes_of(cells: Any, down: Any, across: Any) -> tuple[float, float]:
    """The lowest and the highest pixel of a map, in float64."""
    lowest, highest = np.inf, -np.inf
    for y in down[4]:
        for x in across[4]:
            value = pixel_at(cells, down, across, y, x)
            lowest, highest = min(lowest, value), max(highest, value)
    return lowest, highest


@numba.njit(nogil=True)
def bounds_of_highest(cells: Any, down: Any, across: Any, highest: float) -> tuple[Any, Any]:
    """What sums of products in float32 may make of the highest pixel, at least and at most.

    Those of the corner pixels that are as high; unless another pixel is so close that rounding
    might lift it above them. On each patch, that would be a corner pixel, or one next to it.
    """
    near = highest * (1 - 2 * PRODUCTS - U)
    widest = around(highest, PRODUCTS * highest)
    low, high = np.float32(0), np.float32(0)
    for y in down[4]:
        for x in across[4]:
            value = pixel_at(cells, down, across, y, x)
            if value < near:
                continue
            if value < highest:
                return widest
            own = bounds(cells, down, across, y, x, False)
            low, high = max(low, own[0]), max(high, own[1])
            for step in (-1, 1):
                above, left = y + step, x + step
                other = 0 <= above < len(down[0]) and not _same(down, y, above)
                if other and pixel_at(cells, down, across, above, x) >= near:
                    return widest
                other = 0 <= left < len(across[0]) and not _same(across, x, left)
                if other and pixel_at(cells, down, across, y, left) >= near:
                    return widest
    return low, high


@numba.njit(nogil=True)
def _same(axis: Any, one: int, other: int) -> bool:
    """Whether two pixels of an axis mix the same cells alike."""
    mixed = axis[2][one] == axis[2][other] and axis[1][one] == axis[1][other]
    return axis[0][one] == axis[0][other] and mixed


@numba.njit(nogil=True)
def stretched_bound(pixel: Any, lowest: Any, highest: Any, epsilon: Any, most: int) -> Any:
    """What the second stretch of post-processing may make of a pixel, at least or at most.

    Of given numbers float32 makes one thing alone. But the difference to the lowest pixel and the
    height are rounded each by itself: the lowest pixel may count as high for one, as low for the
    other.

    Args:
        pixel: its bounds.
        lowest: bounds of the lowest pixel.
        highest: bounds of the highest one.
        epsilon: added to the height.
        most: 0 for the least value, 1 for the most.
    """
    height = max(np.float32(highest[1 - most] - lowest[most]), np.float32(0))
    height = np.float32(epsilon + height)
    return np.float32(np.float32(pixel[most] - lowest[1 - most]) / height)
