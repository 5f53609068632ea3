"""``faithfulness``: does the probability fall most where the map marks most?"""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from heed.methods.metric import Metric
from heed.methods.subject import Subject
from heed.metrics.perturbing.faithfulness import faithfulness


def of_cells(maps: NDArray[np.float32], subject: Subject) -> NDArray[np.float64]:
    """:func:`heed.metrics.perturbing.faithfulness.faithfulness`, cells blurred one at a time."""
    return faithfulness(maps[:, None], subject.perturbations)[:, 0]


ENTRY: Final = Metric(
    label="Faithfulness",
    kind="faithfulness",
    direction="up",
    source="Alvarez-Melis & Jaakkola 2018; AIX360",
    score=of_cells,
)
