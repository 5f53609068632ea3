"""Counts and sums over the pixels of post-processed maps, pixel by pixel.

The plain way to score a map: enlarge it to the image and look at every pixel.
:mod:`heed.metrics.grid.tally` gives the same numbers faster and is held to this module
by a property test. Maps of which cells do not tell all active pixels are counted here
in either case.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from heed.explain.placement import Placement
from heed.explain.postprocess import normalise
from heed.masks.packing import Packed, pack, sizes, unpack
from heed.metrics.grid.axes import inner_pixels
from heed.metrics.scores import Tally

MAPS_AT_ONCE = 8  # as many maps of 224 x 224 pixels as stay in a core's cache


def tally(
    maps: NDArray[np.float32],
    packed_regions: NDArray[np.uint8],
    region_of_attribute: NDArray[np.integer[Any]],
    threshold: float,
    placement: Placement | None = None,
    counted: NDArray[np.uint8] | None = None,
) -> Tally:
    """Count and sum over all pixels of each map.

    Args:
        maps: (B, A, g, g) float32, signed raw maps.
        packed_regions: (B or 1, R, S, S / 8) uint8, the regions' pixels as bits
            along x.
        region_of_attribute: (A,) integers, the region of each attribute.
        threshold: pixels above it are active, 0..1.
        placement: where the cells lie; without one by the half-pixel rule.
        counted: (B, S, S / 8) uint8, the pixels that count; None: all of them.
    """
    maps, region_of_attribute = np.asarray(maps), np.asarray(region_of_attribute)
    size = packed_regions.shape[-2]
    shape = maps.shape[:2]
    active, active_in_mask = np.empty(shape), np.empty(shape)
    energy, energy_in_mask = np.empty(shape), np.empty(shape)
    energy_in_border = np.empty(shape)
    inner = inner_pixels(size, maps.shape[-1])
    border = ~(inner[:, None] & inner[None, :])  # (S, S)
    empty = np.empty(shape, dtype=bool)
    mask_pixels = np.empty(shape)
    for image, image_maps in enumerate(maps):
        pixels = normalise(image_maps, size, placement)  # (A, S, S)
        if counted is not None:
            pixels = pixels * unpack(counted[image])
        own = packed_regions[image if len(packed_regions) > 1 else 0]
        masks = unpack(own)[region_of_attribute]  # (A, S, S)
        if counted is not None:
            masks = masks & unpack(counted[image])
        is_active = pixels > threshold
        active[image] = is_active.sum((1, 2))
        active_in_mask[image] = (is_active & masks).sum((1, 2))
        energy[image] = pixels.sum((1, 2), dtype=np.float64)
        energy_in_mask[image] = (pixels * masks).sum((1, 2), dtype=np.float64)
        energy_in_border[image] = (pixels * border).sum((1, 2), dtype=np.float64)
        empty[image] = ~(pixels > 0).any((1, 2))
        mask_pixels[image] = masks.sum((1, 2))
    return Tally(
        active,
        active_in_mask,
        energy,
        energy_in_mask,
        energy_in_border,
        empty,
        mask_pixels,
        size * size if counted is None else unpack(counted).sum((1, 2))[:, None],
    )


def count_active(
    maps: NDArray[np.float32],
    masks: Packed,
    threshold: float,
    placement: Placement,
    counted: Packed | None = None,
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Count the active pixels of each map, and those of them inside its mask.

    Works on bits: the active pixels are packed as the masks are, and both compared
    eight pixels at a time.

    Args:
        maps: (N, g, g) float32, signed raw maps.
        masks: (N, S, S / 8) uint8, the mask of each.
        threshold: pixels above it are active, 0..1.
        placement: where the cells lie.
        counted: (N, S, S / 8) uint8, the pixels that count; None: all of them.

    Returns:
        |D| and |D and M|, each (N,).
    """
    active, inside = np.empty(len(maps), np.int64), np.empty(len(maps), np.int64)
    for start in range(0, len(maps), MAPS_AT_ONCE):
        some = slice(start, start + MAPS_AT_ONCE)
        is_active = pack(normalise(maps[some], masks.shape[-2], placement) > threshold)
        if counted is not None:
            is_active &= counted[some]
        active[some], inside[some] = sizes(is_active), sizes(is_active & masks[some])
    return active, inside


def above_zero(maps: NDArray[np.float32], counted: NDArray[np.uint8], placement: Placement) -> bool:
    """Whether any pixel that counts is above 0.

    Args:
        maps: (1, 1, g, g), a signed raw map.
        counted: (1, S, S / 8), the pixels that count.
        placement: where the cells lie.
    """
    pixels = normalise(maps[0, 0], counted.shape[-2], placement)
    return bool((unpack(counted[0]) & (pixels > 0)).any())
