"""Stage ``test_sets``: the test faces cut out in four ways, one array per set."""

from heed.pipeline.stage import run

from pathlib import Path

import cv2
import numpy as np
import pandas as pd
from numpy.typing import NDArray
from tqdm import tqdm

from heed.affact import paths
from heed.affact.augmentation import augmented_crop
from heed.affact.settings import AugmentationParams, DetectParams, TestSetsParams
from heed.affact.test_sets import TestSet, aligned_set, detected_set, transformed_set
from heed.base.arrays import write_images
from heed.base.files import write_table, written_whole
from heed.base.matching import rows_of
from heed.base.settings import load
from heed.celeba.settings import DataParams
from heed.detection.fallback import NONE
from heed.geometry import boxes, landmarks
from heed.geometry.affine import to_table
from heed.geometry.sampling import Sampling
from heed.geometry.settings import CropParams


def main() -> None:
    """Write ``data/test_sets/<set>.npy`` and ``.parquet``; C, D and T hold faces with a box."""
    data, crop, params = load(DataParams), load(CropParams), load(TestSetsParams)
    factor, augmentation = load(DetectParams).scale, load(AugmentationParams)
    table = pd.read_parquet(paths.BOXES)
    faces = pd.read_parquet(paths.FACES)
    faces = faces.iloc[rows_of(table.image, faces.image, paths.FACES)]
    boxed = np.flatnonzero(table.source != NONE)
    found, names = boxes.from_table(table.iloc[boxed]), list(table.image.iloc[boxed])

    points = landmarks.from_table(faces, f"{data.images}_")
    a = aligned_set(points, crop.size, crop.scale, list(faces.image))
    c = detected_set(found, params.ten_crop_size, factor, names)
    d = detected_set(found, crop.size, factor, names)
    t = transformed_set(d, augmentation, params.t_blur, params.seed, boxed.tolist())
    cv2.setNumThreads(1)  # the photographs are spread over the threads below instead
    with written_whole(paths.TEST_SETS) as folder:
        folder.mkdir()
        for name, test_set in {"A": a, "C": c, "D": d, "T": t}.items():
            of_set = faces if name == "A" else faces.iloc[boxed]
            write_set(folder / name, test_set, of_set, data.folder, crop.sampling)
    print(f"test_sets: {len(faces)} faces in A, {len(boxed)} in C, D and T")


def write_set(
    target: Path, test_set: TestSet, faces: pd.DataFrame, root: str, sampling: Sampling
) -> None:
    """Write one set, ``target.npy`` and ``target.parquet``, some faces at a time."""

    def read(row: int) -> NDArray[np.uint8]:
        path = Path(root, faces.path.iloc[row])
        alignment, jitter = test_set.alignments[row], test_set.jitters[row]
        return augmented_crop(
            path.read_bytes(), alignment, jitter, test_set.size, str(path), sampling
        )

    with tqdm(total=len(faces), unit="face", desc=f"test set {target.name}") as progress:
        images = target.with_suffix(".npy")
        write_images(images, len(faces), test_set.size, read, progress.update)
    table = to_table(test_set.transforms, "a_")
    table.insert(0, "image", faces.image.to_numpy())
    write_table(table, target.with_suffix(".parquet"))


if __name__ == "__main__":
    run(main)
