"""Exact counts and sums over the pixels of bilinear maps, from their 49 cells.

An enlarged map is bilinear on each patch between four cells (see
:mod:`heed.metrics.grid.patches`), wherever its placement puts them, so that

- any weighted sum of pixels, such as the energy in a mask, is a weighted sum of
  cells, with weights that depend on the mask alone;
- the highest and the lowest pixel are corner pixels of patches;
- the pixels at the minimum are corners, whole sides and whole patches: a side is
  at the minimum where both of its ends are, a patch where all four corners are.

The last point counts the pixels above 0, which are those above the minimum that
post-processing subtracts, by looking at corner pixels alone. Where several corners
compete for a minimum that is not 0, the rounding of the enlargement decides; such
maps are rare, and are enlarged.
"""

from dataclasses import fields
from typing import Any

import numpy as np
from numpy.typing import NDArray

from heed.base.errors import InputError
from heed.explain.postprocess import EPSILON, stretch
from heed.masks.packing import sizes
from heed.metrics.grid.patches import Axis, axis_of, inner_pixels
from heed.metrics.grid.pixels import above_zero, count_active
from heed.metrics.grid.prepared_masks import PreparedMasks
from heed.metrics.scores import Tally

IMAGES_AT_ONCE = 16  # bounds the temporary arrays to some 10 MB
# Heights that float32 may round to one: 1e-7 apart relatively, or nearly denormal.
CLOSE, CLOSE_TO_ZERO = 1e-5, 1e-37
LEAST_ENERGY = 1e-2
"""Sums of pixels below it are looked at pixel by pixel, where some pixels do not count."""

Floats = NDArray[np.float64]


def tally(maps: NDArray[np.float32], masks: PreparedMasks, threshold: float) -> Tally:
    """Count and sum over all pixels of each post-processed map.

    The energy, and with threshold 0 the active pixels too, come from the cells
    alone. Above 0 the outline of the active pixels is curved, and the pixels are
    counted.

    Args:
        maps: (B, A, g, g) float32, signed raw maps.
        masks: of the same B images, or shared, prepared for the placement of the maps.
        threshold: pixels above it are active, 0..1.

    Returns:
        The counts of :func:`heed.metrics.grid.pixels.tally`, and its sums within the
        rounding of float32.

    Raises:
        ValueError: maps and masks do not fit each other, or a map is not finite.
    """
    maps = np.asarray(maps)
    _check(maps, masks)
    parts = []
    for start in range(0, len(maps), IMAGES_AT_ONCE):
        some = slice(start, start + IMAGES_AT_ONCE)
        parts.append(_tally(maps[some], masks.of(some), threshold))
    names = [field.name for field in fields(Tally) if field.name != "pixels"]
    joined = {name: np.concatenate([getattr(part, name) for part in parts]) for name in names}
    counted = masks.counted
    return Tally(**joined, pixels=masks.size**2 if counted is None else counted.pixels)


def _tally(maps: NDArray[np.float32], masks: PreparedMasks, threshold: float) -> Tally:
    down = axis_of(masks.size, maps.shape[-1], masks.placement.y)
    across = axis_of(masks.size, maps.shape[-1], masks.placement.x)
    counted = masks.counted
    pixels: Any = masks.size**2 if counted is None else counted.pixels
    left = None if counted is None else counted.packed
    regions = masks.region_of_attribute
    mask_pixels = sizes(masks.packed).astype(np.float64)[:, regions]
    mask_pixels = np.broadcast_to(mask_pixels, maps.shape[:2])

    cells = stretch(np.maximum(maps, 0)).reshape(*maps.shape[:2], -1).astype(np.float64)
    corners = cells @ np.kron(down.ends, across.ends).T  # (B, A, up to 4 (g+1)²), y before x
    lowest, highest = corners.min(-1), corners.max(-1)

    # The second stretch, (pixel - lowest) / spread, is affine: it applies to sums as well.
    spread = highest - lowest + float(EPSILON)
    if counted is None:
        weights = np.outer(down.weights.sum(0), across.weights.sum(0)).ravel()
        total = cells @ weights
    else:
        total = _dot(cells, counted.cell_weights)
    energy = (total - lowest * pixels) / spread
    in_mask = _dot(cells, masks.cell_weights[:, regions])
    energy_in_mask = (in_mask - lowest * mask_pixels) / spread
    energy = np.maximum(energy, 0)  # rounding may leave -1e-17
    energy_in_mask = np.clip(energy_in_mask, 0, energy)
    if counted is None:
        inner = inner_pixels(masks.size, maps.shape[-1])
        inner_weights = np.outer(down.weights[inner].sum(0), across.weights[inner].sum(0))
        of_inner, inner_count = cells @ inner_weights.ravel(), inner.sum() ** 2
    else:
        of_inner, inner_count = _dot(cells, counted.inner_cell_weights), counted.inner_pixels
    energy_of_inner = (of_inner - lowest * inner_count) / spread
    energy_in_border = np.clip(energy - energy_of_inner, 0, energy)

    if threshold > 0:
        active, active_in_mask = count_active(
            maps, masks.packed, regions, threshold, masks.placement, left
        )
    else:
        at_lowest, doubtful = _lowest_parts(corners, down, across)
        # Counts are exact in float32: they are whole numbers below 2 ** 24.
        if counted is None:
            of_parts = np.outer(down.parts.sum(0), across.parts.sum(0)).astype(np.float32).ravel()
            active = pixels - (at_lowest @ of_parts).astype(np.float64)
        else:
            active = pixels - _dot(at_lowest, counted.part_pixels)
        active_in_mask = mask_pixels - _dot(at_lowest, masks.part_pixels[:, regions])
        for image in np.flatnonzero(doubtful.any(1)):
            these = doubtful[image]
            own = masks.of(slice(image, image + 1)).packed
            counts = count_active(
                maps[image : image + 1, these], own, regions[these], threshold,
                masks.placement, None if left is None else left[image : image + 1],
            )  # fmt: skip
            active[image, these], active_in_mask[image, these] = counts
    empty = highest == 0
    if counted is not None:
        # What lies above 0 may all be left out; so little energy may be rounding.
        for image, attribute in np.argwhere(~empty & (energy < LEAST_ENERGY)):
            own_map = maps[image : image + 1, attribute : attribute + 1]
            some = above_zero(own_map, counted.packed[image : image + 1], masks.placement)
            empty[image, attribute] = not some
            if not some:
                energy[image, attribute] = energy_in_mask[image, attribute] = 0
                energy_in_border[image, attribute] = 0
    return Tally(
        active,
        active_in_mask,
        energy,
        energy_in_mask,
        energy_in_border,
        empty,
        mask_pixels,
        pixels,
    )


