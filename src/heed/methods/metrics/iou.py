"""``iou``: intersection over union of the active region and the mask."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from heed.methods.metric import Metric
from heed.methods.subject import Subject
from heed.metrics.intersection_over_union import intersection_over_union


def iou(maps: NDArray[np.float32], subject: Subject) -> NDArray[np.float64]:
    """:func:`heed.metrics.intersection_over_union.intersection_over_union` at the threshold."""
    return intersection_over_union(maps, subject.masks, subject.threshold)


ENTRY: Final = Metric(
    label="IoU",
    kind="localisation",
    direction="up",
    source="Jaccard 1912; Mysianov 2021",
    score=iou,
)
