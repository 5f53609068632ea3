"""The average precision of a map's pixels against its mask."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from heed.metrics.ranked_pixels import Counts, by_rank


def pixel_average_precision(maps: ArrayLike, masks: ArrayLike) -> NDArray[np.float64]:
    """The mean share of marked pixels that are inside the mask, over all thresholds.

        AP = sum over thresholds t of (R_t - R_before) P_t

    With P_t the share of the pixels from t on that are inside, precision, and R_t the share of the
    mask that they are, recall; t takes each value of the map from the highest on, without
    interpolation (as scikit-learn). Other than the area under the ROC curve it is not flattered by
    a large background.

    Args:
        maps: (..., H, W), 0 or more, enlarged to the image.
        masks: (..., H, W) bool, true inside; leading axes broadcast with those of the maps.

    Returns:
        (...) float64 in 0..1, higher is better: 1 where all pixels inside are above all others. The
        share of the image that the mask covers for a uniform map, and so for an empty one. NaN for
        an empty mask and for a map with a NaN in it.

    Raises:
        ValueError: maps and masks differ in size, or hold other values.

    Example:
        >>> maps = np.array([[0.9, 0.4], [0.4, 0.1]])
        >>> found = pixel_average_precision(maps, np.array([[True, True], [False, False]]))
        >>> round(float(found), 3)  # a half at precision 1, and a half at 2/3
        0.833
    """
    return by_rank(maps, masks, "pixel_average_precision", _mean)


def _mean(hits: Counts, false_alarms: Counts) -> float:
    gained = np.diff(hits, prepend=0)
    return float((gained * hits / (hits + false_alarms)).sum() / hits[-1])
