"""What scores of a map against a mask share: what they accept, and the share inside the mask."""

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from heed.base.errors import InputError
from heed.metrics.real_numbers import real_numbers

Floats = NDArray[np.float64]


class MapsAndMasks(NamedTuple):
    """Maps A and masks M of the same pixels, ready to be counted.

    Attributes:
        maps: (..., H, W) floating point, 0 or more; NaN in missing pixels.
        masks: (..., H, W) bool, true inside.
        missing: (...) of the maps, true where a map has a missing pixel.
    """

    maps: NDArray[np.floating]
    masks: NDArray[np.bool_]
    missing: NDArray[np.bool_]


def maps_and_masks(maps: ArrayLike, masks: ArrayLike, score: str, highest: float) -> MapsAndMasks:
    """Check maps and masks before they are compared.

    Maps are never enlarged here: how a map of 7 x 7 cells becomes pixels, and how it is stretched
    to 0..1, decides which pixels are active, so that whoever scores it should have chosen.

    Args:
        maps: (..., H, W); array or torch tensor, as :func:`real_numbers` takes them.
        masks: (..., H, W), bool, or 0 outside and 1 inside.
        score: what is computed, for messages.
        highest: the largest value that a map may have.

    Raises:
        ValueError: these are no real numbers, the sizes differ or leading axes do not broadcast, a
            map has a value below 0 or above ``highest``, or a mask one that is neither 0 nor 1.
    """
    pixels = real_numbers(maps, f"{score}: maps")
    inside = real_numbers(masks, f"{score}: masks")
    if min(pixels.ndim, inside.ndim) < 2 or not pixels.shape[-1] * pixels.shape[-2]:
        raise InputError(
            f"{score}: found maps {pixels.shape} and masks {inside.shape}; expected (..., H, W) "
            "for both"
        )
    if pixels.shape[-2:] != inside.shape[-2:]:
        raise InputError(
            f"{score}: found maps of {pixels.shape[-2]} x {pixels.shape[-1]} and masks of "
            f"{inside.shape[-2]} x {inside.shape[-1]} pixels; expected the same. Enlarge the maps "
            "first: heed.explain.postprocess.normalise(maps, size) does it as the grad-cam "
            "package does, and stretches them to 0..1"
        )
    try:
        np.broadcast_shapes(pixels.shape, inside.shape)
    except ValueError:
        raise InputError(
            f"{score}: found maps {pixels.shape} and masks {inside.shape}; expected leading axes "
            "that broadcast, such as (N, A, H, W) and (A, H, W)"
        ) from None
    if not np.issubdtype(pixels.dtype, np.floating):
        pixels = pixels.astype(np.float64)
    wrong = (pixels < 0) | (pixels > highest) | np.isinf(pixels)  # never NaN
    if wrong.any():
        allowed = "in 0..1" if highest == 1 else "that are finite and at least 0"
        raise InputError(
            f"{score}: found a map with the value {pixels[wrong][0]:g}; expected values "
            f"{allowed}. heed.explain.postprocess.normalise(maps, size) rectifies raw maps and "
            "stretches them to 0..1"
        )
    if inside.dtype != np.bool_:
        neither = ~np.isin(inside, (0, 1))
        if neither.any():
            raise InputError(
                f"{score}: found a mask with the value {inside[neither][0]:g}; expected true or 1 "
                "inside, false or 0 outside. For a grey picture say which is inside: mask > 127"
            )
        inside = inside.astype(np.bool_)
    return MapsAndMasks(pixels, inside, np.isnan(pixels).any(axis=(-2, -1)))


def share_in_mask(inside: ArrayLike, total: ArrayLike, mask_pixels: ArrayLike) -> Floats:
    """``inside / total``; 0 where the total is 0, NaN where the mask has no pixel.

    Args:
        inside: counts or sums over the mask, of any shape and type of number.
        total: those over the image, and
        mask_pixels: numbers of pixels of the masks, of shapes that broadcast with it.

    Returns:
        float64, 0..1.

    Example:
        >>> share_in_mask([1, 0, 0], [4, 0, 4], [9, 9, 0]).tolist()
        [0.25, 0.0, nan]
    """
    part, whole = np.broadcast_arrays(np.asarray(inside, np.float64), np.asarray(total, np.float64))
    share = np.divide(part, whole, out=np.zeros(part.shape), where=whole > 0)
    return np.where(np.asarray(mask_pixels) > 0, share, np.nan)
