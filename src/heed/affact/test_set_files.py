"""The faces of a test set, found in the tables and cut out of their photographs."""

from pathlib import Path

import cv2
import numpy as np
import pandas as pd
from numpy.typing import NDArray
from tqdm import tqdm

from heed.affact import paths
from heed.affact.augmentation import augmented_crop
from heed.affact.test_sets import TestSet
from heed.base.arrays import write_images
from heed.base.files import write_table
from heed.base.matching import rows_of
from heed.detection.fallback import NONE
from heed.geometry.affine import to_table
from heed.geometry.sampling import Sampling


def faces_to_test() -> tuple[pd.DataFrame, pd.DataFrame, NDArray[np.int64]]:
    """The test faces, and which of them have a box.

    Returns:
        The rows of ``data/boxes.parquet``; those of ``data/faces.parquet`` in the same order;
        (n,) int64, numbers of the rows with a box, in ascending order.
    """
    table = pd.read_parquet(paths.BOXES)
    faces = pd.read_parquet(paths.FACES)
    faces = faces.iloc[rows_of(table.image, faces.image, paths.FACES)]
    return table, faces, np.flatnonzero(table.source != NONE)


def write_set(
    target: Path, test_set: TestSet, faces: pd.DataFrame, root: str, sampling: Sampling
) -> None:
    """Write one set, ``target.npy`` and ``target.parquet``, some faces at a time.

    Args:
        target: the files' name without ending.
        test_set: how each face is cut out.
        faces: a row of the inventory's table for each.
        root: folder of the data set.
        sampling: how crops are made.
    """

    def read(row: int) -> NDArray[np.uint8]:
        path = Path(root, faces.path.iloc[row])
        alignment, jitter = test_set.alignments[row], test_set.jitters[row]
        return augmented_crop(
            path.read_bytes(), alignment, jitter, test_set.size, str(path), sampling
        )

    cv2.setNumThreads(1)  # the photographs are spread over threads instead
    with tqdm(total=len(faces), unit="face", desc=f"test set {target.name}") as progress:
        images = target.with_suffix(".npy")
        write_images(images, len(faces), test_set.size, read, progress.update)
    table = to_table(test_set.transforms, "a_")
    table.insert(0, "image", faces.image.to_numpy())
    write_table(table, target.with_suffix(".parquet"))
