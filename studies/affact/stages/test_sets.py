"""Stage ``test_sets``: the test faces cut out in four ways, one zarr array per set."""

import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import cv2
import numpy as np
import pandas as pd
import zarr
from tqdm import tqdm

from heed.detection.fallback import NONE
from heed.evaluation.test_sets import TestSet, aligned_set, detected_set, transformed_set
from heed.geometry import boxes, landmarks
from heed.geometry.affine import to_table
from heed.matching import rows_of
from heed.params import CropParams, DataParams
from heed.params_file import load
from heed.stage import run
from heed.store import create_array, write_table, written_whole
from heed.studies.affact import AugmentationParams, DetectParams, TestSetsParams
from heed.training.augmentation import augmented_crop

SHARD = 256


def main() -> None:
    """Write ``data/test_sets/<set>.zarr`` and ``.parquet``; C, D and T hold faces with a box."""
    data, crop, params = load(DataParams), load(CropParams), load(TestSetsParams)
    factor, augmentation = load(DetectParams).scale, load(AugmentationParams)
    table = pd.read_parquet("data/boxes.parquet")
    faces = pd.read_parquet("data/faces.parquet")
    faces = faces.iloc[rows_of(table.image, faces.image, "data/faces.parquet")]
    boxed = np.flatnonzero(table.source != NONE)
    found, names = boxes.from_table(table.iloc[boxed]), list(table.image.iloc[boxed])

    points = landmarks.from_table(faces, f"{data.images}_")
    a = aligned_set(points, crop.size, crop.scale, list(faces.image))
    c = detected_set(found, params.ten_crop_size, factor, names)
    d = detected_set(found, crop.size, factor, names)
    t = transformed_set(d, augmentation, params.t_blur, params.seed, boxed.tolist())
    cv2.setNumThreads(1)  # the photographs are spread over the threads below instead
    for name, test_set in {"A": a, "C": c, "D": d, "T": t}.items():
        write_set(name, test_set, faces if name == "A" else faces.iloc[boxed], data.root)
    print(f"test_sets: {len(faces)} faces in A, {len(boxed)} in C, D and T")


def write_set(name: str, test_set: TestSet, faces: pd.DataFrame, root: str) -> None:
    """Write one set, a shard of faces at a time."""

    def read(row: int) -> np.ndarray:
        path = Path(root, faces.path.iloc[row])
        alignment, jitter = test_set.alignments[row], test_set.jitters[row]
        return augmented_crop(path.read_bytes(), alignment, jitter, test_set.size, str(path))

    side = (test_set.size, test_set.size, 3)
    with (
        written_whole(f"data/test_sets/{name}.zarr") as partial,
        ThreadPoolExecutor(os.cpu_count()) as threads,
        tqdm(total=len(faces), unit="face", desc=f"test set {name}") as progress,
    ):
        images = create_array(
            zarr.open_group(partial, mode="w"),
            "images",
            shape=(len(faces), *side),
            dtype="uint8",
            chunks=(1, *side),
            shards=(SHARD, *side),
        )
        for start in range(0, len(faces), SHARD):
            done = list(threads.map(read, range(start, min(start + SHARD, len(faces)))))
            images[start : start + len(done)] = np.stack(done)
            progress.update(len(done))
    table = to_table(test_set.transforms, "a_")
    table.insert(0, "image", faces.image.to_numpy())
    write_table(table, f"data/test_sets/{name}.parquet")


if __name__ == "__main__":
    run(main)
