"""The gallery: faces of a chosen group with the maps of all networks, for ``gallery.html.j2``.

The browser draws the maps from their cells, so that a map costs 49 bytes and not a picture.
"""

import base64
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import cv2
import numpy as np
from numpy.typing import NDArray

from heed.audit.tables.score_arrays import ScoreArrays, check_same_faces
from heed.base.errors import InputError
from heed.base.names import readable
from heed.celeba.attributes import ATTRIBUTE_INDEX, ATTRIBUTES
from heed.explain.placement import Placement
from heed.explain.postprocess import stretch
from heed.pages.pictures import thumbnail

SIDE: Final = 160
"""Pixels of a face's side in the page, at most."""

OPACITY: Final = 0.45
"""Share of the map's colour at first; the reader can change it."""

GROUPS: Final[dict[str, str]] = {
    "correct": "Correct decisions",
    "incorrect": "Incorrect decisions",
    "gt_positive": "With the attribute (gt+)",
    "gt_negative": "Without it (gt-)",
    "best": "Best AMR",
    "worst": "Worst AMR",
}
"""The groups to choose from, and how the page names them."""

GOLDEN_RATIO: Final = (5**0.5 - 1) / 2

Key = tuple[str, str, str]
"""Network, group, attribute."""


@dataclass(frozen=True)
class Choice:
    """Faces that stand for one group.

    Attributes:
        rows: of the faces among the audited ones.
        size: how many faces the group has.
    """

    rows: tuple[int, ...]
    size: int


def choose_faces(scores: Mapping[str, ScoreArrays], per_group: int) -> dict[Key, Choice]:
    """Choose faces of each group; the same each time, and by no property of theirs.

    All faces are put in one order that is spread evenly over them (multiples of the golden
    ratio, modulo 1), and each group takes its first faces in that order. So a choice is an
    even sample of its group, and large groups share most of their faces, which keeps the
    page small. The best and worst maps are those with the highest and lowest AMR; empty maps
    and faces without a mask have no place among them, and equals follow the same order.

    Args:
        scores: by network, of the same faces.
        per_group: how many faces to choose; fewer where a group has fewer.

    Returns:
        By network, group of :data:`GROUPS` and attribute.

    Raises:
        ScoreTableError: if the networks were scored on different faces.
    """
    n = len(check_same_faces(scores))
    spread = np.argsort(np.arange(n) * GOLDEN_RATIO % 1, kind="stable")
    chosen: dict[Key, Choice] = {}
    for model, of_model in scores.items():
        # as in heed.metrics.groups: a logit of exactly 0 is neither correct nor incorrect
        signed = (of_model.logits * of_model.labels)[spread]
        labels = of_model.labels[spread]
        amr = of_model.values["amr"][spread]
        scored = ~of_model.empty[spread] & ~np.isnan(amr)
        members = {
            "correct": signed > 0,
            "incorrect": signed < 0,
            "gt_positive": labels == 1,
            "gt_negative": labels == -1,
        }
        for index, attribute in enumerate(ATTRIBUTES):
            for group, of_group in members.items():
                rows = spread[np.flatnonzero(of_group[:, index])]
                chosen[model, group, attribute] = _choice(np.sort(rows[:per_group]), len(rows))
            places = np.flatnonzero(scored[:, index])
            for group, sign in (("best", -1), ("worst", 1)):
                ranked = places[np.argsort(sign * amr[places, index], kind="stable")]
                rows = spread[ranked[:per_group]]
                chosen[model, group, attribute] = _choice(rows, len(places))
    return chosen


def distinct_rows(chosen: Mapping[Key, Choice]) -> list[int]:
    """Rows of all faces that were chosen for any group, in their order."""
    return sorted({row for choice in chosen.values() for row in choice.rows})


