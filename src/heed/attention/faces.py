"""The faces of a partition: their crops, labels and landmarks, in one order."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from heed.attention import paths
from heed.base.arrays import StoredImages
from heed.base.errors import InputError
from heed.base.partitions import PARTITIONS, Partition
from heed.celeba.attributes import ATTRIBUTES
from heed.celeba.labels import labels_of
from heed.geometry.landmarks import from_table
from heed.guidance.landmarks import from_dlib_table


@dataclass(frozen=True)
class Faces:
    """Faces of a partition.

    Attributes:
        names: (N,) of their images.
        crops: (N, S, S, 3) uint8 RGB, stored.
        labels: (N, 40) -1 or +1.
        landmarks: (N, 5, 2) x, y in pixels of the crops; (N, 68, 2) where a file has dlib's.
    """

    names: NDArray[np.object_]
    crops: StoredImages
    labels: NDArray[np.int8]
    landmarks: NDArray[np.float64]

    @classmethod
    def read(cls, partition: Partition) -> "Faces":
        """What the stages inventory, crop and landmarks stored.

        Raises:
            InputError: they do not fit each other.
        """
        table = pd.read_parquet(paths.LANDMARKS)
        table = table[table["partition"] == PARTITIONS.index(partition)]
        names = table["image"].to_numpy(object)
        crops = StoredImages(paths.crops(partition))
        if len(crops) != len(names):
            raise InputError(
                f"{paths.crops(partition)}: found {len(crops)} crops for the {len(names)} faces of "
                f"{paths.LANDMARKS}; run `dvc repro crop landmarks`"
            )
        faces = pd.read_parquet(paths.FACES, columns=["image", *ATTRIBUTES])
        dlib = "x_0" in table.columns
        points = from_dlib_table(table, list(names)) if dlib else from_table(table)
        return cls(names, crops, labels_of(names, faces, paths.FACES), points)

    def __len__(self) -> int:
        return len(self.names)

    @property
    def side(self) -> int:
        """S, pixels."""
        return self.crops.shape[1]

    def spread(self, count: int) -> NDArray[np.intp]:
        """The rows of some faces, evenly spaced; all where there are no more.

        Example:
            >>> np.unique(np.linspace(0, 9, 4).round().astype(int)).tolist()
            [0, 3, 6, 9]
        """
        rows = np.linspace(0, len(self) - 1, min(count, len(self))).round()
        return np.unique(rows.astype(np.intp))
