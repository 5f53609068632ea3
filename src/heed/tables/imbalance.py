"""How unevenly the training faces are split between having and lacking an attribute."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from heed.attributes import ATTRIBUTES


class LabelsError(ValueError):
    """Labels are not -1/+1, or there are none; the message says which."""


def minority_count(labels: ArrayLike) -> NDArray[np.int64]:
    """Size of the smaller class per attribute, (40,) int64.

    Args:
        labels: of the training partition, (N, 40) int8, -1 or +1.

    Raises:
        LabelsError: if there are no faces or a label is neither -1 nor +1.
    """
    positives = _positives(labels)
    return np.minimum(positives, len(np.asarray(labels)) - positives)


def majority_class(labels: ArrayLike) -> NDArray[np.int8]:
    """Class of most training faces per attribute, (40,) int8, -1 or +1; +1 in a tie.

    Args:
        labels: of the training partition, (N, 40) int8, -1 or +1.

    Raises:
        LabelsError: if there are no faces or a label is neither -1 nor +1.
    """
    positives = _positives(labels)
    return np.where(2 * positives >= len(np.asarray(labels)), 1, -1).astype(np.int8)


def imbalance_order(labels: ArrayLike) -> NDArray[np.int64]:
    """Attributes by increasing class imbalance, as the rows of Bieri (2023), Table 5.1.

    Sorted by the size of the smaller class in the training partition, largest
    first; attributes with equal sizes keep CelebA's order.

    Args:
        labels: of the training partition, (N, 40) int8, -1 or +1.

    Returns:
        Indices into the attribute axis, (40,) int64.

    Raises:
        LabelsError: if there are no faces or a label is neither -1 nor +1.
    """
    return np.argsort(-minority_count(labels), kind="stable")


def attributes_table(labels: Mapping[str, ArrayLike], order: NDArray[np.int64]) -> pd.DataFrame:
    """How many faces have each attribute and how many lack it.

    Args:
        labels: by part of the data (train, audited, ...), each (N, 40) int8, -1 or +1.
        order: of the attributes, as indices.

    Returns:
        Columns ``attribute`` and, for each part, ``<part>_positives`` and
        ``<part>_negatives``.
    """
    table: dict[str, Any] = {"attribute": [ATTRIBUTES[index] for index in order]}
    for part, of_part in labels.items():
        table[f"{part}_positives"] = np.count_nonzero(np.asarray(of_part) == 1, axis=0)[order]
        table[f"{part}_negatives"] = np.count_nonzero(np.asarray(of_part) == -1, axis=0)[order]
    return pd.DataFrame(table)


def _positives(labels: ArrayLike) -> NDArray[np.int64]:
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
