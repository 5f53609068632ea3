"""``pixel_roc_auc``: does a map order the pixels as the mask does?"""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from heed.methods.metric import Metric
from heed.methods.subject import Subject
from heed.metrics.pixel_roc_auc import pixel_roc_auc


def roc_auc(maps: NDArray[np.float32], subject: Subject) -> NDArray[np.float64]:
    """:func:`heed.metrics.pixel_roc_auc.pixel_roc_auc`."""
    return pixel_roc_auc(maps, subject.masks)


ENTRY: Final = Metric(
    label="Pixel AUC",
    kind="localisation",
    direction="up",
    source="Fawcett 2006",
    score=roc_auc,
)
