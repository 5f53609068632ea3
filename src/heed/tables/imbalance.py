"""How unevenly the training faces are split between having and lacking an attribute."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from heed.attributes import ATTRIBUTES, PARTITIONS
from heed.celeba.published_rates import positive_rates
from heed.tables.class_counts import PUBLISHED_FACES, ClassCounts


class LabelsError(ValueError):
    """Labels are not -1/+1, or there are none; the message says which."""


def class_counts(labels: ArrayLike) -> ClassCounts:
    """The classes of the training partition; without training faces, CelebA's published shares.

    Args:
        labels: of the training partition, (N, 40) int8, -1 or +1; N may be 0.

    Raises:
        LabelsError: if a label is neither -1 nor +1.
    """
    labels = np.asarray(labels)
    if len(labels) == 0:
        rates = positive_rates()[PARTITIONS.index("train")]
        positives = np.rint(PUBLISHED_FACES * rates).astype(np.int64)
        return ClassCounts(positives, PUBLISHED_FACES - positives, published=True)
    positives = _positives(labels)
    return ClassCounts(positives, len(labels) - positives)


def majority_class(labels: ArrayLike) -> NDArray[np.int8]:
    """Class of most training faces per attribute, (40,) int8, -1 or +1; +1 in a tie.

    Args:
        labels: of the training partition, (N, 40) int8, -1 or +1.

    Raises:
        LabelsError: if there are no faces or a label is neither -1 nor +1.
    """
    positives = _positives(labels)
    return np.where(2 * positives >= len(np.asarray(labels)), 1, -1).astype(np.int8)


def attributes_table(
    labels: Mapping[str, ArrayLike],
    order: NDArray[np.int64],
    published: ClassCounts | None = None,
) -> pd.DataFrame:
    """How many faces have each attribute and how many lack it.

    Args:
        labels: by part of the data (train, audited, ...), each (N, 40) int8, -1 or +1.
        order: of the attributes, as indices.
        published: CelebA's shares, where they stand in for those of the training faces.

    Returns:
        Columns ``attribute`` and, for each part, ``<part>_positives`` and
        ``<part>_negatives``; the last two of them ``published_…``, of
        :data:`~heed.tables.class_counts.PUBLISHED_FACES` faces, where these are given.
    """
    table: dict[str, Any] = {"attribute": [ATTRIBUTES[index] for index in order]}
    for part, of_part in labels.items():
        table[f"{part}_positives"] = np.count_nonzero(np.asarray(of_part) == 1, axis=0)[order]
        table[f"{part}_negatives"] = np.count_nonzero(np.asarray(of_part) == -1, axis=0)[order]
    if published is not None:
        table[f"{published.part}_positives"] = published.positives[order]
        table[f"{published.part}_negatives"] = published.negatives[order]
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
