"""Stage ``crop``: every photograph becomes an aligned square, one array per partition.

Partitions that are not needed, because nothing is trained, are left empty.
"""

from heed.pipeline.stage import run

from pathlib import Path

import cv2
import numpy as np
import pandas as pd
from numpy.typing import NDArray
from tqdm import tqdm

from heed.audit import paths
from heed.audit.partitions import read_needed
from heed.base.arrays import write_images
from heed.base.files import write_table
from heed.base.partitions import PARTITIONS
from heed.base.settings import load
from heed.celeba.settings import DataParams
from heed.geometry.affine import to_table
from heed.geometry.alignment import alignment
from heed.geometry.filling import share_filled
from heed.geometry.landmarks import from_table
from heed.geometry.photograph import crop, dimensions
from heed.geometry.settings import CropParams


def main() -> None:
    """Crop the needed partitions into ``data/crops``; the others are there without faces."""
    data, params = load(DataParams), load(CropParams)
    needed = read_needed(paths.PARTITIONS)
    faces = pd.read_parquet(paths.FACES)
    faces = faces[faces.partition.isin([PARTITIONS.index(name) for name in needed])]
    cv2.setNumThreads(1)  # the photographs are spread over the threads below instead
    with tqdm(total=len(faces), unit="face") as progress:
        for code, partition in enumerate(PARTITIONS):
            crop_partition(faces[faces.partition == code], partition, data, params, progress)
    print(f"crop: {len(faces)} faces of {params.size}x{params.size} pixels ({', '.join(needed)})")


def crop_partition(
    faces: pd.DataFrame, partition: str, data: DataParams, params: CropParams, progress: tqdm
) -> None:
    """Write ``data/crops/<partition>.npy`` and ``.parquet``, some faces at a time."""
    landmarks = from_table(faces, f"{data.images}_")
    transforms = alignment(landmarks, params.size, params.scale, list(faces.image))

    sizes = np.zeros((len(faces), 2), np.int32)

    def read(row: int) -> NDArray[np.uint8]:
        path = Path(data.folder, faces.path.iloc[row])
        content = path.read_bytes()
        sizes[row] = dimensions(content, str(path))
        return crop(content, transforms[row], params.size, str(path), params.sampling)

    write_images(paths.crops(partition), len(faces), params.size, read, progress.update)
    table = to_table(transforms, "a_")
    table.insert(0, "image", faces.image.to_numpy())
    table[["source_width", "source_height"]] = sizes
    table["filled"] = [
        share_filled(transform, width, height, params.size)
        for transform, (width, height) in zip(transforms, sizes.tolist(), strict=True)
    ]
    write_table(table, paths.crop_transforms(partition))


if __name__ == "__main__":
    run(main)
