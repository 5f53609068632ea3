"""The score table: one row per image and attribute."""

import json
import os
from collections.abc import Mapping, Sequence
from typing import Any, Final

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from heed.base.errors import InputError
from heed.celeba.attributes import ATTRIBUTE_COUNT, ATTRIBUTES
from heed.metrics.grid.located import Located
from heed.metrics.scores import Scores, contribution_share

_COLUMNS: Final[tuple[tuple[str, pa.DataType, str], ...]] = (
    ("image", pa.string(), "file name of the face"),
    ("attribute", pa.string(), "name of the attribute"),
    ("label", pa.int8(), "true class: -1 absent, +1 present"),
    ("logit", pa.float32(), "z of the attribute; present is predicted from 0 on"),
    ("amr", pa.float64(), "acceptable mask ratio, 0..1"),
    ("amr_uncorrected", pa.float64(), "the same without the correction for the mask's size, 0..1"),
    ("proportional_energy", pa.float64(), "share of the map's energy inside the mask, 0..1"),
    ("active_area", pa.float64(), "share of pixels above the threshold, 0..1"),
    ("intensity", pa.float64(), "mean of the map's pixels, 0..1"),
    ("border_share", pa.float64(), "share of the map's energy in the outermost cells, 0..1"),
    ("iou", pa.float64(), "intersection over union of active area and mask, 0..1"),
    ("pointing_game", pa.float64(), "1 where the highest pixel is at most 15 pixels off the mask"),
    ("pixel_roc_auc", pa.float64(), "share of pairs in which the pixel inside is higher, 0..1"),
    ("empty", pa.bool_(), "no pixel of the map is above 0"),
    ("contribution_share", pa.float64(), "share of the logit that comes from the image, 0..1"),
    ("bias_share", pa.float64(), "1 - contribution_share"),
    ("contribution", pa.float32(), "z - b, the part of the logit that comes from the image"),
)

SCHEMA: Final = pa.schema(
    [pa.field(name, kind, metadata={"description": text}) for name, kind, text in _COLUMNS]
)
"""Columns, and what each is; missing scores are NaN."""

_CONDITIONS: Final = b"heed.conditions"


def under(conditions: Mapping[str, Any]) -> pa.Schema:
    """:data:`SCHEMA` of scores that were taken under some conditions, which the file keeps.

    Args:
        conditions: ``mask_version``, ``threshold`` and the like, by name.
    """
    return SCHEMA.with_metadata({_CONDITIONS: json.dumps(conditions)})


def conditions_of(file: str | os.PathLike[str]) -> dict[str, Any]:
    """The conditions that the scores in a file were taken under, see :func:`under`.

    Raises:
        InputError: the file has none.
    """
    stored = pq.read_schema(file).metadata or {}
    if _CONDITIONS not in stored:
        raise InputError(
            f"{os.fspath(file)}: found no conditions beside the scores; expected those of the "
            "stage score: run `dvc repro`"
        )
    conditions: dict[str, Any] = json.loads(stored[_CONDITIONS])
    return conditions


def score_table(
    images: Sequence[str],
    labels: NDArray[np.int8],
    logits: NDArray[np.float32],
    contribution: NDArray[np.float32],
    scores: Scores,
    located: Located,
) -> pa.Table:
    """Lay the scores of B images out as rows, image by image.

    Args:
        images: the B file names.
        labels: (B, 40) int8, -1 or +1.
        logits: (B, 40) float32.
        contribution: (B, 40) float32, the part of each logit that is not bias; NaN
            where the head does not split.
        scores: of the same images.
        located: likewise.

    Returns:
        B x 40 rows with the columns of :data:`SCHEMA`; NaN where a score is missing.
    """
    share = contribution_share(logits, contribution)
    columns = {
        "image": np.repeat(np.asarray(images, dtype=object), ATTRIBUTE_COUNT),
        "attribute": np.tile(np.asarray(ATTRIBUTES, dtype=object), len(images)),
        "label": labels.ravel(),
        "logit": logits.ravel(),
        "amr": scores.amr.ravel(),
        "amr_uncorrected": scores.amr_uncorrected.ravel(),
        "proportional_energy": scores.proportional_energy.ravel(),
        "active_area": scores.active_area.ravel(),
        "intensity": scores.intensity.ravel(),
        "border_share": scores.border_share.ravel(),
        "iou": scores.iou.ravel(),
        "pointing_game": located.pointing_game.ravel(),
        "pixel_roc_auc": located.pixel_roc_auc.ravel(),
        "empty": scores.empty.ravel(),
        "contribution_share": share.ravel(),
        "bias_share": (1 - share).ravel(),
        "contribution": contribution.ravel(),
    }
    return pa.table([pa.array(columns[name]) for name in SCHEMA.names], schema=SCHEMA)


def prediction_columns(predictions: pd.DataFrame, part: str, source: str) -> NDArray[np.float32]:
    """The (N, 40) float32 columns ``<part>.<attribute>`` of a prediction table.

    Args:
        predictions: one row per image.
        part: ``logit`` or ``contribution``.
        source: where the table is from, for the message.

    Raises:
        ValueError: a column is missing.
    """
    names = [f"{part}.{attribute}" for attribute in ATTRIBUTES]
    missing = [name for name in names if name not in predictions.columns]
    if missing:
        raise InputError(
            f"{source}: found no column {missing[0]} ({len(missing)} of {len(names)} are "
            "missing); run the stage infer again"
        )
    return predictions[names].to_numpy(np.float32)
