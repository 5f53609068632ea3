"""How unevenly the training faces are split between having and lacking an attribute."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from heed.audit.tables.class_counts import PUBLISHED_FACES, ClassCounts
from heed.base.partitions import PARTITIONS
from heed.celeba.attributes import ATTRIBUTES
from heed.celeba.published_rates import positive_rates
from heed.metrics.majority import count_positives


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
    positives = count_positives(labels)
    return ClassCounts(positives, len(labels) - positives)


def training_counts(faces: pd.DataFrame) -> ClassCounts:
    """The classes of the training faces of the inventory's table, see :func:`class_counts`.

    Args:
        faces: one row per image: ``partition`` and the 40 attributes.
    """
    training = faces.loc[faces["partition"] == PARTITIONS.index("train"), list(ATTRIBUTES)]
    return class_counts(training.to_numpy(np.int8))


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
        :data:`~heed.audit.tables.class_counts.PUBLISHED_FACES` faces, where these are given.
    """
    table: dict[str, Any] = {"attribute": [ATTRIBUTES[index] for index in order]}
    for part, of_part in labels.items():
        table[f"{part}_positives"] = np.count_nonzero(np.asarray(of_part) == 1, axis=0)[order]
        table[f"{part}_negatives"] = np.count_nonzero(np.asarray(of_part) == -1, axis=0)[order]
    if published is not None:
        table[f"{published.part}_positives"] = published.positives[order]
        table[f"{published.part}_negatives"] = published.negatives[order]
    return pd.DataFrame(table)
