"""Exact counts and sums over the pixels of bilinear maps, from their 49 cells.

An enlarged map is bilinear on each patch between four cells (see :mod:`heed.metrics.grid.axes`),
wherever its placement puts them, so that

- any weighted sum of pixels, such as the energy in a mask, is a weighted sum of cells, with weights
  that depend on the mask alone (:mod:`heed.metrics.grid.weighing`);
- the highest and the lowest pixel are corner pixels of patches.

Active pixels are counted in compiled loops (:mod:`heed.metrics.grid.kernel`).
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from heed.base.errors import InputError
from heed.explain.postprocess import EPSILON
from heed.masks.packing import sizes
from heed.metrics.grid.active import Active, active
from heed.metrics.grid.axes import axes_of, inner_pixels
from heed.metrics.grid.parts import in_parts
from heed.metrics.grid.pixels import above_zero
from heed.metrics.grid.prepared_masks import PreparedMasks
from heed.metrics.grid.weighing import weighted_sums
from heed.metrics.scores import Tally

LEAST_ENERGY = 1e-2
"""Sums of pixels below it are looked at pixel by pixel, where some pixels do not count."""

Floats = NDArray[np.float64]


def tally(maps: NDArray[np.float32], masks: PreparedMasks, threshold: float) -> Tally:
    """Count and sum over all pixels of each post-processed map.

    Args:
        maps: (B, A, g, g) float32, signed raw maps.
        masks: of the same B images, or shared, prepared for the placement of the maps.
        threshold: pixels above it are active, 0..1.

    Returns:
        The counts of :func:`heed.metrics.grid.pixels.tally`, and its sums within the
        rounding of float32. Their bytes depend neither on the company of a map nor on the number
        of threads, as many as there are cores.

    Raises:
        ValueError: maps and masks do not fit each other, or a map is not finite.
    """
    return tallies(maps, masks, [threshold])[0]


def tallies(
    maps: NDArray[np.float32], masks: PreparedMasks, thresholds: Sequence[float]
) -> list[Tally]:
    """The same for each of several thresholds, in one look at the maps.

    Args:
        maps: as for :func:`tally`.
        masks: as for :func:`tally`.
        thresholds: pixels above each are active, 0..1.

    Returns:
        In the order of the thresholds. They differ in the active pixels alone, and share the other
        arrays.

    Raises:
        ValueError: as :func:`tally`.
    """
    maps = np.asarray(maps)
    _check(maps, masks)
    thresholds = [float(threshold) for threshold in thresholds]
    parts = in_parts(lambda some: _tally(maps[some], masks.of(some), thresholds), len(maps))
    counts = [np.concatenate([part[which] for part in parts], axis=1) for which in (0, 1)]
    rest = {name: np.concatenate([part[2][name] for part in parts]) for name in parts[0][2]}
    mask_pixels = sizes(masks.packed).astype(np.float64)[:, masks.region_of_attribute]
    mask_pixels = np.broadcast_to(mask_pixels, maps.shape[:2])
    pixels = masks.size**2 if masks.counted is None else masks.counted.pixels
    return [
        Tally(of_one, inside, **rest, mask_pixels=mask_pixels, pixels=pixels)
        for of_one, inside in zip(*counts, strict=True)
    ]


def _tally(
    maps: NDArray[np.float32], masks: PreparedMasks, thresholds: Sequence[float]
) -> tuple[Floats, Floats, dict[str, NDArray[Any]]]:
    """|D| and |D and M|, (T, B, A), and what no threshold bears on, (B, A) each."""
    counted, regions = masks.counted, masks.region_of_attribute
    left = None if counted is None else counted.packed
    found = active(maps, masks.packed, regions, thresholds, masks.placement, left)
    return found.pixels, found.in_mask, _energy(maps, found, masks)


def _energy(
    maps: NDArray[np.float32], found: Active, masks: PreparedMasks
) -> dict[str, NDArray[Any]]:
    """The sums of a Tally, and which maps are empty, (B, A) each."""
    counted, regions = masks.counted, masks.region_of_attribute
    all_alike = np.zeros_like(regions)
    down, across = axes_of(masks.size, maps.shape[-1], masks.placement)
    inner = inner_pixels(masks.size, maps.shape[-1])
    pixels: Any = masks.size**2
    inner_count: Any = inner.sum() ** 2
    if counted is None:
        of_all, of_inner = (
            np.outer(down.weights[rows].sum(0), across.weights[rows].sum(0)).reshape(1, 1, -1)
            for rows in (slice(None), inner)
        )
    else:
        pixels, inner_count = counted.pixels, counted.inner_pixels
        of_all, of_inner = counted.cell_weights, counted.inner_cell_weights
    mask_pixels = sizes(masks.packed).astype(np.float64)[:, regions]
    cells, lowest = found.cells.reshape(*maps.shape[:2], -1), found.lowest
    # The second stretch, (pixel - lowest) / spread, is affine: it applies to sums as well.
    spread = found.highest - lowest + float(EPSILON)
    energy = (weighted_sums(cells, of_all, all_alike) - lowest * pixels) / spread
    in_mask = (weighted_sums(cells, masks.cell_weights, regions) - lowest * mask_pixels) / spread
    not_border = (weighted_sums(cells, of_inner, all_alike) - lowest * inner_count) / spread
    energy = np.maximum(energy, 0)  # rounding may leave -1e-17
    in_mask, in_border = np.clip(in_mask, 0, energy), np.clip(energy - not_border, 0, energy)
    empty = found.highest == 0
    if counted is not None:
        # What lies above 0 may all be left out; so little energy may be rounding.
        for image, attribute in np.argwhere(~empty & (energy < LEAST_ENERGY)):
            own_map = maps[image : image + 1, attribute : attribute + 1]
            if not above_zero(own_map, counted.packed[image : image + 1], masks.placement):
                empty[image, attribute] = True
                for sums in (energy, in_mask, in_border):
                    sums[image, attribute] = 0
    return {
        "energy": energy,
        "energy_in_mask": in_mask,
        "energy_in_border": in_border,
        "empty": empty,
    }


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
