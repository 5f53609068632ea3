"""The first screen's faces: all attributes of a few of them, and which of these to begin with."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from heed.audit.page.gallery import LARGE_SIDE, Shown, face_uri, of_attribute
from heed.audit.page.mask_outlines import MaskOutlines
from heed.metrics.estimates import OVERALL

FACES: Final = 4
"""Faces of the first screen."""


def first_attribute(gaps: pd.DataFrame, least_faces: int, order: Sequence[str]) -> str:
    """The attribute to begin with: the one whose PE gap differs most between two networks.

    Of one network the one with the largest PE gap; the first attribute where none counts.

    Args:
        gaps: ``metrics/tables/gaps.csv``.
        least_faces: ``aggregate.least_faces``: an attribute counts whose classes are predicted
            for as many faces, by all networks.
        order: the attributes.
    """
    of_gap = gaps[(gaps["gap"] == "pe_gap") & (gaps["attribute"] != OVERALL)]
    wide = of_gap.pivot_table(index="attribute", columns="model", values=["value", "n"])
    counts = wide[(wide["n"] >= least_faces).all(axis=1) & wide["value"].notna().all(axis=1)]
    if counts.empty:
        return order[0]
    values = counts["value"]
    if values.shape[1] == 1:
        return str(values.iloc[:, 0].abs().idxmax())
    return str((values.max(axis=1) - values.min(axis=1)).idxmax())


def first_json(
    rows: Sequence[int],
    crops: Mapping[int, NDArray[np.uint8]],
    shown: Mapping[str, Shown],
    outlines: MaskOutlines,
    version: str,
    start: str,
    order: Sequence[str],
) -> dict[str, Any]:
    """Some faces with the maps of all attributes.

    Args:
        rows: of the faces among the audited ones.
        crops: by row.
        shown: the networks.
        outlines: of the masks.
        version: of the masks that are scored with.
        start: the attribute to begin with.
        order: the attributes.
    """
    place = {row: position for position, row in enumerate(rows)}
    images = next(iter(shown.values())).scores.images
    outlines.read({row: range(len(order)) for row in rows})
    largest = max(float(np.abs(of.scores.logits[list(rows)]).max()) for of in shown.values())
    return {
        "start": start,
        "faces": [[images[row], face_uri(crops[row], LARGE_SIDE)] for row in rows],
        "largest": round(largest, 2),
        "of": {name: of_attribute(name, rows, place, shown, outlines, version) for name in order},
        "flips": None,
    }
