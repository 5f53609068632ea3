"""The test images, and the networks that are asked about them."""

from collections.abc import Iterable
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from heed.base.arrays import StoredImages
from heed.methods import paths


class ImagesOfTest:
    """The images of the test partition, indexed by their own rows.

    Args:
        images: all images of the table.
        table: of all images, with ``partition``.

    Attributes:
        table: the rows of the test partition.
    """

    def __init__(self, images: StoredImages, table: pd.DataFrame) -> None:
        self._images = images
        self._rows = np.flatnonzero((table["partition"] == "test").to_numpy())
        self.table = table.iloc[self._rows]

    def __getitem__(self, chosen: list[int]) -> NDArray[np.uint8]:
        """Read some, (N, S, S, 3) uint8 RGB."""
        return np.asarray(self._images[self._rows[chosen]])


def trained_seeds(folder: str) -> list[int]:
    """The seeds of the trainings whose networks lie in a folder of :func:`paths.networks`."""
    return sorted(int(file.stem) for file in Path(folder).glob("*.safetensors"))


def trained_networks(level: str, entries: Iterable[str]) -> list[tuple[int, str]]:
    """The seeds of all trainings of a level and the files of their weights, by seed.

    Args:
        level: of a factor.
        entries: of ``seeds``, by name.
    """
    folders = [paths.networks(level, entry) for entry in entries]
    return sorted(
        (seed, paths.weights(folder, seed)) for folder in folders for seed in trained_seeds(folder)
    )
