"""``amr``: the acceptable mask ratio."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from heed.methods.metric import Metric
from heed.methods.subject import Subject
from heed.metrics.acceptable_mask_ratio import acceptable_mask_ratio


def amr(maps: NDArray[np.float32], subject: Subject) -> NDArray[np.float64]:
    """:func:`heed.metrics.acceptable_mask_ratio.acceptable_mask_ratio` at the threshold."""
    return acceptable_mask_ratio(maps, subject.masks, subject.threshold)


ENTRY: Final = Metric(
    label="AMR", kind="localisation", direction="up", source="Bieri 2023", score=amr
)
