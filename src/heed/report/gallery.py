"""The gallery of average maps: where each model looks on average, per attribute."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from heed.attributes import ATTRIBUTES, readable
from heed.figures.overlay import jpeg, overlay
from heed.report.pictures import Picture
from heed.tables.groups import GROUP_INDEX

SIDE: Final = 112
"""Pixels of a picture's side in the page."""

SHOWN: Final[dict[str, str]] = {
    "predicted_positive": "predicted present",
    "predicted_negative": "predicted absent",
}
"""The groups in the gallery and how the page names them."""


@dataclass(frozen=True)
class GalleryRow:
    """One attribute: its share of positives in training, and its pictures per model."""

    attribute: str
    positive_share: float
    pictures: Mapping[str, Sequence[Picture]]


def gallery(
    face: NDArray[np.floating],
    averages: Mapping[str, tuple[Any, NDArray[np.int64]]],
    order: NDArray[np.integer],
    positive_shares: NDArray[np.floating],
) -> list[GalleryRow]:
    """Lay the average maps over the average face.

    The picture of the class that is more frequent in training is framed. A group
    without faces is a grey face, and its caption says so.

    Args:
        face: the average face, (S, S, 3), 0..255, RGB.
        averages: per model the average maps, indexable as [attribute, group] giving
            (S, S) in 0..1, and the number of faces, (40, groups).
        order: attributes from top to bottom, as indices.
        positive_shares: share of positives in the training partition, (40,).
    """
    base = np.clip(np.rint(face), 0, 255).astype(np.uint8)
    rows = []
    for index in order:
        share = float(positive_shares[index])
        majority = "predicted_positive" if share >= 0.5 else "predicted_negative"
        pictures = {}
        for model, (maps, n) in averages.items():
            pictures[model] = [
                Picture(
                    content=jpeg(overlay(base, np.asarray(maps[index, GROUP_INDEX[group]])), SIDE),
                    alt=f"Average map of {readable(ATTRIBUTES[index])}, {model}, faces {name}",
                    caption=f"{name}, n = {n[index, GROUP_INDEX[group]]}",
                    framed=group == majority,
                )
                for group, name in SHOWN.items()
            ]
        rows.append(GalleryRow(ATTRIBUTES[index], share, pictures))
    return rows
