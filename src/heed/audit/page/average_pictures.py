"""Average maps as small pictures: where each network looks on average, per attribute."""

from collections.abc import Mapping
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from heed.base.names import readable
from heed.base.rounding import count_text
from heed.celeba.attributes import ATTRIBUTES
from heed.figures.overlay import overlay
from heed.metrics.groups import GROUP_INDEX
from heed.pages.pictures import Picture, thumbnail

SIDE: Final = 112
"""Pixels of a picture's side in the page."""

GREY: Final = 128
"""What the maps are laid over where no face shall be shown."""

SHOWN: Final[dict[str, str]] = {
    "all": "all faces",
    "predicted_positive": "predicted present",
    "predicted_negative": "predicted absent",
}
"""The groups that are shown, and how the page names them."""


def average_pictures(
    face: NDArray[np.floating] | None,
    averages: Mapping[str, tuple[Any, NDArray[np.float64]]],
    majority: NDArray[np.integer],
) -> dict[str, dict[str, list[Picture]]]:
    """Lay the average maps of some groups over the average face.

    The picture of the class that is more frequent in training is framed. A group
    without faces is shown without a map, and its caption says n = 0.

    Args:
        face: the average face, (S, S, 3), 0..255, RGB; None lays the maps over grey.
        averages: per network the average maps, indexable as [attribute, group] giving
            (S, S) in 0..1 (NaN: no faces), and the number of faces, (40, groups), with the
            groups in the order of :data:`heed.metrics.groups.GROUPS`.
        majority: class of most training faces per attribute, (40,), -1 or +1.

    Returns:
        By attribute and network one picture per group in :data:`SHOWN`.
    """
    pictures: dict[str, dict[str, list[Picture]]] = {}
    for index, attribute in enumerate(ATTRIBUTES):
        framed = "predicted_positive" if majority[index] == 1 else "predicted_negative"
        pictures[attribute] = {}
        for model, (maps, n) in averages.items():
            shown = []
            for group, name in SHOWN.items():
                position = GROUP_INDEX[group]
                cam = np.asarray(maps[index, position])
                base = _base(face, cam.shape)
                shown.append(
                    Picture(
                        content=thumbnail(overlay(base, cam), SIDE),
                        alt=f"Average map of {readable(attribute)} by {model}, {name}",
                        caption=f"{name}, {_unbroken(n[index, position])}",
                        framed=group == framed,
                    )
                )
            pictures[attribute][model] = shown
    return pictures


def _base(face: NDArray[np.floating] | None, shape: tuple[int, ...]) -> NDArray[np.uint8]:
    if face is None:
        return np.full((*shape, 3), GREY, np.uint8)
    return np.clip(np.rint(face), 0, 255).astype(np.uint8)


def _unbroken(n: float) -> str:
    """``n = 12`` in one line."""
    return f"n = {count_text(n)}".replace(" ", "\N{NO-BREAK SPACE}")
