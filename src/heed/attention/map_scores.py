"""Maps against where they should lie: the region of a pair, and the masks of all attributes."""

from typing import Any

import numpy as np
import pandas as pd
import torch
from numpy.typing import NDArray

from heed.attention.explained import Grid
from heed.attention.faces import Faces
from heed.attention.regions import pair_coverage, pair_masks
from heed.attention.run_settings import PairParams
from heed.celeba.attributes import ATTRIBUTES
from heed.explain.postprocess import stretch
from heed.explain.signs import target_signs
from heed.geometry.settings import CropParams
from heed.guidance.landmarks import five_of
from heed.guidance.losses.iou import hard_iou
from heed.masks.catalogue import VERSIONS
from heed.masks.regions import region_of_attribute
from heed.metrics.grid.prepared_masks import PreparedMasks, prepare
from heed.metrics.grid.tally import tally
from heed.metrics.scores import scores

Maps = NDArray[np.float32]
"""(B, A, g, g) float32, signed and raw: of +z of every attribute."""

TARGET = 2
"""Of the maps of all attributes: abs(z), what supports the class that is predicted, as the audit
has it."""


class RegionScores:
    """Scores of the maps of a pair's attribute, on the faces that have it.

    The map is that of +z, what supports "present": it is what the map losses lead.

    Args:
        name: of the pair.
        pair: with its region.
        faces: that are judged.
        crop: the side of the crops, and their scale.
        grid: the cells of the maps.
        threshold: above which pixels, and cells, are active.
    """

    def __init__(
        self,
        name: str,
        pair: PairParams,
        faces: Faces,
        crop: CropParams,
        grid: Grid,
        threshold: float,
    ) -> None:
        self.name, self.pair = name, pair
        self._faces, self._crop, self._grid, self._threshold = faces, crop, grid, threshold
        self._output = ATTRIBUTES.index(pair.attribute)
        self._tables: list[pd.DataFrame] = []

    def add(self, rows: NDArray[np.intp], maps: Maps) -> None:
        """Score the maps of some rows of the faces."""
        having = self._faces.labels[rows, self._output] > 0
        rows, own = rows[having], maps[having][:, [self._output]]
        if not len(rows):
            return
        points = self._faces.landmarks[rows]
        masks = pair_masks(self.pair, points, self._crop)[:, None]
        prepared = prepare(masks, [0], self._grid.cells, self._grid.placement)
        found = scores(tally(own, prepared, self._threshold))
        cells = torch.from_numpy(stretch(np.maximum(own[:, 0], 0)))
        coverage = torch.from_numpy(pair_coverage(self.pair, points, self._crop, self._grid))
        columns = {
            "pair": self.name,
            "image": self._faces.names[rows],
            "proportional_energy": found.proportional_energy[:, 0],
            "amr": found.amr[:, 0],
            "iou": found.iou[:, 0],
            "cell_iou": hard_iou(cells, coverage, self._threshold).numpy().astype(np.float64),
            "empty": found.empty[:, 0],
        }
        self._tables.append(pd.DataFrame(columns))

    def table(self) -> pd.DataFrame:
        """The columns of ``regions`` in :mod:`heed.attention.schema` but run and seed."""
        return pd.concat(self._tables, ignore_index=True)


class AttributeScores:
    """AMR and PE of the maps of all attributes, means over some faces.

    Args:
        faces: that are judged.
        rows: those of them whose maps are scored.
        version: of the masks.
        grid: the cells of the maps.
        threshold: above which pixels are active.
    """

    def __init__(
        self,
        faces: Faces,
        rows: NDArray[np.intp],
        version: str,
        grid: Grid,
        threshold: float,
    ) -> None:
        self._faces, self._rows, self._grid, self._threshold = faces, rows, grid, threshold
        self._version = VERSIONS[version]
        self._regions = list(region_of_attribute(self._version.regions, ATTRIBUTES))
        self._shared: PreparedMasks | None = None
        self._found: list[tuple[NDArray[Any], NDArray[Any], NDArray[Any]]] = []

    def add(self, rows: NDArray[np.intp], maps: Maps, logits: NDArray[np.float32]) -> None:
        """Score the maps of those among some rows that are scored."""
        chosen = np.isin(rows, self._rows)
        if not chosen.any():
            return
        rows = rows[chosen]
        signs = target_signs(TARGET, logits[chosen], self._faces.labels[rows])
        own = maps[chosen] * signs[..., None, None]
        found = scores(tally(own.astype(np.float32), self._masks(rows), self._threshold))
        self._found.append((found.amr, found.proportional_energy, found.empty))

    def table(self) -> pd.DataFrame:
        """A row per attribute: ``faces``, ``amr``, ``proportional_energy``, ``empty``.

        An empty map scores 0 and counts, as in the audit.
        """
        amr, energy, empty = (np.concatenate(each) for each in zip(*self._found, strict=True))
        return pd.DataFrame(
            {
                "attribute": ATTRIBUTES,
                "faces": len(amr),
                "amr": known_mean(amr),
                "proportional_energy": known_mean(energy),
                "empty": empty.sum(axis=0),
            }
        )

    def _masks(self, rows: NDArray[np.intp]) -> PreparedMasks:
        if self._shared is not None:
            return self._shared
        packed = self._version.masks(five_of(self._faces.landmarks[rows]), self._faces.side)
        prepared = prepare(packed, self._regions, self._grid.cells, self._grid.placement)
        if self._version.shared:
            self._shared = prepared
        return prepared


def known_mean(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Means over the faces of (N, A); those that are NaN are left out, and NaN if all are."""
    known = ~np.isnan(values)
    total, count = np.where(known, values, 0).sum(axis=0), known.sum(axis=0)
    return np.divide(total, count, out=np.full(values.shape[1], np.nan), where=count > 0)
