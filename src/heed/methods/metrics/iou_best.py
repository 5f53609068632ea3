"""``iou_best``: intersection over union at the best of many thresholds."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from heed.methods.metric import Metric
from heed.methods.subject import Subject
from heed.metrics.intersection_over_union import iou_over_thresholds


def iou_best(maps: NDArray[np.float32], subject: Subject) -> NDArray[np.float64]:
    """:func:`heed.metrics.intersection_over_union.iou_over_thresholds`, the highest of each map."""
    return iou_over_thresholds(maps, subject.masks).max(axis=-1)


ENTRY: Final = Metric(
    label="IoU, best",
    kind="localisation",
    direction="up",
    source="Jaccard 1912; Choe et al. 2020",
    score=iou_best,
)
