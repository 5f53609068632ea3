"""Proportional energy (PE): how much of a map lies where it should."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from heed.metrics.maps_and_masks import maps_and_masks, share_in_mask


def proportional_energy(maps: ArrayLike, masks: ArrayLike) -> NDArray[np.float64]:
    """The proportional energy of maps, PE = sum of A over M / sum of A.

    A are the pixels of a map and M those of its mask: the energy-based pointing game of Wang et al.
    (2020, *Score-CAM*), as the follow-up of Bieri (2023) uses it (arXiv 2403.14435). It knows no
    threshold and does not depend on the scale of a map. A map that is the same everywhere has
    the share of the image that its mask covers.

    Args:
        maps: (..., H, W), 0 or more, enlarged to the image; NumPy array or torch tensor. Raw maps
            become such by :func:`heed.explain.postprocess.normalise`.
        masks: (..., H, W) bool, true inside; leading axes broadcast with those of the maps.

    Returns:
        (...) float64 in 0..1. 0 for an empty map, one that is 0 everywhere; NaN for an empty mask
        and for a map with a NaN in it.

    Raises:
        ValueError: maps and masks differ in size, or hold other values.

    Example:
        >>> maps = np.array([[3.0, 1.0], [0.0, 4.0]])
        >>> masks = np.array([[True, True], [False, False]])
        >>> float(proportional_energy(maps, masks))
        0.5
    """
    pixels, inside, missing = maps_and_masks(maps, masks, "proportional_energy", highest=np.inf)
    share = share_in_mask(
        (pixels * inside).sum(axis=(-2, -1), dtype=np.float64),
        pixels.sum(axis=(-2, -1), dtype=np.float64),
        np.count_nonzero(inside, axis=(-2, -1)),
    )
    return np.where(missing, np.nan, share)
