"""Scores of where a map is highest, and of the order of its pixels: they need every pixel.

Other than AMR and PE they follow from no counts of patches: maps are enlarged a few at a time, and
nothing of them stays.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from heed.explain.postprocess import normalise
from heed.masks.packing import unpack
from heed.metrics.grid.order import order
from heed.metrics.grid.parts import in_parts
from heed.metrics.grid.pixels import MAPS_AT_ONCE
from heed.metrics.grid.prepared_masks import PreparedMasks
from heed.metrics.pointing_game import TOLERANCE

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]


@dataclass(frozen=True)
class Located:
    """Where maps are highest, each (B, A); NaN where the mask is empty."""

    pointing_game: Floats
    """:func:`heed.metrics.pointing_game.pointing_game`."""
    pixel_roc_auc: Floats
    """:func:`heed.metrics.pixel_roc_auc.pixel_roc_auc`, of values without their last bits."""


def located(
    maps: NDArray[np.float32], masks: PreparedMasks, tolerance: float = TOLERANCE
) -> Located:
    """Score maps by their pixels, some images in each of as many threads as there are cores.

    Args:
        maps: (B, A, g, g) float32, signed raw maps, finite.
        masks: of the same images, or shared by them.
        tolerance: of the pointing game, in pixels.

    Returns:
        Both scores. Pixels that do not count are left out of both.
    """
    order()
    parts = in_parts(lambda some: _located(maps[some], masks.of(some), tolerance), len(maps))
    pointing, area = (np.concatenate([part[which] for part in parts]) for which in (0, 1))
    return Located(pointing, area)


def _located(
    maps: NDArray[np.float32], masks: PreparedMasks, tolerance: float
) -> tuple[Floats, Floats]:
    """Both scores of some images, each (B, A)."""
    shape = maps.shape[:2]
    pointing, area = np.empty(shape), np.empty(shape)
    regions = masks.region_of_attribute.astype(np.int64)
    all_count = np.empty((0, masks.size), np.bool_)
    inside = np.empty(0, np.bool_)
    reach = _reach(tolerance)
    for image, of_image in enumerate(maps):
        if image == 0 or len(masks.packed) > 1:
            inside = unpack(masks.packed[image if len(masks.packed) > 1 else 0])  # (R, S, S)
        counts = all_count if masks.counted is None else unpack(masks.counted.packed[image])
        for start in range(0, shape[1], MAPS_AT_ONCE):
            some = slice(start, start + MAPS_AT_ONCE)
            pixels = normalise(of_image[some], masks.size, masks.placement)
            if masks.counted is not None:
                pixels *= counts
            found = area[image, some], pointing[image, some]
            order()(pixels.view(np.int32), inside, regions[some], counts, reach, *found)
    return pointing, area


def _reach(tolerance: float) -> NDArray[np.int64]:
    """How far to either side a pixel is near in each row, from above to below, (2 r + 1,)."""
    rows = np.arange(-int(tolerance), int(tolerance) + 1)
    farthest = tolerance * (1 + 1e-6)
    return np.sqrt(np.maximum(farthest**2 - rows**2, 0)).astype(np.int64)
