"""``insertion``: how fast the probability rises when what is marked comes."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from heed.methods.metric import Metric
from heed.methods.subject import Subject
from heed.metrics.perturbing.deletion_and_insertion import insertion_auc

STEPS: Final = 7
"""Equal steps in which cells go: a row of the grid each, for 7x7 cells."""


def insertion(maps: NDArray[np.float32], subject: Subject) -> NDArray[np.float64]:
    """:func:`heed.metrics.perturbing.deletion_and_insertion.insertion_auc`, out of a blur."""
    return insertion_auc(maps[:, None], subject.perturbations, STEPS)[:, 0]


ENTRY: Final = Metric(
    label="Insertion",
    kind="faithfulness",
    direction="up",
    source="Petsiuk, Das & Saenko 2018",
    score=insertion,
)
