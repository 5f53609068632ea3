"""Stage crop: every photograph becomes an aligned square, one array per partition."""

from heed.pipeline.stage import run

from pathlib import Path

import cv2
import numpy as np
import pandas as pd
from numpy.typing import NDArray
from tqdm import tqdm

from heed.attention import paths
from heed.attention.landmark_file import landmarks_of_file
from heed.attention.run_settings import LandmarkFileParams
from heed.base.arrays import write_images
from heed.base.files import write_table
from heed.base.partitions import PARTITIONS
from heed.base.settings import load
from heed.celeba.settings import DataParams
from heed.geometry.affine import Matrix, apply, to_table
from heed.geometry.alignment import alignment
from heed.geometry.landmarks import from_table
from heed.geometry.landmarks import to_table as landmarks_table
from heed.geometry.photograph import crop
from heed.geometry.settings import CropParams
from heed.guidance.landmarks import dlib_columns


def main() -> None:
    """Write ``data/crops``, and ``data/landmarks.parquet``: in pixels of each crop."""
    data, params, file = load(DataParams), load(CropParams), load(LandmarkFileParams).file
    faces = pd.read_parquet(paths.FACES)
    cv2.setNumThreads(1)  # the photographs are spread over the threads below instead
    landmarks = []
    with tqdm(total=len(faces), unit="face", desc="crop") as progress:
        for code, partition in enumerate(PARTITIONS):
            own = faces[faces["partition"] == code]
            transforms, points = crop_partition(own, partition, data, params, progress)
            table = landmarks_table(points)
            if file is not None:
                dlib = apply(transforms, landmarks_of_file(file, list(own["image"])))
                table[dlib_columns()] = dlib.reshape(len(own), -1)
            table.insert(0, "image", own["image"].to_numpy())
            table.insert(1, "partition", np.full(len(own), code, np.int8))
            landmarks.append(table)
    write_table(pd.concat(landmarks, ignore_index=True), paths.LANDMARKS)
    print(f"crop: {len(faces)} faces of {params.size}x{params.size} pixels")


def crop_partition(
    faces: pd.DataFrame, partition: str, data: DataParams, params: CropParams, progress: tqdm
) -> tuple[Matrix, NDArray[np.float64]]:
    """Write the crops of a partition; returns how they were cut, and their five landmarks."""
    points = from_table(faces, f"{data.images}_")
    transforms = alignment(points, params.size, params.scale, list(faces["image"]))

    def read(row: int) -> NDArray[np.uint8]:
        path = Path(data.folder, faces["path"].iloc[row])
        return crop(path.read_bytes(), transforms[row], params.size, str(path), params.sampling)

    write_images(paths.crops(partition), len(faces), params.size, read, progress.update)
    table = to_table(transforms, "a_")
    table.insert(0, "image", faces["image"].to_numpy())
    write_table(table, paths.crop_transforms(partition))
    return transforms, apply(transforms, points)


if __name__ == "__main__":
    run(main)