def gallery_payload(
    chosen: Mapping[Key, Choice],
    crops: Mapping[int, NDArray[np.uint8]],
    cams: Mapping[str, Any],
    scores: Mapping[str, ScoreArrays],
    placements: Mapping[str, Placement],
) -> dict[str, Any]:
    """What the page's script needs to show any group, as JSON takes it.

    Each face is embedded once. A map is its cells, rectified and stretched to 0..255; the
    script enlarges them as :func:`heed.explain.postprocess.normalise` does and colours them as
    :func:`heed.figures.overlay.overlay` does.

    Args:
        chosen: see :func:`choose_faces`; all groups of all networks in ``scores``.
        crops: the crops of :func:`distinct_rows`, (S, S, 3) uint8, RGB, by row.
        cams: per network the signed raw maps, indexable by row giving (40, h, w).
        scores: per network the scores of all audited faces.
        placements: per network where its cells lie.

    Raises:
        ValueError: if a map is not finite.
    """
    models = list(scores)
    images = next(iter(scores.values())).images
    rows = distinct_rows(chosen)
    place = {row: position for position, row in enumerate(rows)}
    cells = {row: np.stack([_cells(cams[model][row], model) for model in models], axis=1)
             for row in rows}  # of each (40, models, h, w)  # fmt: skip
    of_attribute = {}
    for attribute in sorted({key[2] for key in chosen}, key=readable):
        index = ATTRIBUTE_INDEX[attribute]
        groups = {m: {g: chosen[m, g, attribute] for g in GROUPS} for m in models}
        shown = sorted({row for of in groups.values() for c in of.values() for row in c.rows})
        of_attribute[attribute] = {
            "faces": [place[row] for row in shown],
            "has": [int(scores[models[0]].labels[row, index] == 1) for row in shown],
            "cells": _base64(b"".join(cells[row][index].tobytes() for row in shown)),
            "maps": [[_verdict(scores[model], row, index) for model in models] for row in shown],
            "groups": {
                model: {
                    group: {"size": c.size, "shown": [shown.index(row) for row in c.rows]}
                    for group, c in of.items()
                }
                for model, of in groups.items()
            },
        }
    size = len(crops[rows[0]]) if rows else SIDE
    pictures = (thumbnail(crops[row], min(SIDE, size)) for row in rows)
    return {
        "models": models,
        "groups": [[key, name] for key, name in GROUPS.items()],
        "attributes": [[attribute, readable(attribute)] for attribute in of_attribute],
        "of": of_attribute,
        "faces": [
            [images[row], f"data:image/webp;base64,{_base64(picture)}"]
            for row, picture in zip(rows, pictures, strict=True)
        ],
        "audited": len(images),
        "grid": list(cells[rows[0]].shape[-2:]) if rows else [0, 0],
        "placements": [[list(placements[m].y), list(placements[m].x)] for m in models],
        "size": size,
        "opacity": OPACITY,
        "colours": _base64(_turbo()),
    }


def _choice(rows: NDArray[np.intp] | Sequence[int], size: int) -> Choice:
    return Choice(tuple(int(row) for row in rows), size)


def _cells(maps: NDArray[np.floating], model: str) -> NDArray[np.uint8]:
    """A face's maps as bytes, (40, h, w)."""
    maps = np.asarray(maps)
    if not np.isfinite(maps).all():
        raise InputError(
            f"a map of {model} is not finite; were the network's weights trained to the end?"
        )
    return np.rint(255 * stretch(np.maximum(maps, 0))).astype(np.uint8)


def _verdict(scores: ScoreArrays, row: int, index: int) -> list[float | None]:
    """Logit, AMR (None: no mask), whether empty, present and right (None: neither)."""
    logit, amr = float(scores.logits[row, index]), float(scores.values["amr"][row, index])
    agreement = logit * int(scores.labels[row, index])
    return [
        round(logit, 2) + 0.0,  # no -0.0
        None if np.isnan(amr) else round(amr, 3),
        int(scores.empty[row, index]),
        int(logit >= 0),
        None if agreement == 0 else int(agreement > 0),
    ]


def _turbo() -> bytes:
    """The 256 colours of the maps, three bytes each, red first."""
    levels = np.arange(256, dtype=np.uint8)[:, None]
    return bytes(cv2.applyColorMap(levels, cv2.COLORMAP_TURBO)[:, 0, ::-1].tobytes())


def _base64(content: bytes) -> str:
    return base64.b64encode(content).decode("ascii")
