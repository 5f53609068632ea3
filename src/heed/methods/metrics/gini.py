"""``gini``: how sparse a map is."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from heed.methods.metric import Metric
from heed.methods.subject import Subject
from heed.metrics.gini_index import gini_index


def gini(maps: NDArray[np.float32], subject: Subject) -> NDArray[np.float64]:
    """:func:`heed.metrics.gini_index.gini_index`."""
    return gini_index(maps)


ENTRY: Final = Metric(
    label="Gini",
    kind="other",
    direction="up",
    source="Hurley & Rickard 2009; Chalasani et al. 2020",
    score=gini,
)
