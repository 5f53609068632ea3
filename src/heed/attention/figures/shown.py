"""Faces with their maps, as the evaluation keeps them for figures."""

import os
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from heed.base.errors import InputError
from heed.explain.placement import AxisPlacement, Placement
from heed.explain.postprocess import normalise

ARRAYS = ("images", "names", "sets", "logits", "maps", "corners", "average", "placement")


@dataclass(frozen=True, eq=False)
class Shown:
    """What figures show of one pair, of one network.

    Attributes:
        images: (k, S, S, 3) uint8 crops.
        names: (k,) of the images.
        sets: (k,) ``E1`` or ``E2``.
        logits: (k,) of the pair's attribute; found if at least 0.
        maps: (k, S, S) float32, 0..1: processed maps of +z.
        corners: (k, R, 4, 2) x, y of the region's rectangles, pixels; R is 0 for a mask.
        average: (S, S) float32, mean processed map over all test faces with the attribute.
    """

    images: NDArray[np.uint8]
    names: NDArray[np.str_]
    sets: NDArray[np.str_]
    logits: NDArray[np.float32]
    maps: NDArray[np.float32]
    corners: NDArray[np.float64]
    average: NDArray[np.float32]

    def of(self, name: str) -> NDArray[np.intp]:
        """The places of the faces of a set."""
        return np.flatnonzero(self.sets == name)


def read_shown(path: str | os.PathLike[str], pairs: Iterable[str]) -> dict[str, Shown]:
    """What a file of :class:`heed.attention.examples.Examples` holds, by pair.

    Args:
        path: the file.
        pairs: those that it must have.

    Raises:
        InputError: an array is missing.
    """
    found = {}
    with np.load(path, allow_pickle=False) as kept:
        for pair in pairs:
            arrays: dict[str, NDArray[Any]] = {}
            for name in ARRAYS:
                if f"{pair}/{name}" not in kept:
                    raise InputError(
                        f"{os.fspath(path)}: found no array {pair}/{name}; expected it: run the "
                        "stage that writes this file again"
                    )
                arrays[name] = kept[f"{pair}/{name}"]
            y, x = (AxisPlacement(*map(float, axis)) for axis in arrays.pop("placement"))
            size = arrays["images"].shape[1]
            raw = arrays.pop("maps")
            maps = normalise(raw, size, Placement(y, x))
            found[pair] = Shown(**arrays, maps=maps)
    return found
