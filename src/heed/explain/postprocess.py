"""From a raw map to pixels in 0..1, exactly as the ``grad-cam`` package does it.

Bieri (2023) and the follow-up study score maps as pytorch-grad-cam 1.5 returns
them: rectify, stretch to 0..1, enlarge to the image, and stretch again (the
package's aggregation over layers, for one layer). The second stretch matters: the
enlarged map no longer reaches 0 and 1, since no pixel's centre is a cell's.

The package enlarges by the half-pixel rule. By another placement (see
:mod:`heed.explain.placement`) the enlarged map moves, and all else stays: between cells it is
bilinear, beyond the outermost cells it goes on with their values.

A map without positive cells, and a map that is constant, become 0 everywhere.
"""

import cv2
import numpy as np
from numpy.typing import ArrayLike, NDArray

from heed.base.errors import InputError
from heed.explain.placement import AxisPlacement, Placement, half_pixel_axis

EPSILON = np.float32(1e-7)
"""The package's guard against dividing by 0, added to the maximum."""


def normalise(
    maps: ArrayLike, size: int | tuple[int, int], placement: Placement | None = None
) -> NDArray[np.float32]:
    """Rectify maps, enlarge them to pixels, and stretch them to 0..1.

    In float32 and in the package's order of operations: the pixels at a map's
    minimum are exactly 0, and, by the half-pixel rule, they are the same pixels.

    Args:
        maps: (..., h, w), signed raw maps, y before x.
        size: the side of the image in pixels; height and width where they differ.
        placement: where the cells lie, :func:`heed.explain.receptive_field.receptive_field` of
            the network that the maps are of; without one by the half-pixel rule, as the package
            does.

    Returns:
        (..., H, W) float32 with H and W of ``size``, each map 0 everywhere or in 0..1.

    Raises:
        ValueError: if a map is not finite, ``size`` is smaller than the map, or the placement
            puts cells outside of the image.

    Example:
        >>> pixels = normalise([[-1.0, 0.0], [1.0, 3.0]], size=4)  # the negative cell counts as 0
        >>> print(pixels.round(2))
        [[0.   0.   0.   0.  ]
         [0.08 0.12 0.21 0.25]
         [0.25 0.37 0.62 0.75]
         [0.33 0.5  0.83 1.  ]]
    """
    return _enlarged(maps, size, placement, stretched=True)


def enlarge(
    maps: ArrayLike, size: int | tuple[int, int], placement: Placement | None = None
) -> NDArray[np.float32]:
    """Rectify maps, stretch them, and enlarge them to pixels, without the second stretch.

    What the grad-cam package makes of each of several layers, before it takes their mean.

    Args:
        maps: as for :func:`normalise`.
        size: as for :func:`normalise`.
        placement: as for :func:`normalise`.

    Returns:
        (..., H, W) float32 in 0..1.

    Raises:
        ValueError: as :func:`normalise`.
    """
    return _enlarged(maps, size, placement, stretched=False)


def _enlarged(
    maps: ArrayLike,
    size: int | tuple[int, int],
    placement: Placement | None,
    stretched: bool,
) -> NDArray[np.float32]:
    maps = np.asarray(maps)
    tall, wide = (size, size) if isinstance(size, int) else size
    if maps.ndim < 2 or tall < maps.shape[-2] or wide < maps.shape[-1]:
        most = f"{size}" if isinstance(size, int) else f"{tall} and {wide}"
        raise InputError(f"maps are {maps.shape}; expected (..., h, w) with h, w <= {most} pixels")
    if not np.isfinite(maps).all():
        raise InputError("a map is not finite; were the network's weights trained to the end?")
    height, width = maps.shape[-2:]
    cells = stretch(np.maximum(maps, 0)).reshape(-1, height, width)
    pixels = np.empty((len(cells), tall, wide), np.float32)
    if placement is None or placement == Placement.half_pixel((tall, wide), (height, width)):
        # OpenCV's own rounding decides which pixels share the minimum.
        for small, large in zip(cells, pixels, strict=True):
            cv2.resize(small, (wide, tall), dst=large, interpolation=cv2.INTER_LINEAR)
            if stretched:
                _stretch_in_place(large)
    else:
        down = interpolation_matrix(tall, height, placement.y)
        across = interpolation_matrix(wide, width, placement.x).T
        # One map at a time stays in the processor's cache, and comes out the same in any batch.
        for small, large in zip(cells, pixels, strict=True):
            np.matmul(down @ small, across, out=large)
            if stretched:
                _stretch_in_place(large)
    return pixels.reshape(*maps.shape[:-2], tall, wide)


def stretch(maps: ArrayLike) -> NDArray[np.float32]:
    """Stretch each map to 0..1: ``(map - min) / (1e-7 + max(map - min))``.

    Args:
        maps: (..., h, w).

    Returns:
        (..., h, w) float32; the minimum is exactly 0, the maximum just below 1.

    Example:
        >>> stretch([[2.0, 3.0], [4.0, 6.0]]).round(3).tolist()
        [[0.0, 0.25], [0.5, 1.0]]
    """
    stretched = np.array(maps, np.float32)  # a copy, which is written to
    _stretch_in_place(stretched)
    return stretched


def _stretch_in_place(maps: NDArray[np.float32]) -> None:
    lowest = maps.min(axis=(-2, -1), keepdims=True)
    highest = maps.max(axis=(-2, -1), keepdims=True)
    maps -= lowest
    maps /= EPSILON + (highest - lowest)


def interpolation_matrix(
    size: int, cells: int, axis: AxisPlacement | None = None
) -> NDArray[np.float32]:
    """The weights U with which pixels along one axis mix cells: ``U @ map @ U.T``.

    A pixel between two cells mixes both, by its distances; beyond the outermost cells, theirs
    are repeated. By the half-pixel rule this is OpenCV's bilinear enlargement: pixel i lies at
    ``(i + 1/2) cells / size - 1/2`` between the cells.

    Args:
        size: the number of pixels.
        cells: the number of cells, at most ``size``.
        axis: where the cells lie; without it by the half-pixel rule.

    Returns:
        (size, cells) float32, rows of at most two weights that sum to 1.

    Raises:
        PlacementError: a cell lies so far outside that no pixel sees it.

    Example:
        >>> interpolation_matrix(4, 2).tolist()
        [[1.0, 0.0], [0.75, 0.25], [0.25, 0.75], [0.0, 1.0]]
        >>> interpolation_matrix(4, 2, AxisPlacement(stride=2, offset=0)).tolist()
        [[1.0, 0.0], [0.5, 0.5], [0.0, 1.0], [0.0, 1.0]]
    """
    axis = half_pixel_axis(size, cells) if axis is None else axis
    axis.check(size, cells)
    position = np.clip(axis.places(size, cells), 0, cells - 1)
    distance = np.abs(position[:, None] - np.arange(cells))  # (size, cells)
    return np.maximum(1 - distance, 0).astype(np.float32)
