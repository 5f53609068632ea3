"""The intersection over union of bounding boxes: is the place right, whatever the outline?"""

from collections.abc import Sequence
from typing import Literal

import cv2
import numpy as np
from numpy.typing import ArrayLike, NDArray

from heed.base.errors import InputError
from heed.metrics.intersection_over_union import THRESHOLDS, check_thresholds
from heed.metrics.maps_and_masks import maps_and_masks
from heed.metrics.real_numbers import real_numbers

Boxes = NDArray[np.int64]

Region = Literal["largest", "all"]
"""What of a map the box is drawn around: its largest connected region, or all active pixels."""


def bounding_box_iou(
    maps: ArrayLike,
    masks: ArrayLike,
    thresholds: Sequence[float] = THRESHOLDS,
    region: Region = "largest",
) -> NDArray[np.float64]:
    """The intersection over union of the boxes around maps and masks, at each threshold.

    The box of a map is the smallest upright rectangle around its largest connected region of pixels
    above the threshold (Zhou et al. 2016, *Learning Deep Features for Discriminative
    Localization*), that of a mask the smallest one around all of its pixels. The share of maps
    whose IoU reaches 0.5, at the best threshold, is MaxBoxAcc of Choe et al. (2020, *Evaluating
    Weakly Supervised Object Localization Methods Right*):
    ``valid_share(bounding_box_iou(maps, masks)).max(axis=-1)``.

    Args:
        maps: (..., H, W) in 0..1, enlarged to the image.
        masks: (..., H, W) bool, true inside; leading axes broadcast with those of the maps.
        thresholds: T of them, each 0 or more and below 1, rising.
        region: ``largest``, by neighbours at edges and corners, or ``all`` active pixels.

    Returns:
        (..., T) float64 in 0..1, higher is better. 0 where no pixel is active; NaN for an empty
        mask and for a map with a NaN in it. A uniform map above the threshold has the share of the
        image that the mask's box covers.

    Raises:
        ValueError: maps and masks differ in size, or hold other values; thresholds do not rise.

    Example:
        >>> maps = np.array([[0.9, 0.0, 0.0], [0.0, 0.9, 0.0]])
        >>> masks = np.array([[True, True, True], [False, False, False]])
        >>> bounding_box_iou(maps, masks, [0.5]).tolist()  # boxes of 2 x 2 and 1 x 3 pixels
        [0.4]
    """
    if region not in ("largest", "all"):
        raise InputError(f"bounding_box_iou: region: found {region!r}; expected 'largest' or 'all'")
    levels = check_thresholds(thresholds, "bounding_box_iou")
    pixels, inside, missing = maps_and_masks(maps, masks, "bounding_box_iou", highest=1)
    of_maps = _boxes_of_maps(pixels, levels, region)  # (..., T, 4)
    of_masks = bounding_boxes(inside)[..., None, :]
    found = box_iou(of_maps, of_masks)
    empty = ~inside.any(axis=(-2, -1)) | missing
    return np.where(empty[..., None], np.nan, found)


def bounding_boxes(masks: ArrayLike) -> Boxes:
    """The smallest upright rectangles around masks.

    Args:
        masks: (..., H, W) bool.

    Returns:
        (..., 4) integers: left, top, right and bottom edge in pixels, x to the right and y down;
        pixel i reaches from i to i + 1. All 0 for an empty mask.

    Example:
        >>> bounding_boxes([[False, True, True], [False, False, True]]).tolist()
        [1, 0, 3, 2]
    """
    inside = real_numbers(masks, "bounding_boxes: masks").astype(np.bool_)
    edges = []
    for axis in (-2, -1):  # over rows: what is in each column
        line = np.asarray(inside.any(axis=axis))
        first = line.argmax(axis=-1)
        last = line.shape[-1] - line[..., ::-1].argmax(axis=-1)
        edges.append((first, np.where(line.any(axis=-1), last, 0)))
    (left, right), (top, bottom) = edges
    return np.stack([left, top, right, bottom], axis=-1).astype(np.int64)


def box_iou(boxes: ArrayLike, others: ArrayLike) -> NDArray[np.float64]:
    """The intersection over union of boxes.

    Args:
        boxes: (..., 4) left, top, right and bottom edges.
        others: (..., 4); leading axes broadcast.

    Returns:
        (...) float64 in 0..1; 0 where one has no area, NaN where both have none.

    Example:
        >>> box_iou([0, 0, 2, 2], [1, 0, 3, 2]).round(3).item()
        0.333
    """
    a, b = (real_numbers(each, "box_iou: boxes").astype(np.float64) for each in (boxes, others))
    least, most = np.maximum(a[..., :2], b[..., :2]), np.minimum(a[..., 2:], b[..., 2:])
    both = np.maximum(most - least, 0).prod(axis=-1)
    either = sum((each[..., 2:] - each[..., :2]).prod(axis=-1) for each in (a, b)) - both
    return np.divide(both, either, out=np.full(np.shape(both), np.nan), where=either > 0)


def _boxes_of_maps(
    pixels: NDArray[np.floating], levels: NDArray[np.float64], region: Region
) -> Boxes:
    if region == "all":
        # A row reaches above a threshold where its largest pixel does: no pixel is cut twice.
        down, across = pixels.max(axis=-1), pixels.max(axis=-2)
        edges = []
        for line in (across, down):
            active = line[..., None, :] > levels[:, None]
            last = active.shape[-1] - active[..., ::-1].argmax(axis=-1)
            edges.append((active.argmax(axis=-1), np.where(active.any(axis=-1), last, 0)))
        (left, right), (top, bottom) = edges
        return np.stack([left, top, right, bottom], axis=-1).astype(np.int64)
    found = np.zeros((*pixels.shape[:-2], len(levels), 4), np.int64)
    flat = pixels.reshape(-1, *pixels.shape[-2:])
    for map_, boxes in zip(flat, found.reshape(-1, len(levels), 4), strict=True):
        for level, box in zip(levels, boxes, strict=True):
            active = (map_ > level).astype(np.uint8)
            _, _, stats, _ = cv2.connectedComponentsWithStats(active, connectivity=8)
            if len(stats) > 1:  # the first is the background
                left, top, width, height, _ = stats[1:][stats[1:, cv2.CC_STAT_AREA].argmax()]
                box[:] = left, top, left + width, top + height
    return found
