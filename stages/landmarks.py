"""Stage ``landmarks``: five points per face, in pixels of its crop."""

from heed.pipeline.stage import run

import pandas as pd

from heed.audit import paths
from heed.base.files import write_table
from heed.base.partitions import PARTITIONS
from heed.base.settings import load
from heed.celeba.settings import DataParams
from heed.geometry.affine import apply
from heed.geometry.affine import from_table as affine_from_table
from heed.geometry.landmarks import from_table, shifted, to_table
from heed.geometry.settings import LandmarksParams


def main() -> None:
    """Write ``data/landmarks.parquet``: train, validation, test, each in the crops' order."""
    data, params = load(DataParams), load(LandmarksParams)
    faces = pd.read_parquet(paths.FACES).set_index("image", drop=False)
    tables = []
    for code, partition in enumerate(PARTITIONS):
        crops = pd.read_parquet(paths.crop_transforms(partition))
        rows = faces.loc[crops.image]
        if params.method == "shift":
            points = shifted(from_table(rows, "aligned_"), params.shift_x, params.shift_y)
        else:
            points = apply(affine_from_table(crops, "a_"), from_table(rows, f"{data.images}_"))
        table = to_table(points)
        table.insert(0, "image", crops.image)
        table.insert(1, "partition", pd.Series(code, table.index, "int8"))
        tables.append(table)
    landmarks = pd.concat(tables, ignore_index=True)
    write_table(landmarks, paths.LANDMARKS)
    print(f"landmarks: {len(landmarks)} faces by {params.method}")


if __name__ == "__main__":
    run(main)
