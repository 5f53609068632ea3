"""Scores of where a map is highest, and of the order of its pixels: they need every pixel.

Other than AMR and PE they follow from no counts of patches: maps are enlarged a few at a time, and
nothing of them stays.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from heed.explain.postprocess import normalise
from heed.masks.packing import unpack
from heed.metrics.grid.pixels import MAPS_AT_ONCE
from heed.metrics.grid.prepared_masks import PreparedMasks
from heed.metrics.pointing_game import TOLERANCE, within

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

FEW: Final = 16
"""Of up to so many highest pixels each looks around itself; of more all distances are computed."""

BITS: Final = 15
"""How many of a float32's lowest bits do not tell pixels apart for the area under the ROC curve:
values that agree to 1/256 count as equal, which moves it by about 2e-5, and orders 50,000 pixels in
the time of two looks at them."""

LEAST: Final = np.float32(2**-24)
"""Lower values count as 0."""

LEVELS: Final = int(np.float32(1).view(np.int32) >> BITS) - int(LEAST.view(np.int32) >> BITS) + 1


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
    """Score maps by their pixels.

    Args:
        maps: (B, A, g, g) float32, signed raw maps, finite.
        masks: of the same images, or shared by them.
        tolerance: of the pointing game, in pixels.

    Returns:
        Both scores. Pixels that do not count are left out of both.
    """
    shape = maps.shape[:2]
    pointing, area = np.empty(shape), np.empty(shape)
    regions = masks.region_of_attribute
    inside = np.empty(0, np.bool_)
    disc = _disc(tolerance)
    for image, of_image in enumerate(maps):
        if image == 0 or len(masks.packed) > 1:
            inside = unpack(masks.packed[image if len(masks.packed) > 1 else 0])  # (R, S, S)
        counts = None if masks.counted is None else unpack(masks.counted.packed[image])
        for start in range(0, shape[1], MAPS_AT_ONCE):
            some = slice(start, start + MAPS_AT_ONCE)
            pixels = normalise(of_image[some], masks.size, masks.placement)
            if counts is not None:
                pixels *= counts
            for number, map_ in enumerate(pixels, start):
                mask = inside[regions[number]]
                pointing[image, number] = _pointing(map_, mask, disc, tolerance)
                area[image, number] = _area(map_, mask, counts)
    return Located(pointing, area)


def _disc(tolerance: float) -> NDArray[np.intp]:
    """The steps down and to the right that are no longer than a tolerance, (2, n)."""
    reach = np.arange(-int(tolerance), int(tolerance) + 1)
    down, right = np.meshgrid(reach, reach, indexing="ij")
    near = np.hypot(down, right) <= tolerance * (1 + 1e-6)
    return np.stack([down[near], right[near]])


def _pointing(
    map_: NDArray[np.float32], mask: Bools, disc: NDArray[np.intp], tolerance: float
) -> float:
    if not mask.any():
        return np.nan
    highest = map_.max()
    if highest == 0:
        return 0.0
    points = np.argwhere(map_ == highest)
    if len(points) > FEW:
        return float(within(mask, tolerance)[tuple(points.T)].mean())
    places = points.T[:, :, None] + disc[:, None]  # (2, points, n): what is near each point
    limits = np.array(mask.shape)[:, None, None]
    exist = ((places >= 0) & (places < limits)).all(axis=0)
    down, right = places.clip(0, limits - 1)
    return float((mask[down, right] & exist).any(axis=1).mean())


def _area(map_: NDArray[np.float32], mask: Bools, counts: Bools | None) -> float:
    # The bits of numbers that are not negative are in their order.
    least = LEAST.view(np.int32) >> BITS
    levels = np.maximum(map_.view(np.int32) >> BITS, least) - least + LEVELS * mask
    counted = levels.ravel() if counts is None else levels[counts]
    outside, inside = np.bincount(counted, minlength=2 * LEVELS).reshape(2, LEVELS)
    pairs = float(inside.sum()) * float(outside.sum())
    if not pairs:
        return np.nan
    below = np.cumsum(outside) - outside
    return float((inside * (below + outside / 2)).sum() / pairs)
