"""What the networks answered and where their maps lay, face by face, in arrays of one order."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from heed.attention.run_settings import PairParams
from heed.attention.schema import TEST, in_sets
from heed.attention.tables.face_values import FaceValues
from heed.base.errors import InputError
from heed.base.matching import rows_of
from heed.celeba.attributes import ATTRIBUTE_INDEX, ATTRIBUTES
from heed.celeba.persons import persons_of

HAVING: Final = "with_attribute"
"""The test faces of a pair that have its attribute: E1 and E2 together."""

LACKING: Final = "without_attribute"
"""The test faces that have it not."""

LOGITS: Final = [f"logit.{name}" for name in ATTRIBUTES]


@dataclass(frozen=True, eq=False)
class FaceSet:
    """A set of faces that all networks were asked about.

    Attributes:
        images: (N,) names, in the order of all arrays of the set.
        labels: (N, 40) bool, whether a face has each attribute.
        persons: (N,) who is on each, whole numbers.
    """

    images: NDArray[np.object_]
    labels: NDArray[np.bool_]
    persons: NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Answered:
    """What was found of each network.

    Attributes:
        sets: by name.
        right: by network or run and set the seeds, and whether each attribute of each face is
            answered rightly, (K, N, 40) bool; found if the logit is at least 0.
        scores: by run, pair and quantity the numbers of the test faces; NaN where a face has not
            the pair's attribute.
    """

    sets: dict[str, FaceSet]
    right: dict[tuple[str, str], tuple[tuple[int, ...], NDArray[np.bool_]]]
    scores: dict[tuple[str, str, str], FaceValues]

    @classmethod
    def of(
        cls,
        decisions: pd.DataFrame,
        regions: pd.DataFrame,
        faces: pd.DataFrame,
        quantities: Iterable[str],
    ) -> "Answered":
        """Gather the tables of :mod:`heed.attention.schema`.

        Args:
            decisions: of all networks and runs.
            regions: likewise.
            faces: ``image``, ``identity`` and the attributes, -1 or +1.
            quantities: columns of ``regions``.

        Raises:
            InputError: networks were asked about different faces.
        """
        sets, right = {}, {}
        for of_set, rows in decisions.groupby("set", sort=False):
            images = rows["image"].drop_duplicates().to_numpy(object)
            sets[str(of_set)] = _face_set(images, faces)
            labels = sets[str(of_set)].labels
            for run, of_run in rows.groupby("run", sort=False):
                seeds, logits = _by_seed(of_run, LOGITS, images, f"{run}, set {of_set}")
                right[str(run), str(of_set)] = seeds, (logits >= 0) == labels
        scores = {}
        test = sets[TEST].images if TEST in sets else np.empty(0, object)
        for (run, pair), rows in regions.groupby(["run", "pair"], sort=False):
            images = rows["image"].drop_duplicates().to_numpy(object)
            places = rows_of(list(images), list(test), "decisions on the set test")
            for name in quantities:
                seeds, values = _by_seed(rows, [name], images, f"{run}, pair {pair}")
                spread = np.full((len(seeds), len(test)), np.nan)
                spread[:, places] = values[..., 0]
                scores[str(run), str(pair), name] = FaceValues(seeds, spread)
        return cls(sets, right, scores)

    def accuracy(self, run: str, of_set: str, attribute: str) -> FaceValues | None:
        """Whether an attribute is answered rightly, 1 or 0; None where the set was not asked."""
        if (run, of_set) not in self.right:
            return None
        seeds, right = self.right[run, of_set]
        return FaceValues(seeds, right[..., ATTRIBUTE_INDEX[attribute]].astype(np.float64))

    def errors(self, run: str, attributes: Iterable[str]) -> FaceValues:
        """The share of some attributes that is answered wrongly, on the test faces."""
        seeds, right = self.right[run, TEST]
        columns = [ATTRIBUTE_INDEX[name] for name in attributes]
        return FaceValues(seeds, 1.0 - right[..., columns].mean(axis=-1))

    def rows(self, pair: PairParams) -> dict[str, NDArray[np.bool_]]:
        """Which test faces are of E1, E2, both together, and neither, (N,) bool each."""
        labels = pd.DataFrame(np.where(self.sets[TEST].labels, 1, -1), columns=ATTRIBUTES)
        found = in_sets(pair, labels)
        having = found["E1"] | found["E2"]
        return {HAVING: having, LACKING: ~having, **found}


def _face_set(images: NDArray[np.object_], faces: pd.DataFrame) -> FaceSet:
    rows = faces.iloc[rows_of(list(images), list(faces["image"]), "data/faces.parquet")]
    labels = rows[list(ATTRIBUTES)].to_numpy() > 0
    return FaceSet(images, labels, persons_of(list(images), faces, "data/faces.parquet"))


def _by_seed(
    rows: pd.DataFrame, columns: list[str], images: NDArray[np.object_], of: str
) -> tuple[tuple[int, ...], NDArray[np.float64]]:
    """The seeds, and columns as (K, N, C) in the order of the images."""
    seeds, found = [], []
    for seed, own in rows.groupby("seed", sort=True):
        if len(own) != len(images):
            raise InputError(
                f"{of}, seed {seed}: found {len(own)} faces where others have {len(images)}; "
                "expected the same faces of all: run the stages that evaluate again"
            )
        order = rows_of(list(images), list(own["image"]), f"{of}, seed {seed}")
        seeds.append(int(str(seed)))
        found.append(own[columns].to_numpy()[order])
    return tuple(seeds), np.stack(found).astype(np.float64, copy=False)
