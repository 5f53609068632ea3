"""The acceptable mask ratio (AMR) of Bieri (2023): is what a map marks where it should be?"""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from heed.base.errors import InputError
from heed.metrics.maps_and_masks import maps_and_masks, share_in_mask

Floats = NDArray[np.float64]


def acceptable_mask_ratio(maps: ArrayLike, masks: ArrayLike, threshold: float = 0.5) -> Floats:
    """The acceptable mask ratio of maps, AMR = |D and M| / |D| x (I - |M|) / I.

    D are the active pixels of a map, those above the threshold, M those of its mask and I is the
    number of pixels of the image (Bieri 2023, *Visualization of Facial Attribute Classifiers via
    Class Activation Mapping*). The second factor corrects for masks that are easy to hit because
    they are large: it is also the highest value that AMR can reach.

    Args:
        maps: (..., H, W) in 0..1, enlarged to the image; NumPy array or torch tensor. Raw maps
            become such by :func:`heed.explain.postprocess.normalise`, which draws them as
            pytorch-grad-cam does, or by its keyword ``placement`` where the cells look.
        masks: (..., H, W) bool, true inside; leading axes broadcast with those of the maps.
        threshold: pixels above it are active, 0 or more and below 1. 0.5 gives the thesis' tables
            (its maps were stored with one bit), 0 its text and the follow-up's code.

    Returns:
        (...) float64 in 0..1. 0 for an empty map, one without active pixels; NaN for an empty mask
        and for a map with a NaN in it.

    Raises:
        ValueError: maps and masks differ in size, or hold other values.

    Example:
        Half of the active pixels are inside a mask that covers a quarter of the image:

        >>> maps = np.array([[0.9, 0.6, 0.0, 0.0], [0.8, 0.7, 0.1, 0.0]])
        >>> masks = np.array([[1, 0, 0, 0], [1, 0, 0, 0]], bool)
        >>> float(acceptable_mask_ratio(maps, masks))
        0.375
    """
    if not 0 <= threshold < 1:
        raise InputError(
            f"acceptable_mask_ratio: threshold: found {threshold}; expected 0 <= threshold < 1"
        )
    pixels, inside, missing = maps_and_masks(maps, masks, "acceptable_mask_ratio", highest=1)
    active = pixels > np.float64(threshold)  # not rounded to the precision of the maps
    ratio = ratio_of_counts(
        np.count_nonzero(active & inside, axis=(-2, -1)),
        np.count_nonzero(active, axis=(-2, -1)),
        np.count_nonzero(inside, axis=(-2, -1)),
        inside.shape[-2] * inside.shape[-1],
    )
    return np.where(missing, np.nan, ratio)


def ratio_of_counts(
    active_in_mask: ArrayLike, active: ArrayLike, mask_pixels: ArrayLike, pixels: ArrayLike
) -> Floats:
    """The acceptable mask ratio from numbers of pixels, see :func:`acceptable_mask_ratio`.

    Args:
        active_in_mask: |D and M|, of any shape; counts of any type of number.
        active: |D|, and
        mask_pixels: |M|, of shapes that broadcast with it.
        pixels: I, of the image, or of each image.

    Returns:
        float64, 0..1; 0 where no pixel is active, NaN where the mask is empty.

    Example:
        >>> ratio_of_counts([3, 0], [4, 0], [8, 8], 16).tolist()
        [0.375, 0.0]
    """
    pixels = np.asarray(pixels)
    correction = (pixels - np.asarray(mask_pixels, np.float64)) / pixels
    return share_in_mask(active_in_mask, active, mask_pixels) * correction
