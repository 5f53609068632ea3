"""Intersection over union (IoU): how well a map outlines its mask."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from heed.base.errors import InputError
from heed.metrics.maps_and_masks import maps_and_masks


def intersection_over_union(
    maps: ArrayLike, masks: ArrayLike, threshold: float = 0.5
) -> NDArray[np.float64]:
    """The intersection over union of maps and masks, IoU = |D and M| / |D or M|.

    D are the active pixels of a map, those above the threshold, and M those of its mask (the
    coefficient of Jaccard 1912; Mysianov 2021 means to judge maps of faces by it). Other than the
    acceptable mask ratio it also wants the whole mask to be active.

    Args:
        maps: (..., H, W) in 0..1, enlarged to the image; NumPy array or torch tensor. Raw maps
            become such by :func:`heed.explain.postprocess.normalise`.
        masks: (..., H, W) bool, true inside; leading axes broadcast with those of the maps.
        threshold: pixels above it are active, 0 or more and below 1.

    Returns:
        (...) float64 in 0..1. 0 for an empty map, one without active pixels; NaN for an empty mask
        and for a map with a NaN in it.

    Raises:
        ValueError: maps and masks differ in size, or hold other values.

    Example:
        >>> maps = np.array([[0.9, 0.8, 0.7, 0.0]])
        >>> masks = np.array([[False, True, True, True]])
        >>> float(intersection_over_union(maps, masks))
        0.5
    """
    if not 0 <= threshold < 1:
        raise InputError(
            f"intersection_over_union: threshold: found {threshold}; expected 0 <= threshold < 1"
        )
    pixels, inside, missing = maps_and_masks(maps, masks, "intersection_over_union", highest=1)
    active = pixels > np.float64(threshold)
    both = np.count_nonzero(active & inside, axis=(-2, -1))
    either = np.count_nonzero(active | inside, axis=(-2, -1))
    known = ~missing & (np.count_nonzero(inside, axis=(-2, -1)) > 0)
    # where there is a mask, the union has a pixel
    return np.divide(both, either, out=np.full(np.shape(both), np.nan), where=known)
