"""The faces whose attributes are read, and the persons that networks learn to tell apart."""

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
from heed.probing.run_settings import PersonsParams
from heed.recognition.division import Division, divide_images, persons_apart
from heed.recognition.images import Draws, FaceImages
from heed.recognition.pairs import Pairs, drawn_pairs, read_pairs


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


@dataclass(frozen=True)
class Persons:
    """Images of persons, divided for training, identification and verification.

    Attributes:
        paths: of N images.
        division: of those that are trained on; -1 for persons apart.
        unseen: paths of the images that are verified.
        pairs: by their rows.
    """

    paths: list[Path]
    division: Division
    unseen: list[Path]
    pairs: Pairs


def persons_of(table: pd.DataFrame, root: Path, held_out: float, params: PersonsParams) -> Persons:
    """Divide persons; who is kept apart, and which images are held out, depends on no training.

    Args:
        table: ``path`` and ``identity`` of each image.
        root: that the paths start from.
        held_out: share of each person's images that are identified.
        params: the persons apart, and the pairs.
    """
    files = [root / path for path in table["path"]]
    identity = table["identity"].to_numpy()
    if params.pairs is not None and params.pairs_root is not None:
        names, pairs = read_pairs(params.pairs, params.pairs_root)
        unseen = [Path(params.pairs_root, name) for name in names]
        return Persons(files, divide_images(identity, held_out, params.seed), unseen, pairs)
    apart = persons_apart(identity, params.apart, params.seed)
    division = divide_images(identity[~apart], held_out, params.seed)
    pairs = drawn_pairs(identity[apart], params.folds, params.each, params.seed)
    (rows,) = np.nonzero(apart)
    used, pairs = pairs.used()
    return Persons(
        [files[row] for row in np.flatnonzero(~apart)],
        division,
        [files[rows[row]] for row in used],
        pairs,
    )
