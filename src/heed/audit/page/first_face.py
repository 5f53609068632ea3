"""The first screen's faces: all attributes of a few of them, and which of these to begin with."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from heed.audit.flip_store import Flipped, ShownFlips
from heed.audit.page.gallery import (
    LARGE_SIDE,
    Shown,
    face_uri,
    of_attribute,
    rounded_scores,
)
from heed.audit.page.mask_outlines import MaskOutlines
from heed.celeba.attributes import ATTRIBUTES
from heed.explain.placement import Placement
from heed.explain.postprocess import normalise
from heed.metrics.acceptable_mask_ratio import acceptable_mask_ratio
from heed.metrics.proportional_energy import proportional_energy
from heed.pages.level_maps import level_maps

FACES: Final = 4
"""Faces of the first screen, where none were drawn again."""


def first_attributes(
    gaps: pd.DataFrame, differences: pd.DataFrame, causal: pd.DataFrame, order: Sequence[str]
) -> list[str]:
    """The attributes to begin with, the best first: they show networks apart, and seem to matter.

    They are those whose PE gap clearly differs between two networks (of one network: is clear),
    sorted by how far their switching moves the logits of all networks; where no faces are
    switched, by how far their gaps differ. The first attribute alone where nothing is clear.

    Args:
        gaps: ``metrics/tables/gaps.csv``.
        differences: ``metrics/tables/differences.csv``.
        causal: ``metrics/tables/causal.csv``.
        order: the attributes.
    """
    table = differences[differences["quantity"] == "pe_gap"]
    if table.empty:
        table = gaps[gaps["gap"] == "pe_gap"]
    clear = table[((table["low"] > 0) | (table["high"] < 0)) & table["attribute"].isin(order)]
    if clear.empty:
        return [order[0]]
    sizes = clear["value"].abs().groupby(clear["attribute"]).max()
    moves = causal[(causal["metric"] == "flip") & causal["attribute"].isin(sizes.index)]
    least = moves.groupby("attribute")["mean"].min().dropna()
    ranked = (least if len(least) else sizes).sort_values(ascending=False, kind="stable")
    return [str(name) for name in ranked.index]


def first_example(first: Mapping[str, Any], ranked: Sequence[str]) -> dict[str, Any]:
    """The attribute and the face to begin with: where the networks' answers can be seen to differ.

    Args:
        first: of :func:`first_json`, with its flips.
        ranked: of :func:`first_attributes`.

    Returns:
        ``start``, the attribute; ``face``, the place of its face; ``apart``, whether the networks
        answer differently for the face ``as_is`` or ``switched``, or None where they do for none.
    """
    found = [
        (name, face, [of["scores"][face][0] >= 0 for of in first["of"][name]["maps"]])
        for name in ranked
        for face in range(len(first["faces"]))
    ]
    switched = [
        (name, face, [of["scores"][0][0] >= 0 for of in flips[str(face)]["maps"]])
        for name, face, _ in found
        if str(face) in (flips := (first["flips"] or {}).get(name, {}))
    ]
    for apart, answers in (("as_is", found), ("switched", switched)):
        for name, face, yes in answers:
            if len(set(yes)) > 1:
                return {"start": name, "face": face, "apart": apart}
    return {"start": ranked[0], "face": 0, "apart": None}


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


def flips_json(
    flips: ShownFlips,
    rows: Sequence[int],
    shown: Mapping[str, Shown],
    outlines: MaskOutlines,
    version: str,
    threshold: float,
) -> dict[str, dict[str, Any]]:
    """The same faces with one attribute switched.

    Args:
        flips: of the faces in ``rows``.
        rows: in the order of the first screen.
        shown: the networks.
        outlines: of the masks.
        version: of the masks that are scored with.
        threshold: of the active area.

    Returns:
        By attribute and by the place of the face, as text: the picture, and per network the map
        and its scores. What cannot be switched is missing.
    """
    place = {row: position for position, row in enumerate(rows)}
    found: dict[str, dict[str, Any]] = {}
    for number, (row, index) in enumerate(
        zip(flips.rows.tolist(), flips.attributes.tolist(), strict=True)
    ):
        mask = outlines.mask(version, row, index)
        found.setdefault(ATTRIBUTES[index], {})[str(place[row])] = {
            "face": face_uri(flips.crops[number], LARGE_SIDE),
            "maps": [
                level_maps(flips.of[model].maps[number][None]).json()
                | {"scores": [_scores(flips.of[model], number, mask, of.placement, threshold)]}
                for model, of in shown.items()
            ],
        }
    return found


def _scores(
    of: Flipped, number: int, mask: NDArray[np.bool_], placement: Placement, threshold: float
) -> list[float | None]:
    """In the order of :data:`heed.audit.page.gallery.SCORES`."""
    pixels = normalise(of.maps[number], len(mask), placement)
    return rounded_scores(
        {
            "logit": of.logits[number],
            "contribution": of.contribution[number],
            "amr": acceptable_mask_ratio(pixels, mask, threshold),
            "proportional_energy": proportional_energy(pixels, mask),
            "active_area": np.mean(pixels > threshold),
        }
    )
