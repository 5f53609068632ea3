"""The faces whose attributes are read, as networks see them."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from heed.base.arrays import StoredImages, write_images
from heed.base.partitions import PARTITIONS
from heed.celeba.attributes import ATTRIBUTES
from heed.probing import paths
from heed.recognition.images import Draws, FaceImages


@dataclass(frozen=True)
class LabelledFaces:
    """Faces of CelebA's layout, as networks see them.

    Attributes:
        images: (N, S, S, 3) uint8 RGB, stored.
        labels: (N, 40) -1 or +1.
        pool: rows of the training and the validation partition.
        test: rows of the test partition.
    """

    images: StoredImages
    labels: NDArray[np.int8]
    pool: NDArray[np.intp]
    test: NDArray[np.intp]

    @classmethod
    def read(cls) -> "LabelledFaces":
        """What the stages inventory and crop stored."""
        table = pd.read_parquet(paths.FACES, columns=["partition", *ATTRIBUTES])
        test = (table["partition"] == PARTITIONS.index("test")).to_numpy()
        return cls(
            StoredImages(paths.IMAGES),
            table[list(ATTRIBUTES)].to_numpy(np.int8),
            np.flatnonzero(~test),
            np.flatnonzero(test),
        )


def write_squares(
    files: list[Path], side: int, crop: int, path: str, advance: Callable[[int], object]
) -> None:
    """Write the middle of each image, its shorter side scaled first, as networks are shown it.

    Args:
        files: of the images, in order.
        side: pixels of the shorter side after scaling.
        crop: side of the square.
        path: of the ``.npy`` file, (N, crop, crop, 3) uint8 RGB.
        advance: told how many more are written.
    """
    images = FaceImages(files, np.zeros(len(files), int), side=side, crop=crop)

    def middle(row: int) -> NDArray[np.uint8]:
        squares, _ = images[Draws(0, row, [row])]
        return squares[0]

    write_images(path, len(files), crop, middle, advance)
