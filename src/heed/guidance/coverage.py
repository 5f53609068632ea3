"""Which share of each cell of a grid a region covers.

Pixels are counted from 0 and whole numbers are their centres, so that a crop of S pixels reaches
from -0.5 to S - 0.5. A cell has the pixels that are nearest to it: where cells lie at the centres
of their blocks (`half_pixel`), these blocks; where a placement says that the cells look elsewhere
(`receptive_field`), what lies between the middles to its neighbours, and at the rim all up to the
edge of the crop. A cell that is nearest to no pixel is not covered by anything.
"""

from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from heed.base.errors import InputError
from heed.explain.placement import AxisPlacement, Placement
from heed.guidance.coordinates import corners_of, whole_number
from heed.guidance.crossing import edges_cross
from heed.masks.packing import unpack

Coverage = NDArray[np.float32]
"""(n, g, g) float32, 0..1: rows of cells from the top, cells of a row from the left."""

POLYGONS: Final = 4096
"""Polygons that are measured at once: some 40 MB on a grid of 14 x 14."""

MASKS: Final = 128
"""Masks that are averaged at once: 26 MB of crops of 224 pixels."""


def coverage_of_polygons(
    corners: ArrayLike, size: int, grid: int, placement: Placement | None = None
) -> Coverage:
    """The share of each cell that lies in a polygon, exactly.

    The area of a polygon left of x = X and above y = Y is, by Green's theorem, the sum over its
    edges of the integral of max(X - x, 0) dy along the edge's part above Y, up to the sign
    that the sense of rotation gives; a cell's area is what four of these sums leave.

    Args:
        corners: (n, K, 2) x, y in pixels of the crop, K >= 3: the rectangles of
            :func:`heed.guidance.regions.rectangle_corners`, or a polygon drawn on each face. In
            either sense of rotation; concave ones too, but their edges must not cross. NaN for no
            polygon at all.
        size: side of the crop in pixels.
        grid: side of the grid in cells.
        placement: where the cells lie; without it at the centres of equal blocks.

    Returns:
        (n, grid, grid) float32 in 0..1. What lies outside of the crop is cut off; all 0 where a
        polygon lies outside altogether or has a corner that is NaN.

    Raises:
        InputError: the shape is another one, a corner is infinite or no number, edges of a polygon
            cross, size or grid is no whole number above 0.
        PlacementError: the placement does not fit the crop.

    Example:
        >>> square = [[[-0.5, -0.5], [2.5, -0.5], [2.5, 1.5], [-0.5, 1.5]]]  # 3 x 2 pixels
        >>> coverage_of_polygons(square, size=4, grid=2).tolist()  # cells of 2 x 2 pixels
        [[[1.0, 0.5], [0.0, 0.0]]]
    """
    size, grid = _sides(size, grid, "coverage_of_polygons")
    points = corners_of(corners, "coverage_of_polygons")
    if points.ndim != 3 or points.shape[1] < 3 or points.shape[2] != 2:
        raise InputError(
            f"coverage_of_polygons: found corners {points.shape}; expected (n, K, 2): x, y of at "
            "least three corners of each polygon"
        )
    if np.isinf(points).any():
        face = int(np.isinf(points).any(axis=(1, 2)).argmax())
        raise InputError(
            f"coverage_of_polygons: found an infinite corner of polygon {face} (counted from 0): "
            f"{points[face].tolist()}; expected pixels, or NaN for no polygon"
        )
    known = np.flatnonzero(~np.isnan(points).any(axis=(1, 2)))
    y_edges, x_edges = _edges(size, grid, placement)
    area = np.outer(np.diff(y_edges), np.diff(x_edges))
    area[area == 0] = np.inf
    covered = np.zeros((len(points), grid, grid), np.float32)
    for start in range(0, len(known), POLYGONS):
        some = known[start : start + POLYGONS]
        crossing = some[edges_cross(points[some])]
        if len(crossing):
            raise InputError(
                f"coverage_of_polygons: edges of polygon {crossing[0]} (counted from 0) cross each "
                f"other: {points[crossing[0]].tolist()}; expected its corners in their order "
                "around it"
            )
        share = _areas(points[some], y_edges, x_edges) / area
        # What rounding leaves of differences is no area: cells beside a polygon have exactly none.
        covered[some] = np.clip(np.round(share, 9), 0, 1)
    return covered


