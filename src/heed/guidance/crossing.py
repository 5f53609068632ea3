"""Whether edges of a polygon cross, so that it has no inside that everyone agrees on."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

NEARLY: Final = 1e-9
"""How near to a line a point counts as on it, as a share of the polygon's extent."""


def edges_cross(corners: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Which polygons have two edges that cross.

    Two edges cross where the ends of each lie on both sides of the other. Edges that meet in a
    point, or lie on each other, do not: a polygon may touch itself, as one with a hole does that is
    drawn in one line.

    Args:
        corners: (n, K, 2) x, y; finite.

    Returns:
        (n,) bool.

    Example:
        >>> square = np.array([[0.0, 0], [1, 0], [1, 1], [0, 1]])
        >>> edges_cross(np.stack([square, square[[0, 2, 1, 3]]])).tolist()
        [False, True]
    """
    found = np.zeros(len(corners), np.bool_)
    if not len(corners):
        return found
    starts, ends = corners, np.roll(corners, -1, axis=1)
    extent = np.ptp(corners, axis=1).max(axis=1)[:, None]
    for edge in range(corners.shape[1]):
        start, end = starts[:, edge, None], ends[:, edge, None]
        # Which side of this edge's line the others' ends lie on, and the other way round.
        sides = _side(start, end, starts, extent) * _side(start, end, ends, extent)
        others = _side(starts, ends, start, extent) * _side(starts, ends, end, extent)
        found |= ((sides < 0) & (others < 0)).any(axis=1)
    return found


def _side(
    start: NDArray[np.float64],
    end: NDArray[np.float64],
    point: NDArray[np.float64],
    extent: NDArray[np.float64],
) -> NDArray[np.float64]:
    """1 to the right of a line (y down), -1 to its left, 0 on it."""
    along, across = end - start, point - start
    area = along[..., 0] * across[..., 1] - along[..., 1] * across[..., 0]
    near = np.abs(area) <= NEARLY * extent * np.hypot(along[..., 0], along[..., 1])
    return np.where(near, 0, np.sign(area))
