"""``box_iou``: intersection over union of the boxes around map and mask."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from heed.methods.metric import Metric
from heed.methods.subject import Subject
from heed.metrics.bounding_box_iou import bounding_box_iou


def box_iou(maps: NDArray[np.float32], subject: Subject) -> NDArray[np.float64]:
    """:func:`heed.metrics.bounding_box_iou.bounding_box_iou` at the threshold."""
    return bounding_box_iou(maps, subject.masks, [subject.threshold])[..., 0]


ENTRY: Final = Metric(
    label="Box IoU",
    kind="localisation",
    direction="up",
    source="Zhou et al. 2016; Mysianov 2021",
    score=box_iou,
)
