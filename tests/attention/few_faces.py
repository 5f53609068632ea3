"""Faces without files: noise with five landmarks, labels as they are asked for."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from heed.attention.explained import Grid
from heed.attention.faces import Faces
from heed.attention.run_settings import PairParams
from heed.celeba.attributes import ATTRIBUTES
from heed.explain.placement import Placement
from heed.geometry.settings import CropParams
from heed.guidance.template_face import template_landmarks

SIDE = 64
CROP = CropParams(size=SIDE, scale=5.5, fill="nearest", rounding="nearest", reduced_decoding=True)
GRID = Grid(4, Placement.half_pixel(SIDE, 4))
MOUTH = PairParams(attribute="Wearing_Lipstick", confounder="Heavy_Makeup", regions=["mouth"])


@dataclass(frozen=True)
class Crops:
    """An array in the place of :class:`heed.base.arrays.StoredImages`."""

    array: NDArray[np.uint8]

    @property
    def shape(self) -> tuple[int, ...]:
        return self.array.shape

    def __len__(self) -> int:
        return len(self.array)

    def __getitem__(self, rows: object) -> NDArray[np.uint8]:
        return np.array(self.array[rows])  # type: ignore[index]


def few_faces(count: int = 6, **labels: list[int]) -> Faces:
    """Faces that have no attribute but those that are named, +1 or -1 of each."""
    rng = np.random.default_rng(0)
    values = np.full((count, len(ATTRIBUTES)), -1, np.int8)
    for name, column in labels.items():
        values[:, ATTRIBUTES.index(name)] = column
    crops = rng.integers(0, 256, (count, SIDE, SIDE, 3)).astype(np.uint8)
    shifts = rng.normal(0, 1, (count, 1, 2))
    points = template_landmarks(SIDE, CROP.scale) + shifts
    names = np.array([f"{number:06d}.jpg" for number in range(1, count + 1)], object)
    return Faces(names, Crops(crops), values, points)  # type: ignore[arg-type]
