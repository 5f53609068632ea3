"""Which class most faces are of."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from heed.base.errors import HeedError


class LabelsError(HeedError, ValueError):
    """Labels are not -1/+1, or there are none; the message says which."""


def majority_class(labels: ArrayLike) -> NDArray[np.int8]:
    """Class of most training faces per attribute, (A,) int8, -1 or +1; +1 in a tie.

    Args:
        labels: of the training partition, (N, A) int8, -1 or +1.

    Raises:
        LabelsError: if there are no faces or a label is neither -1 nor +1.

    Example:
        >>> majority_class([[1, -1], [1, -1], [-1, -1]]).tolist()
        [1, -1]
    """
    positives = count_positives(labels)
    return np.where(2 * positives >= len(np.asarray(labels)), 1, -1).astype(np.int8)


def count_positives(labels: ArrayLike) -> NDArray[np.int64]:
    """How many faces have each attribute, (A,) int64.

    Raises:
        LabelsError: as :func:`majority_class` does.
    """
    labels = np.asarray(labels)
    if len(labels) == 0:
        raise LabelsError(
            "found no faces in the training partition; expected its labels, since they "
            "tell which class of an attribute is the majority"
        )
    if not np.isin(labels, (-1, 1)).all():
        wrong = np.unique(labels[~np.isin(labels, (-1, 1))]).tolist()
        raise LabelsError(f"found labels {wrong}; expected only -1 and +1")
    return np.count_nonzero(labels == 1, axis=0).astype(np.int64)
