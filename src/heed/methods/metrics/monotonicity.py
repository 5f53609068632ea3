"""``monotonicity``: the share of steps at which the probability does not fall while cells come."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from heed.methods.metric import Metric
from heed.methods.subject import Subject
from heed.metrics.perturbing.monotonicity import rising_steps


def monotonicity(maps: NDArray[np.float32], subject: Subject) -> NDArray[np.float64]:
    """:func:`heed.metrics.perturbing.monotonicity.rising_steps`, out of a blur."""
    return rising_steps(maps[:, None], subject.perturbations)[:, 0]


ENTRY: Final = Metric(
    label="Monotonicity",
    kind="faithfulness",
    direction="up",
    source="Luss et al. 2019; AIX360",
    score=monotonicity,
)
