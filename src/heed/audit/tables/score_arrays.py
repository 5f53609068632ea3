"""The scores of one classifier as arrays, one row per face and one column per attribute."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from heed.base.errors import HeedError
from heed.celeba.attributes import ATTRIBUTE_COUNT, ATTRIBUTES

METRICS: Final[tuple[str, ...]] = (
    "amr",
    "amr_uncorrected",
    "proportional_energy",
    "active_area",
    "intensity",
    "border_share",
    "iou",
    "pointing_game",
    "pixel_roc_auc",
    "contribution_share",
    "bias_share",
)
"""The scores that are averaged over groups; names of columns of a score table."""


class ScoreTableError(HeedError, ValueError):
    """A score table does not hold one row per image and attribute; the message says where."""


@dataclass(frozen=True)
class ScoreArrays:
    """Scores of one classifier on N faces.

    Attributes:
        images: file names, in the order of the rows.
        labels: (N, 40) int8, -1 or +1.
        logits: (N, 40) float32.
        empty: (N, 40) bool, the map has no pixel above 0.
        values: per name in :data:`METRICS` an (N, 40) float64 array; NaN = missing.
    """

    images: tuple[str, ...]
    labels: NDArray[np.int8]
    logits: NDArray[np.float32]
    empty: NDArray[np.bool_]
    values: Mapping[str, NDArray[np.float64]]


def arrays_from_table(table: pd.DataFrame, name: str) -> ScoreArrays:
    """Turn a score table, one row per image and attribute, into arrays.

    Args:
        table: rows image by image, within an image in the order of
            :data:`heed.celeba.attributes.ATTRIBUTES`; columns ``image``, ``attribute``,
            ``label``, ``logit``, ``empty`` and those in :data:`METRICS`.
        name: of the classifier, for error messages.

    Raises:
        ScoreTableError: if a column is missing, or rows are missing or in another order.
    """
    expected = ("image", "attribute", "label", "logit", "empty", *METRICS)
    missing = [column for column in expected if column not in table.columns]
    if missing:
        raise ScoreTableError(
            f"scores of {name}: found no column {', '.join(missing)}; run the stage score again"
        )
    images = table["image"].to_numpy().astype(str)
    attributes = table["attribute"].to_numpy().astype(str)
    if len(table) == 0 or len(table) % ATTRIBUTE_COUNT:
        raise ScoreTableError(
            f"scores of {name}: found {len(table)} rows; expected {ATTRIBUTE_COUNT} per image"
        )
    grid = (-1, ATTRIBUTE_COUNT)
    out_of_order = (attributes.reshape(grid) != np.array(ATTRIBUTES)) | (
        images.reshape(grid) != images.reshape(grid)[:, :1]
    )
    if out_of_order.any():
        row = int(np.flatnonzero(out_of_order.ravel())[0])
        raise ScoreTableError(
            f"scores of {name}: row {row}: found {attributes[row]} of {images[row]}; expected "
            f"{ATTRIBUTES[row % ATTRIBUTE_COUNT]} of {images[row - row % ATTRIBUTE_COUNT]}"
        )
    return ScoreArrays(
        images=tuple(images.reshape(grid)[:, 0].tolist()),
        labels=table["label"].to_numpy(np.int8).reshape(grid),
        logits=table["logit"].to_numpy(np.float32).reshape(grid),
        empty=table["empty"].to_numpy(bool).reshape(grid),
        values={metric: table[metric].to_numpy(np.float64).reshape(grid) for metric in METRICS},
    )


def read_scores(file: Path) -> ScoreArrays:
    """The scores of one replicate of a model.

    Args:
        file: ``<replicate>.parquet`` in a folder with the name of the model.

    Raises:
        ScoreTableError: as :func:`arrays_from_table`, naming model and replicate.
    """
    return arrays_from_table(pd.read_parquet(file), f"{file.parent.name}, replicate {file.stem}")


def check_same_faces(scores: Mapping[str, ScoreArrays]) -> tuple[str, ...]:
    """Make sure that all classifiers were scored on the same faces, and name these.

    Their bootstrap resamples are paired, which holds only row by row.

    Returns:
        The file names.

    Raises:
        ScoreTableError: naming the two classifiers and the first row that differs.
    """
    (first, reference), *others = scores.items()
    for name, other in others:
        if other.images != reference.images:
            row = next(
                (
                    index
                    for index, pair in enumerate(zip(reference.images, other.images, strict=False))
                    if pair[0] != pair[1]
                ),
                min(len(reference.images), len(other.images)),
            )
            raise ScoreTableError(
                f"scores of {first} ({len(reference.images)} faces) and {name} "
                f"({len(other.images)} faces) differ from face {row} on; expected the same "
                "faces in the same order: run infer, cams and score again for both"
            )
        if not np.array_equal(other.labels, reference.labels):
            raise ScoreTableError(f"scores of {first} and {name} were made with different labels")
    return reference.images
