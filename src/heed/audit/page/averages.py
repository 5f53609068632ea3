"""Average maps as the page's script reads them: where each network looks, per attribute."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from heed.audit.page.gallery import LARGE_SIDE, face_uri
from heed.base.rounding import count_text
from heed.celeba.attributes import ATTRIBUTES
from heed.explain.placement import Placement
from heed.metrics.groups import GROUP_INDEX
from heed.pages.level_maps import cells_of, level_maps

SHOWN: Final[dict[str, str]] = {
    "all": "all faces",
    "gt_positive": "with it",
    "gt_negative": "without it",
    "correct": "decided rightly",
    "incorrect": "decided wrongly",
    "predicted_positive": "predicted present",
    "predicted_negative": "predicted absent",
}
"""The groups that are shown, and how the page names them."""


@dataclass(frozen=True)
class Averages:
    """The average maps of one network.

    Attributes:
        maps: indexable as [attribute, group] giving (S, S) in 0..1 (NaN: no faces), the groups
            in the order of :data:`heed.metrics.groups.GROUPS`.
        n: the number of faces, (40, groups).
        grid: the cells that the maps were enlarged from, h and w.
        placement: where these lie.
    """

    maps: Any
    n: NDArray[np.float64]
    grid: tuple[int, int]
    placement: Placement


def averages_json(
    face: NDArray[np.floating] | None, averages: Mapping[str, Averages]
) -> dict[str, Any]:
    """All average maps, by their cells.

    Args:
        face: the average face, (S, S, 3), 0..255, RGB; None lays the maps over grey.
        averages: by network.
    """
    return {
        "face": None if face is None else face_uri(_bytes(face), LARGE_SIDE),
        "groups": [[key, name] for key, name in SHOWN.items()],
        "of": {
            attribute: [_of(index, of) for of in averages.values()]
            for index, attribute in enumerate(ATTRIBUTES)
        },
    }


def _of(index: int, of: Averages) -> dict[str, Any]:
    places = [GROUP_INDEX[group] for group in SHOWN]
    pixels = np.stack([np.asarray(of.maps[index, place], np.float64) for place in places])
    cells = cells_of(pixels, of.grid, of.placement)
    return level_maps(cells).json() | {"n": [count_text(of.n[index, place]) for place in places]}


def _bytes(face: NDArray[np.floating]) -> NDArray[np.uint8]:
    return np.clip(np.rint(face), 0, 255).astype(np.uint8)
