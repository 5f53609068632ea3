"""The area under the ROC curve of a map's pixels against its mask."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from heed.metrics.ranked_pixels import Counts, by_rank


def pixel_roc_auc(maps: ArrayLike, masks: ArrayLike) -> NDArray[np.float64]:
    """How well a map tells pixels inside its mask from those outside, over all thresholds.

    The area under the curve of hits against false alarms: the probability that a pixel inside has a
    higher value than one outside, where equal ones count half (Fawcett 2006, *An introduction to
    ROC analysis*). It knows no threshold and does not change when a map is scaled by any rising
    function; outside pixels that are far apart from the mask weigh as much as those beside it.

    Args:
        maps: (..., H, W), 0 or more, enlarged to the image.
        masks: (..., H, W) bool, true inside; leading axes broadcast with those of the maps.

    Returns:
        (...) float64 in 0..1, higher is better: 1 where all pixels inside are above all others, 0
        where all are below. 0.5 for a uniform map, and so for an empty one. NaN for a mask that is
        empty or fills the image, and for a map with a NaN in it.

    Raises:
        ValueError: maps and masks differ in size, or hold other values.

    Example:
        >>> maps = np.array([[0.9, 0.4], [0.4, 0.1]])
        >>> float(pixel_roc_auc(maps, np.array([[True, True], [False, False]])))
        0.875
    """
    return by_rank(maps, masks, "pixel_roc_auc", _area)


def _area(hits: Counts, false_alarms: Counts) -> float:
    if not false_alarms[-1]:
        return np.nan
    y = np.concatenate([[0], hits]) / hits[-1]
    x = np.concatenate([[0], false_alarms]) / false_alarms[-1]
    return float(np.trapezoid(y, x))
