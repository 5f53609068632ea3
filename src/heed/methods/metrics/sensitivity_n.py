"""``sensitivity_n``: do sums over random cells go with what hiding them costs?"""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from heed.methods.metric import Metric
from heed.methods.subject import Subject
from heed.metrics.perturbing.sensitivity_n import sensitivity_n

SHARE: Final = 8
"""One in so many cells is hidden."""

DRAWS: Final = 50


def sensitivity(maps: NDArray[np.float32], subject: Subject) -> NDArray[np.float64]:
    """:func:`heed.metrics.perturbing.sensitivity_n.sensitivity_n` for an eighth of the cells."""
    return sensitivity_n(
        maps[:, None], subject.perturbations, [max(1, subject.cells**2 // SHARE)], DRAWS
    )[:, 0, 0]


ENTRY: Final = Metric(
    label="Sensitivity-n",
    kind="faithfulness",
    direction="up",
    source="Ancona et al. 2018",
    score=sensitivity,
)
