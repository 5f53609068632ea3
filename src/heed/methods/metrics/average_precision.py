"""``average_precision``: the average precision of the pixels, in the order of the map."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from heed.methods.metric import Metric
from heed.methods.subject import Subject
from heed.metrics.pixel_average_precision import pixel_average_precision


def average_precision(maps: NDArray[np.float32], subject: Subject) -> NDArray[np.float64]:
    """:func:`heed.metrics.pixel_average_precision.pixel_average_precision`."""
    return pixel_average_precision(maps, subject.masks)


ENTRY: Final = Metric(
    label="Pixel AP",
    kind="localisation",
    direction="up",
    source="Choe et al. 2020",
    score=average_precision,
)
