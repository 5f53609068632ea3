"""Intersection over union (IoU): how well a map outlines its mask."""

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from heed.base.errors import InputError
from heed.metrics.maps_and_masks import maps_and_masks

THRESHOLDS: Final = tuple(number / 20 for number in range(20))
"""From 0 to 0.95: where a map may be cut to become a region."""


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


def iou_over_thresholds(
    maps: ArrayLike, masks: ArrayLike, thresholds: Sequence[float] = THRESHOLDS
) -> NDArray[np.float64]:
    """The intersection over union of maps and masks at each of several thresholds.

    Which threshold turns a map into a region is a choice; over all of them it is seen what the
    choice decides. Of the values the maximum over thresholds is what the map could reach, and
    :func:`heed.metrics.valid_share.valid_share` the share of maps that count as valid.

    Args:
        maps: (..., H, W) in 0..1, as for :func:`intersection_over_union`.
        masks: (..., H, W) bool, true inside; leading axes broadcast with those of the maps.
        thresholds: T of them, each 0 or more and below 1, rising.

    Returns:
        (..., T) float64 in 0..1, higher is better. 0 where no pixel is active; NaN for an empty
        mask and for a map with a NaN in it.

    Raises:
        ValueError: maps and masks differ in size, or hold other values; thresholds do not rise.

    Example:
        >>> maps = np.array([[0.9, 0.8, 0.7, 0.0]])
        >>> masks = np.array([[False, True, True, True]])
        >>> iou_over_thresholds(maps, masks, [0.5, 0.75]).tolist()
        [0.5, 0.25]
    """
    levels = check_thresholds(thresholds, "iou_over_thresholds")
    pixels, inside, missing = maps_and_masks(maps, masks, "iou_over_thresholds", highest=1)
    shape = np.broadcast_shapes(pixels.shape, inside.shape)
    height, width = shape[-2:]
    # The number of thresholds that each pixel is above says all: pixels are looked at once.
    above = np.searchsorted(levels, pixels.astype(np.float64))
    above = above.reshape(*pixels.shape[:-2], height * width)
    above = np.broadcast_to(above, (*shape[:-2], height * width))
    inner = np.broadcast_to(inside.reshape(*inside.shape[:-2], height * width), above.shape)
    flat = zip(above.reshape(-1, height * width), inner.reshape(-1, height * width), strict=True)
    bins = len(levels) + 1
    counts = np.array([
        (np.bincount(row, minlength=bins), np.bincount(row[mask], minlength=bins))
        for row, mask in flat
    ], np.int64).reshape(*shape[:-2], 2, bins)  # fmt: skip
    active, both = np.moveaxis(counts[..., ::-1].cumsum(axis=-1)[..., ::-1][..., 1:], -2, 0)
    whole = np.count_nonzero(inner, axis=-1)[..., None]
    known = (~missing & (whole[..., 0] > 0))[..., None]
    found = np.full(both.shape, np.nan)
    return np.divide(both, active + whole - both, out=found, where=known)


def check_thresholds(thresholds: Sequence[float], score: str) -> NDArray[np.float64]:
    """Thresholds as an array.

    Raises:
        ValueError: there is none, one is not in 0..1 (1 itself excluded), or they do not rise.
    """
    levels = np.asarray(thresholds, np.float64)
    inside = levels.ndim == 1 and len(levels) > 0 and bool(((levels >= 0) & (levels < 1)).all())
    if not inside or (np.diff(levels) <= 0).any():
        raise InputError(
            f"{score}: thresholds: found {thresholds}; expected rising numbers from 0 to below 1"
        )
    return levels
