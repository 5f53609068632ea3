"""Average maps: where a classifier looks, per attribute and group of faces.

The mean is over post-processed maps of the crop's size, but no map is ever
enlarged. With g the stretched 7 x 7 map, U the interpolation matrix of its placement (one
along y, one along x), and low and spread the minimum and the range of the enlarged map,
post-processing gives (U g U' - low) / spread. Its mean over faces is
U mean(g / spread) U' - mean(low / spread): a mean of 49 numbers and one constant,
enlarged once. Low and spread come from the few pixels next to where the
interpolation changes from one pair of cells to the next, since a bilinear
function is extreme at the corners of its patch.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from heed.base.errors import InputError
from heed.base.rounding import mean_count
from heed.explain.placement import Placement
from heed.explain.postprocess import interpolation_matrix, stretch

IMAGES_AT_ONCE = 256  # the chunks of stored maps
MAPS_AT_ONCE = 4096  # bounds the temporary arrays to a few tens of megabytes

Floats = NDArray[np.float64]


def average_maps(
    maps: Any, members: NDArray[np.bool_], size: int, placement: Placement | None = None
) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
    """Mean of the post-processed maps per attribute and group.

    Empty maps count, as zeros. Sums are kept in float64, batch by batch.

    Args:
        maps: (N, A, 7, 7) float32, signed, neither rectified nor scaled; an array or
            a stored zarr array, of which a batch is read at a time.
        members: the faces of each group, (G, N, A) bool.
        size: side S of the average maps in pixels.
        placement: where the cells lie; without one by the half-pixel rule.

    Returns:
        Means, (A, G, S, S) float32, 0..1, NaN where a group has no face; and the
        number of faces per attribute and group, (A, G) int64.

    Raises:
        ValueError: if maps and groups do not belong together, or a map is not finite.
    """
    members = np.asarray(members, np.bool_)
    maps = maps if hasattr(maps, "shape") else np.asarray(maps)
    if members.shape[1:] != maps.shape[:2]:
        raise InputError(
            f"average_maps: found maps {maps.shape} and groups {members.shape}; "
            "expected (N, A, 7, 7) and (G, N, A)"
        )
    down, across = enlarging(size, maps.shape[2:], placement)
    n = members.sum(axis=1).T  # (A, G)
    cells_sum = np.zeros((*n.shape, *maps.shape[2:]))
    low_sum = np.zeros(n.shape)
    for start in range(0, maps.shape[0], IMAGES_AT_ONCE):
        batch = maps[start : start + IMAGES_AT_ONCE]
        if not np.isfinite(batch).all():
            image, attribute = np.argwhere(~np.isfinite(batch))[0][:2]
            raise InputError(
                f"average_maps: the map of image {start + image} and attribute {attribute} "
                "is not finite; were the weights trained to the end?"
            )
        scaled, low = scaled_cells(batch, down, across)
        weights = members[:, start : start + IMAGES_AT_ONCE].astype(np.float64)
        cells_sum += np.einsum("gba,bayx->agyx", weights, scaled, optimize=True)
        low_sum += np.einsum("gba,ba->ag", weights, low)

    means = np.full((*n.shape, size, size), np.nan, dtype=np.float32)
    for index in np.ndindex(*n.shape):
        if n[index]:
            enlarged = down @ cells_sum[index] @ across.T - low_sum[index]
            means[index] = np.clip(enlarged / n[index], 0, 1)  # rounding may leave -1e-17
    return means, n


def pooled(
    replicates: Sequence[tuple[NDArray[np.float32], NDArray[np.int64]]],
) -> tuple[NDArray[np.float32], Floats]:
    """Average maps over all replicates of a model, each of whose maps counts alike.

    Args:
        replicates: what :func:`average_maps` returned for each, of the same shapes.

    Returns:
        Means, (A, G, S, S) float32, NaN where no replicate has a face in the group; and the
        mean number of faces over the replicates, (A, G) float64; see
        :func:`heed.base.rounding.mean_count`.
    """
    counts = np.stack([n for _, n in replicates])
    total = counts.sum(axis=0)
    means = np.zeros(replicates[0][0].shape, np.float64)
    for of_replicate, n in replicates:
        means += np.where(n[..., None, None] > 0, of_replicate, 0) * n[..., None, None]
    with np.errstate(invalid="ignore"):
        means /= total[..., None, None]
    return means.astype(np.float32), mean_count(counts)


def average_face(crops: Any, rows: NDArray[np.int64]) -> NDArray[np.float32]:
    """Mean of some crops, in their units 0..255.

    Args:
        crops: (M, S, S, 3) uint8, RGB; an array, or :class:`heed.base.arrays.StoredImages`, of
            which one row is read at a time.
        rows: which of them, at least one.

    Returns:
        (S, S, 3) float32.

    Raises:
        ValueError: if there are no rows.
    """
    if len(rows) == 0:
        raise InputError("average_face: found no faces; expected at least one")
    total = np.zeros(crops.shape[1:], dtype=np.int64)
    for row in rows:
        total += crops[int(row)]
    return (total / len(rows)).astype(np.float32)


def enlarging(
    size: int, cells: Sequence[int], placement: Placement | None
) -> tuple[Floats, Floats]:
    """The interpolation matrices along y and x, (S, g) each.

    Args:
        size: side S of the enlarged maps in pixels.
        cells: height and width of the maps.
        placement: where the cells lie; without one by the half-pixel rule.
    """
    height, width = cells
    placement = placement or Placement.half_pixel(size, (height, width))
    down = interpolation_matrix(size, height, placement.y)
    across = interpolation_matrix(size, width, placement.x)
    return down.astype(np.float64), across.astype(np.float64)


def scaled_cells(maps: NDArray[np.float32], down: Floats, across: Floats) -> tuple[Floats, Floats]:
    """Maps (B, A, 7, 7) and minima (B, A), both divided by the range after enlarging.

    The first less the second, enlarged, is the processed map (see above); so is a mean of them.

    Args:
        maps: signed, neither rectified nor scaled.
        down: the interpolation matrix along y, (S, 7).
        across: the one along x.
    """
    # One product with both sides at once: (..., 49) @ (49, E * E) -> the extreme candidates.
    to_corners = np.kron(_strip_ends(down), _strip_ends(across)).T
    flat = stretch(np.maximum(maps, 0)).astype(np.float64).reshape(-1, len(to_corners))
    low, spread = np.empty(len(flat)), np.empty(len(flat))
    for start in range(0, len(flat), MAPS_AT_ONCE):
        some = slice(start, start + MAPS_AT_ONCE)
        corners = flat[some] @ to_corners
        low[some] = corners.min(axis=1)
        spread[some] = corners.max(axis=1) - low[some] + 1e-7
    scaled = (flat / spread[:, None]).reshape(maps.shape)
    return scaled, (low / spread).reshape(maps.shape[:2])


def _strip_ends(enlarge: Floats) -> Floats:
    """Rows of the interpolation matrix at the first and last pixel between two cells."""
    between = enlarge > 0
    changes = np.flatnonzero((between[1:] != between[:-1]).any(axis=1))
    return enlarge[np.unique(np.concatenate([[0, len(enlarge) - 1], changes, changes + 1]))]
