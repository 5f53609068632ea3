"""How many training faces have each attribute: the audit's own, or CelebA's published shares.

Which class is the minority in training decides the order of the tables and the groups of predicted
majority and minority. Where nothing is trained there may be no training faces; CelebA's published
rates stand in for them then, and every table, figure and page says so.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from heed.base.errors import InputError

TRAIN: Final = "train"
PUBLISHED: Final = "published"
"""Begin the columns ``<part>_positives`` and ``<part>_negatives`` of the table of attributes."""

PUBLISHED_FACES: Final = 100_000
"""Published shares are told as numbers of so many faces: they have five decimals."""


@dataclass(frozen=True)
class ClassCounts:
    """Faces with and without each attribute.

    Attributes:
        positives: faces with the attribute, (A,).
        negatives: faces without it, (A,).
        published: whether they are CelebA's published shares, of :data:`PUBLISHED_FACES`.
    """

    positives: NDArray[np.int64]
    negatives: NDArray[np.int64]
    published: bool = False

    @property
    def part(self) -> Literal["train", "published"]:
        """What the columns of these counts begin with."""
        return "published" if self.published else "train"

    @property
    def faces(self) -> str:
        """Whose shares these are, for a sentence or the label of an axis."""
        return "CelebA's training faces (published)" if self.published else "training faces"

    @property
    def majority(self) -> NDArray[np.int8]:
        """The class of most faces, (A,), -1 or +1; +1 in a tie."""
        return np.where(self.positives >= self.negatives, 1, -1).astype(np.int8)

    @property
    def order(self) -> NDArray[np.int64]:
        """Indices of the attributes, the largest smaller class first; ties keep their order."""
        return np.argsort(-np.minimum(self.positives, self.negatives), kind="stable")

    @property
    def shares(self) -> NDArray[np.float64]:
        """Share of the faces with the attribute, (A,); NaN without faces."""
        total = self.positives + self.negatives
        unknown = np.full(len(total), np.nan)
        return np.divide(self.positives, total, out=unknown, where=total > 0)


def counts_in(attributes: pd.DataFrame, names: Sequence[str] | None = None) -> ClassCounts:
    """The counts that a table of attributes holds.

    Args:
        attributes: ``metrics/tables/attributes.csv``.
        names: attributes in the order of the counts; None keeps the table's.

    Raises:
        ValueError: if a column is missing.
    """
    published = f"{PUBLISHED}_positives" in attributes
    part = PUBLISHED if published else TRAIN
    columns = [f"{part}_{sign}" for sign in ("positives", "negatives")]
    for column in columns:
        if column not in attributes:
            others = ", ".join(str(name) for name in attributes.columns if name != "attribute")
            raise InputError(f"found no column {column} among {others}; run the stage aggregate")
    rows = attributes.set_index("attribute")[columns]
    if names is not None:
        rows = rows.loc[list(names)]
    positives, negatives = (rows[column].to_numpy() for column in columns)
    return ClassCounts(positives, negatives, published)
