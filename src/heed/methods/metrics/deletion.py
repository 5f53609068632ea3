"""``deletion``: how fast the probability falls when what is marked goes."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from heed.methods.metric import Metric
from heed.methods.subject import Subject
from heed.metrics.perturbing.deletion_and_insertion import deletion_auc

STEPS: Final = 7
"""Equal steps in which cells go: a row of the grid each, for 7x7 cells."""


def deletion(maps: NDArray[np.float32], subject: Subject) -> NDArray[np.float64]:
    """:func:`heed.metrics.perturbing.deletion_and_insertion.deletion_auc`, behind a blur."""
    return deletion_auc(maps[:, None], subject.perturbations, STEPS)[:, 0]


ENTRY: Final = Metric(
    label="Deletion",
    kind="faithfulness",
    direction="down",
    source="Petsiuk, Das & Saenko 2018",
    score=deletion,
)
