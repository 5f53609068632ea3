"""Faces of a pair with their maps, and the average map, as figures show them."""

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from heed.attention.explained import Grid
from heed.attention.faces import Faces
from heed.attention.regions import pair_corners
from heed.attention.run_settings import PairParams
from heed.attention.schema import in_sets
from heed.celeba.attributes import ATTRIBUTES
from heed.explain.postprocess import normalise
from heed.geometry.settings import CropParams


def example_rows(pair: PairParams, faces: Faces, count: int) -> dict[str, NDArray[np.intp]]:
    """The first faces of E1 and of E2, half of the count of each, or as many as there are."""
    sets = in_sets(pair, pd.DataFrame(faces.labels, columns=ATTRIBUTES))
    return {name: np.flatnonzero(rows)[: count // 2] for name, rows in sets.items()}


class Examples:
    """Gathers what figures show of one pair, from the maps of one network.

    Args:
        name: of the pair.
        pair: with its region.
        faces: that are judged.
        crop: the side of the crops, and their scale.
        grid: the cells of the maps.
        count: how many faces.
    """

    def __init__(
        self,
        name: str,
        pair: PairParams,
        faces: Faces,
        crop: CropParams,
        grid: Grid,
        count: int,
    ) -> None:
        self._name, self._pair, self._faces, self._crop, self._grid = name, pair, faces, crop, grid
        self._output = ATTRIBUTES.index(pair.attribute)
        sets = example_rows(pair, faces, count)
        self._rows = np.concatenate(list(sets.values()))
        self._sets = np.repeat(list(sets), [len(rows) for rows in sets.values()])
        self._maps = np.full((len(self._rows), grid.cells, grid.cells), np.nan, np.float32)
        self._logits = np.full(len(self._rows), np.nan, np.float32)
        self._sum = np.zeros((crop.size, crop.size))
        self._count = 0

    def add(
        self, rows: NDArray[np.intp], maps: NDArray[np.float32], logits: NDArray[np.float32]
    ) -> None:
        """Take in the maps of some rows of the faces."""
        own, place = maps[:, self._output], {row: n for n, row in enumerate(rows.tolist())}
        for number, row in enumerate(self._rows.tolist()):
            if row in place:
                self._maps[number] = own[place[row]]
                self._logits[number] = logits[place[row], self._output]
        for map_ in own[self._faces.labels[rows, self._output] > 0]:
            self._sum += normalise(map_, self._crop.size, self._grid.placement)
            self._count += 1

    def arrays(self) -> dict[str, NDArray[Any]]:
        """By name, each after the pair's and a slash.

        ``images`` (k, S, S, 3) uint8, ``names`` and ``sets`` (k,), ``logits`` (k,), ``maps``
        (k, g, g) raw maps of +z, ``corners`` (k, R, 4, 2) of the region's rectangles,
        ``average`` (S, S) float32: the mean processed map over all test faces that have the
        attribute; ``placement`` (2, 2): stride and offset in pixels of y, then of x.
        """
        corners = pair_corners(self._pair, self._faces.landmarks[self._rows], self._crop)
        placement = self._grid.placement
        found = {
            "images": self._faces.crops[self._rows],
            "names": self._faces.names[self._rows].astype(str),
            "sets": self._sets.astype(str),
            "logits": self._logits,
            "maps": self._maps,
            "corners": corners,
            "average": (self._sum / max(self._count, 1)).astype(np.float32),
            "placement": np.array([placement.y, placement.x], np.float64),
        }
        return {f"{self._name}/{key}": value for key, value in found.items()}
