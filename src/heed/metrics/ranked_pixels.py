"""Pixels from the highest to the lowest: what the curves over all thresholds are made of."""

from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike, NDArray

from heed.metrics.maps_and_masks import maps_and_masks

Counts = NDArray[np.int64]


def by_rank(
    maps: ArrayLike, masks: ArrayLike, score: str, of_counts: Callable[[Counts, Counts], float]
) -> NDArray[np.float64]:
    """A number for each map that depends on the order of its pixels alone.

    Args:
        maps: (..., H, W), 0 or more.
        masks: (..., H, W) bool; leading axes broadcast with those of the maps.
        score: what is computed, for messages.
        of_counts: from the numbers of pixels inside and outside the mask that are at least as high
            as the highest, the second highest … value of the map, (D,) each, to the number.

    Returns:
        (...) float64; NaN for an empty mask and for a map with a NaN in it.
    """
    pixels, inside, missing = maps_and_masks(maps, masks, score, highest=np.inf)
    shape = np.broadcast_shapes(pixels.shape, inside.shape)
    found = np.full(shape[:-2], np.nan)
    every = np.broadcast_to(pixels, shape), np.broadcast_to(inside, shape)
    for place in np.ndindex(shape[:-2]):
        map_, mask = (each[place].ravel() for each in every)
        if not np.broadcast_to(missing, shape[:-2])[place] and mask.any():
            order = np.argsort(map_)[::-1]
            falling = map_[order]
            ends = np.append(np.flatnonzero(np.diff(falling)), len(falling) - 1)  # of equal ones
            hits = np.cumsum(mask[order])[ends]
            found[place] = of_counts(hits, ends + 1 - hits)
    return found
