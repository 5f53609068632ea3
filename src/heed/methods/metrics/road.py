"""``road``: the probability when what is marked is imputed by its neighbours."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from heed.methods.metric import Metric
from heed.methods.subject import Subject
from heed.metrics.perturbing.road import road

SHARES: Final = (0.1, 0.3, 0.5)
"""Of the cells that are imputed."""


def imputed(maps: NDArray[np.float32], subject: Subject) -> NDArray[np.float64]:
    """:func:`heed.metrics.perturbing.road.road`, the mean over three shares of the cells."""
    return road(maps[:, None], subject.imputations, SHARES)[:, 0].mean(axis=-1)


ENTRY: Final = Metric(
    label="ROAD",
    kind="faithfulness",
    direction="down",
    source="Rong et al. 2022",
    score=imputed,
)
