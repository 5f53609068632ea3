"""The same maps scored against every version of the masks, and the versions compared."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

import numpy as np
import pandas as pd
import pyarrow as pa
from numpy.typing import NDArray

from heed.celeba.attributes import ATTRIBUTES
from heed.metrics.estimates import OVERALL, mean_of_present

Floats = NDArray[np.float64]

SCORES: Final = ("amr", "proportional_energy")
"""The scores in :func:`versions_table`."""

MEASURES: Final = ("iou", "precision", "coverage")
"""The measures in :func:`overlap_table`."""

SCHEMA: Final = pa.schema(
    [
        ("face", pa.int64()),
        ("placement", pa.string()),
        ("version", pa.string()),
        *((f"{score}.{attribute}", pa.float64()) for score in SCORES for attribute in ATTRIBUTES),
    ]
)
"""Columns of :func:`versions_rows`."""


def versions_rows(
    placement: str, version: str, faces: NDArray[np.int64], scores: Mapping[str, Floats]
) -> pa.Table:
    """Lay the scores of some faces against one version of the masks out, a row per face.

    Args:
        placement: rule by which the maps' cells were placed.
        version: of the masks.
        faces: their places among the audited faces, (B,).
        scores: by name, each (B, 40); NaN = missing.

    Returns:
        B rows with the columns of :data:`SCHEMA`.
    """
    columns = [
        np.asarray(faces, np.int64),
        *(np.full(len(faces), name, dtype=object) for name in (placement, version)),
    ]
    columns += [scores[name][:, index] for name in SCORES for index in range(len(ATTRIBUTES))]
    return pa.table([pa.array(column) for column in columns], schema=SCHEMA)


def scores_of_versions(
    replicates: Sequence[pd.DataFrame], placement: str
) -> dict[str, dict[str, Floats]]:
    """The scores of one model against each version of the masks, replicate by replicate.

    Args:
        replicates: of each the rows of :func:`versions_rows`, all versions and faces.
        placement: the rule whose scores are wanted.

    Returns:
        By version and score a (K, N, 40) float64 array for K replicates and N faces.
    """
    found: dict[str, dict[str, Floats]] = {}
    replicates = [rows[rows["placement"] == placement] for rows in replicates]
    for version in sorted(replicates[0]["version"].unique()):
        of_version = [rows[rows["version"] == version].sort_values("face") for rows in replicates]
        found[version] = {
            score: np.stack(
                [rows[[f"{score}.{name}" for name in ATTRIBUTES]].to_numpy() for rows in of_version]
            )
            for score in SCORES
        }
    return found


def versions_table(
    scores: Mapping[tuple[str, str], Mapping[str, Floats]], order: NDArray[np.int64]
) -> pd.DataFrame:
    """Mean scores per classifier, version of the masks and attribute.

    Args:
        scores: by (classifier, version) the scores by name, each (N, 40), the mean over the
            classifier's replicates; NaN = missing.
        order: of the attributes, as indices.

    Returns:
        Columns ``model``, ``version``, ``attribute``, ``n`` (faces in the mean) and one mean
        per score. In the ``OVERALL`` rows the means are over the attributes, ``n`` a sum.
    """
    return pd.concat(
        [
            mean_rows({"model": model, "version": version}, of_version, order)
            for (model, version), of_version in scores.items()
        ],
        ignore_index=True,
    )


def overlap_table(
    overlaps: Mapping[str, Mapping[str, Floats]], reference: str, order: NDArray[np.int64]
) -> pd.DataFrame:
    """Mean agreement of each version of the masks with the reference, per attribute.

    Args:
        overlaps: by version the measures of :class:`heed.masks.overlap.Overlap` by name,
            each (N, 40); NaN where the reference is empty.
        reference: the version that the others are held against.
        order: of the attributes, as indices.

    Returns:
        Columns ``reference``, ``version``, ``attribute``, ``n`` (faces whose reference is
        not empty), ``iou``, ``precision``, ``coverage``; and ``OVERALL`` rows as above.
    """
    if not overlaps:  # no version but the reference: a table without rows
        return pd.DataFrame(columns=["reference", "version", "attribute", "n", *MEASURES])
    return pd.concat(
        [
            mean_rows({"reference": reference, "version": version}, of_version, order)
            for version, of_version in overlaps.items()
        ],
        ignore_index=True,
    )


def mean_rows(
    named: Mapping[str, str], values: Mapping[str, Floats], order: NDArray[np.int64]
) -> pd.DataFrame:
    """A row per attribute with the means over the faces, (N, 40) values each, and their mean.

    Columns as in ``named``, ``attribute``, ``n`` and those in ``values``; the first of these says
    which faces count.
    """
    values = {name: np.asarray(of_faces, np.float64) for name, of_faces in values.items()}
    known = ~np.isnan(next(iter(values.values())))
    n = np.count_nonzero(known, axis=0)[order]
    columns: dict[str, Any] = {
        **named,
        "attribute": [*(ATTRIBUTES[index] for index in order), OVERALL],
        "n": np.append(n, n.sum()),
    }
    for name, of_faces in values.items():
        means = mean_of_present(of_faces.T)[order]
        columns[name] = np.append(means, mean_of_present(means))
    return pd.DataFrame(columns)
