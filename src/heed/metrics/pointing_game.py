"""The pointing game: does the highest point of a map lie where it should?"""

from typing import Final

import cv2
import numpy as np
from numpy.typing import ArrayLike, NDArray

from heed.base.errors import InputError
from heed.metrics.maps_and_masks import maps_and_masks

TOLERANCE: Final = 15.0
"""Pixels beside the mask that still count as a hit, as in the paper."""


def pointing_game(
    maps: ArrayLike, masks: ArrayLike, tolerance: float = TOLERANCE
) -> NDArray[np.float64]:
    """Whether the highest pixel of each map is in its mask, or hardly beside it: a hit.

    A pixel hits if its distance to the nearest pixel of the mask is at most the tolerance (Zhang et
    al. 2018, *Top-down Neural Attention by Excitation Backprop*, who allow 15 pixels). Where
    several pixels are the highest, as where a map is flat at its top, the share of them that hit:
    what choosing one of them at random would score. The mean over maps is the game's accuracy.

    Args:
        maps: (..., H, W), 0 or more, enlarged to the image.
        masks: (..., H, W) bool, true inside; leading axes broadcast with those of the maps.
        tolerance: in pixels, 0 or more.

    Returns:
        (...) float64 in 0..1, higher is better: 1 a hit, 0 a miss. 0 for an empty map, one that is
        0 everywhere: it points nowhere. NaN for an empty mask and for a map with a NaN in it. A
        uniform map has the share of the image that is within the tolerance of the mask.

    Raises:
        ValueError: maps and masks differ in size, or hold other values.

    Example:
        >>> maps = np.zeros((3, 5))
        >>> maps[1, 0] = 1
        >>> masks = np.zeros((3, 5), bool)
        >>> masks[:, 3:] = True
        >>> [float(pointing_game(maps, masks, tolerance)) for tolerance in (0, 2, 3)]
        [0.0, 0.0, 1.0]
    """
    if not tolerance >= 0:
        raise InputError(f"pointing_game: tolerance: found {tolerance}; expected 0 or more pixels")
    pixels, inside, missing = maps_and_masks(maps, masks, "pointing_game", highest=np.inf)
    near = within(inside, tolerance)
    highest = (pixels == pixels.max(axis=(-2, -1), keepdims=True)) & (pixels > 0)
    points = np.count_nonzero(highest, axis=(-2, -1))
    hits = np.count_nonzero(highest & near, axis=(-2, -1))
    share = np.divide(hits, points, out=np.zeros(np.shape(hits)), where=points > 0)
    known = ~missing & inside.any(axis=(-2, -1))
    return np.where(known, share, np.nan)


def within(masks: NDArray[np.bool_], tolerance: float) -> NDArray[np.bool_]:
    """The pixels at most so far from a pixel of each mask; none for an empty one.

    Args:
        masks: (..., H, W).
        tolerance: in pixels, 0 or more.
    """
    grown = masks.copy()
    if tolerance == 0:
        return grown
    flat = grown.reshape(-1, *masks.shape[-2:])
    for mask in flat:
        if mask.any():
            away = cv2.distanceTransform(
                (~mask).astype(np.uint8), cv2.DIST_L2, cv2.DIST_MASK_PRECISE
            )
            mask[:] = away <= tolerance * (1 + 1e-6)  # distances are float32
    return grown