def coverage_of_masks(masks: ArrayLike, grid: int, placement: Placement | None = None) -> Coverage:
    """The share of each cell that lies in a mask, such as one of any version of ``heed.masks``.

    Pixels that two cells share count for both by the part that each has of them.

    Args:
        masks: (..., S, S) bool, true inside; or (..., S, S / 8) uint8, packed as in
            :mod:`heed.masks.packing`.
        grid: side of the grid in cells.
        placement: where the cells lie; without it at the centres of equal blocks.

    Returns:
        (..., grid, grid) float32 in 0..1; all 0 where a mask is empty.

    Raises:
        InputError: these are no masks of square crops, or the grid is no whole number above 0.
        PlacementError: the placement does not fit the crop.

    Example:
        >>> coverage_of_masks(np.eye(4, dtype=bool), grid=2).tolist()
        [[0.5, 0.0], [0.0, 0.5]]
    """
    array = np.asarray(masks)
    packed = array.dtype == np.uint8
    if (
        array.ndim < 2
        or array.dtype not in (np.uint8, np.bool_)
        or (array.shape[-1] * (8 if packed else 1) != array.shape[-2])
    ):
        raise InputError(
            f"coverage_of_masks: found {array.dtype} {array.shape}; expected bool (..., S, S) or "
            "packed uint8 (..., S, S / 8)"
        )
    size, grid = _sides(array.shape[-2], grid, "coverage_of_masks")
    edges = _edges(size, grid, placement)
    rows, columns = (_shares(edge, size) for edge in edges)
    flat = array.reshape(-1, *array.shape[-2:])
    covered = np.empty((len(flat), grid, grid), np.float32)
    for start in range(0, len(flat), MASKS):
        batch = flat[start : start + MASKS]
        inside = (unpack(batch) if packed else batch).astype(np.float32)
        covered[start : start + MASKS] = rows @ (inside @ columns.T)
    return np.clip(covered, 0, 1).reshape(*array.shape[:-2], grid, grid)


def _sides(size: int, grid: int, caller: str) -> tuple[int, int]:
    return whole_number(size, "size", caller), whole_number(grid, "grid", caller)


def _edges(
    size: int, grid: int, placement: Placement | None
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Where the cells of each axis, y and x, begin and end: (grid + 1,) pixels."""
    place = placement or Placement.half_pixel(size, grid)

    def of_axis(axis: AxisPlacement) -> NDArray[np.float64]:
        axis.check(size, grid)
        middles = axis.offset + axis.stride * (np.arange(1, grid) - 0.5)
        return np.concatenate([[-0.5], np.clip(middles, -0.5, size - 0.5), [size - 0.5]])

    return of_axis(place.y), of_axis(place.x)


def _areas(
    corners: NDArray[np.float64], y_edges: NDArray[np.float64], x_edges: NDArray[np.float64]
) -> NDArray[np.float64]:
    """The area in pixels that polygons (n, K, 2) have in each cell: (n, grid, grid)."""
    below, right = y_edges[:, None], x_edges
    summed = np.zeros((len(corners), len(y_edges), len(x_edges)))
    ends = np.roll(corners, -1, axis=1)
    for (x, y), (x_end, y_end) in zip(
        corners.transpose(1, 2, 0)[..., None, None],
        ends.transpose(1, 2, 0)[..., None, None],
        strict=True,
    ):  # each (n, 1, 1)
        height = np.where(y_end == y, 1, y_end - y)
        # the part above Y, of no height where all of the edge is below; (n, rows, 1)
        cut = np.maximum(below, np.minimum(y, y_end))
        top, bottom = np.minimum(y, cut), np.minimum(y_end, cut)
        a, b = (x + (part - y) / height * (x_end - x) for part in (top, bottom))
        near, far = np.maximum(right - np.minimum(a, b), 0), np.maximum(right - np.maximum(a, b), 0)
        # the share of the part that is left of X, exactly 1 where all of it is
        across = np.abs(a - b)
        left = np.divide(near, across, out=np.ones_like(near), where=(far == 0) & (across > 0))
        summed += (bottom - top) * left * (near + far) / 2
    return np.abs(np.diff(np.diff(summed, axis=1), axis=2))


def _shares(edges: NDArray[np.float64], size: int) -> NDArray[np.float32]:
    """Each cell's share in each pixel of an axis, (grid, size); a cell's shares sum to 1."""
    pixels = np.arange(size)
    starts = np.maximum(pixels - 0.5, edges[:-1, None])
    ends = np.minimum(pixels + 0.5, edges[1:, None])
    widths = np.diff(edges)[:, None]
    return (np.maximum(ends - starts, 0) / np.where(widths > 0, widths, np.inf)).astype(np.float32)
