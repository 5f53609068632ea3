"""Stage ``crop``: every photograph becomes an aligned square, one zarr array per partition."""

import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import cv2
import numpy as np
import pandas as pd
import zarr
from tqdm import tqdm

from heed.attributes import PARTITIONS
from heed.geometry.affine import to_table
from heed.geometry.alignment import alignment
from heed.geometry.landmarks import from_table
from heed.geometry.photograph import crop, dimensions
from heed.params import CropParams, DataParams
from heed.params_file import load
from heed.stage import run
from heed.store import create_array, write_table, written_whole

SHARD = 256


def main() -> None:
    """Crop all partitions into ``data/crops``."""
    data, params = load(DataParams), load(CropParams)
    faces = pd.read_parquet("data/faces.parquet")
    cv2.setNumThreads(1)  # the photographs are spread over the threads below instead
    with tqdm(total=len(faces), unit="face") as progress:
        for code, partition in enumerate(PARTITIONS):
            crop_partition(faces[faces.partition == code], partition, data, params, progress)
    print(f"crop: {len(faces)} faces of {params.size}x{params.size} pixels")


def crop_partition(
    faces: pd.DataFrame, partition: str, data: DataParams, params: CropParams, progress: tqdm
) -> None:
    """Write ``data/crops/<partition>.zarr`` and ``.parquet``, a shard of faces at a time."""
    landmarks = from_table(faces, f"{data.images}_")
    transforms = alignment(landmarks, params.size, params.scale, list(faces.image))

    def read(row: int) -> tuple[np.ndarray, tuple[int, int]]:
        path = Path(data.root, faces.path.iloc[row])
        content = path.read_bytes()
        pixels = crop(content, transforms[row], params.size, str(path))
        return pixels, dimensions(content, str(path))

    sizes: list[tuple[int, int]] = []
    side = (params.size, params.size, 3)
    with (
        written_whole(f"data/crops/{partition}.zarr") as partial,
        ThreadPoolExecutor(os.cpu_count()) as threads,
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
            images[start : start + len(done)] = np.stack([pixels for pixels, _ in done])
            sizes += [size for _, size in done]
            progress.update(len(done))

    table = to_table(transforms, "a_")
    table.insert(0, "image", faces.image.to_numpy())
    table[["source_width", "source_height"]] = np.array(sizes, np.int32).reshape(-1, 2)
    write_table(table, f"data/crops/{partition}.parquet")


if __name__ == "__main__":
    run(main)