def _dot(maps: NDArray[Any], masks: NDArray[Any]) -> Floats:
    """The dot products of (B, A, n) with (B or 1, A or 1, n), (B, A)."""
    products: NDArray[Any] = np.einsum("ban,ban->ba", maps, np.broadcast_to(masks, maps.shape))
    return products.astype(np.float64)


def _lowest_parts(
    corners: Floats, down: Axis, across: Axis
) -> tuple[NDArray[np.float32], NDArray[np.bool_]]:
    """Find the parts of each map that lie at its minimum.

    Args:
        corners: (B, A, up to 4 (g+1)²), the map at both ends of all strips, y before x.
        down: how the strips lie along y.
        across: how they lie along x.

    Returns:
        (B, A, up to 9 (g+1)²) float32, 1 for the parts at the minimum, else 0, and (B, A)
        bool, where that is in doubt: float32 adds and drops no pixel at 0 (its sums
        of numbers that are not negative are 0 where all of them are), but which of
        several equal corners above 0 comes out lowest is a matter of rounding.
    """
    lowest = corners.min(-1, keepdims=True)
    at_lowest = corners <= lowest * (1 + CLOSE) + CLOSE_TO_ZERO
    once = np.outer(down.distinct_ends, across.distinct_ends).ravel().astype(np.float32)
    zeros = (corners == 0).astype(np.float32) @ once
    doubtful = at_lowest.astype(np.float32) @ once > np.maximum(zeros, 1)

    ends = len(down.ends), len(across.ends)
    of_rows = _parts(at_lowest.reshape(*corners.shape[:-1], *ends))  # (..., 3 (g+1), 2 (g+1))
    of_both = _parts(of_rows.swapaxes(-1, -2)).swapaxes(-1, -2)  # (..., 3 (g+1), 3 (g+1))
    return of_both.reshape(*corners.shape[:-1], -1).astype(np.float32), doubtful


def _parts(ends: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """From both ends of up to 8 strips to their parts, three each, along the last axis but one.

    The part between the ends is at the minimum where both ends are.
    """
    first, last = ends[..., 0::2, :], ends[..., 1::2, :]
    parts = np.stack([first, first & last, last], axis=-2)  # (..., 8, 3, n)
    return parts.reshape(*parts.shape[:-3], -1, parts.shape[-1])


def _check(maps: NDArray[np.float32], masks: PreparedMasks) -> None:
    attributes = len(masks.region_of_attribute)
    if maps.ndim != 4 or maps.shape[1] != attributes or maps.shape[2] != maps.shape[3]:
        raise InputError(f"maps are {maps.shape}; expected (B, {attributes}, cells, cells)")
    if maps.shape[2] ** 2 != masks.cell_weights.shape[-1]:
        raise InputError(
            f"maps have {maps.shape[2]} x {maps.shape[3]} cells; the masks were prepared for "
            f"{masks.cell_weights.shape[-1]} cells"
        )
    if len(masks.packed) not in (1, len(maps)):
        raise InputError(f"masks of {len(masks.packed)} images for maps of {len(maps)} images")
    if not np.isfinite(maps).all():
        image, attribute = np.argwhere(~np.isfinite(maps))[0][:2]
        raise InputError(
            f"the map of image {image} (counted from 0 in its batch) and attribute {attribute} "
            "is not finite; were the network's weights trained to the end?"
        )
