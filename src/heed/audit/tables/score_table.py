"""The score table: one row per image and attribute."""

from collections.abc import Sequence
from typing import Final

import numpy as np
import pandas as pd
import pyarrow as pa
from numpy.typing import NDArray

from heed.base.errors import InputError
from heed.celeba.attributes import ATTRIBUTE_COUNT, ATTRIBUTES
from heed.metrics.scores import Scores, contribution_share

SCHEMA: Final = pa.schema(
    [
        ("image", pa.string()),
        ("attribute", pa.string()),
        ("label", pa.int8()),
        ("logit", pa.float32()),
        ("amr", pa.float64()),
        ("amr_uncorrected", pa.float64()),
        ("proportional_energy", pa.float64()),
        ("active_area", pa.float64()),
        ("intensity", pa.float64()),
        ("border_share", pa.float64()),
        ("empty", pa.bool_()),
        ("contribution_share", pa.float64()),
        ("bias_share", pa.float64()),
        ("contribution", pa.float32()),
    ]
)


def score_table(
    images: Sequence[str],
    labels: NDArray[np.int8],
    logits: NDArray[np.float32],
    contribution: NDArray[np.float32],
    scores: Scores,
) -> pa.Table:
    """Lay the scores of B images out as rows, image by image.

    Args:
        images: the B file names.
        labels: (B, 40) int8, -1 or +1.
        logits: (B, 40) float32.
        contribution: (B, 40) float32, the part of each logit that is not bias; NaN
            where the head does not split.
        scores: of the same images.

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
