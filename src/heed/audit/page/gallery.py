"""What the page's script needs to show faces with the maps of all networks.

The browser draws the maps from their cells, so that a map costs 49 bytes and not a picture.
"""

import base64
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import cv2
import numpy as np
from numpy.typing import NDArray

from heed.audit.page.face_choice import Choice
from heed.audit.page.mask_outlines import MaskOutlines
from heed.audit.tables.score_arrays import ScoreArrays
from heed.base.errors import InputError
from heed.base.rounding import rounded_at
from heed.celeba.attributes import ATTRIBUTE_INDEX
from heed.explain.placement import Placement
from heed.masks.names import EVIDENCE
from heed.pages.level_maps import level_maps
from heed.pages.pictures import Picture, thumbnail

SIDE: Final = 160
"""Pixels of a face's side in the gallery, at most."""

LARGE_SIDE: Final = 224
"""The same on the first screen."""

SCORES: Final[tuple[tuple[str, str, int], ...]] = (
    ("logit", "logit", 2),
    ("contribution", "contribution", 2),
    ("amr", "AMR", 3),
    ("proportional_energy", "PE", 3),
    ("active_area", "active area", 3),
)
"""Of a map in the page: its name, how the page calls it, and its digits."""


@dataclass(frozen=True)
class Shown:
    """One network's part in the gallery: maps and scores of one replicate.

    Attributes:
        scores: of all audited faces.
        contribution: the part of each logit that comes from the image, (N, 40); NaN where the
            head does not split.
        cams: by row the signed raw maps, (40, h, w), of the faces that are shown.
        grid: their cells, h and w.
        placement: where these lie.
    """

    scores: ScoreArrays
    contribution: NDArray[np.floating]
    cams: Mapping[int, NDArray[np.floating]]
    grid: tuple[int, int]
    placement: Placement


def networks_json(shown: Mapping[str, Shown]) -> list[dict[str, Any]]:
    """Name, grid and placement of each network, as the page's script reads them."""
    return [
        {
            "name": name,
            "grid": list(of.grid),
            "placement": [list(of.placement.y), list(of.placement.x)],
        }
        for name, of in shown.items()
    ]


def of_attribute(
    attribute: str,
    rows: Sequence[int],
    place: Mapping[int, int],
    shown: Mapping[str, Shown],
    outlines: MaskOutlines,
    version: str,
) -> dict[str, Any]:
    """Maps, scores and outlines of some faces for one attribute.

    Args:
        attribute: its name.
        rows: of the faces among the audited ones.
        place: of each of these among the faces in the page.
        shown: the networks.
        outlines: of the masks.
        version: of the masks that are scored with.

    Raises:
        ValueError: if a map is not finite.
    """
    index = ATTRIBUTE_INDEX[attribute]
    labels = next(iter(shown.values())).scores.labels
    drawn = {"mask": version} | ({EVIDENCE: EVIDENCE} if EVIDENCE in outlines.versions else {})
    return {
        "faces": [place[row] for row in rows],
        "has": [int(labels[row, index] == 1) for row in rows],
        **{
            name: [outlines.of_face(masks, row, index) for row in rows]
            for name, masks in drawn.items()
        },
        "maps": [
            level_maps(_finite(np.stack([of.cams[row][index] for row in rows]), name)).json()
            | {"scores": [_scores(of, row, index) for row in rows]}
            for name, of in shown.items()
        ],
    }


def gallery_json(
    chosen: Mapping[str, Choice],
    crops: Mapping[int, NDArray[np.uint8]],
    shown: Mapping[str, Shown],
    outlines: MaskOutlines,
    version: str,
) -> dict[str, Any]:
    """The gallery: every face once, and what is known of it for each attribute.

    Args:
        chosen: of :func:`heed.audit.page.face_choice.choose_faces`.
        crops: the crops of :func:`distinct_rows`, (S, S, 3) uint8, RGB, by row.
        shown: the networks.
        outlines: of the masks.
        version: of the masks that are scored with.

    Raises:
        ValueError: if a map is not finite.
    """
    rows = distinct_rows(choice.rows for choice in chosen.values())
    place = {row: position for position, row in enumerate(rows)}
    images = next(iter(shown.values())).scores.images
    outlines.read(
        {
            row: [ATTRIBUTE_INDEX[name] for name, choice in chosen.items() if row in choice.rows]
            for row in rows
        }
    )
    return {
        "faces": [[images[row], face_uri(crops[row], SIDE)] for row in rows],
        "audited": len(images),
        "of": {
            attribute: of_attribute(attribute, choice.rows, place, shown, outlines, version)
            | {"sizes": [list(choice.sizes[model]) for model in shown]}
            for attribute, choice in chosen.items()
        },
    }


def distinct_rows(choices: Iterable[Iterable[int]]) -> list[int]:
    """Rows of all faces that were chosen for anything, in their order."""
    return sorted({row for rows in choices for row in rows})


def face_uri(crop: NDArray[np.uint8], side: int) -> str:
    """A face as a ``data:`` address, not larger than it is."""
    return Picture(thumbnail(crop, min(side, len(crop))), alt="").uri


def turbo() -> str:
    """The 256 colours of the maps in base64, three bytes each, red first."""
    return base64.b64encode(_turbo(256).tobytes()).decode("ascii")


def colour_key(steps: int = 32) -> list[str]:
    """Colours of the maps from the lowest level to the highest, ``#rrggbb``."""
    return [f"#{bytes(colour).hex()}" for colour in _turbo(steps)]


def _turbo(steps: int) -> NDArray[np.uint8]:
    levels = np.linspace(0, 255, steps).round().astype(np.uint8)[:, None]
    return np.ascontiguousarray(cv2.applyColorMap(levels, cv2.COLORMAP_TURBO)[:, 0, ::-1])


def rounded_scores(values: Mapping[str, Any]) -> list[float | None]:
    """The scores of a map in the order of :data:`SCORES`; None where missing.

    Args:
        values: by name.
    """
    return [
        None if np.isnan(values[name]) else _kept(float(values[name]), digits)
        for name, _, digits in SCORES
    ]


def _kept(value: float, digits: int) -> float:
    """Rounded so that the page may print fewer digits; never across 0, where the answer changes."""
    kept = rounded_at(value, digits)
    return float(f"{value:.0e}") if kept == 0 > value else kept


def _finite(maps: NDArray[np.floating], model: str) -> NDArray[np.floating]:
    if not np.isfinite(maps).all():
        raise InputError(
            f"a map of {model} is not finite; were the network's weights trained to the end?"
        )
    return maps


def _scores(of: Shown, row: int, index: int) -> list[float | None]:
    names = ("amr", "proportional_energy", "active_area")
    scores = {name: of.scores.values[name][row, index] for name in names}
    logit, contribution = of.scores.logits[row, index], of.contribution[row, index]
    return rounded_scores({"logit": logit, "contribution": contribution} | scores)
