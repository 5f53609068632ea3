"""``faithfulness``: does the probability fall most where the map marks most?"""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from heed.methods.metric import Metric
from heed.methods.subject import Subject


def faithfulness(maps: NDArray[np.float32], subject: Subject) -> NDArray[np.float64]:
    """Minus Pearson's r of the cells' values and the probabilities without them.

    As AIX360 defines it (``faithfulness_metric``; Alvarez-Melis & Jaakkola 2018): of each cell
    alone, with the other cells in place, the probability of the class that was predicted is taken
    once that cell is replaced, here by a blurred one. 1: the probability falls in step with the
    map; 0: it does not follow it. NaN where the map or the probabilities are constant.
    """
    values, answers = subject.over_cells(maps), subject.without_cell
    values = values - values.mean(axis=1, keepdims=True)
    answers = answers - answers.mean(axis=1, keepdims=True)
    size = np.sqrt((values**2).sum(axis=1) * (answers**2).sum(axis=1))
    constant = (np.abs(values) < 1e-12).all(axis=1) | (np.abs(answers) < 1e-12).all(axis=1)
    product = (values * answers).sum(axis=1)
    return -np.divide(product, size, out=np.full(len(size), np.nan), where=~constant & (size > 0))


ENTRY: Final = Metric(
    label="Faithfulness",
    kind="faithfulness",
    direction="up",
    source="Alvarez-Melis & Jaakkola 2018; AIX360",
    score=faithfulness,
)
