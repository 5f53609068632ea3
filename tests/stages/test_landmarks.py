"""Stage landmarks in a folder of its own."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import yaml

from heed.base.partitions import PARTITIONS
from heed.geometry import affine
from heed.geometry.landmarks import from_table, to_table
from stages import landmarks

WILD = np.arange(60.0).reshape(6, 5, 2)
ALIGNED = WILD + 1000
NAMES = [f"{number}.jpg" for number in range(6)]
ORDER = {"train": ["1.jpg", "0.jpg"], "validation": ["2.jpg"], "test": ["3.jpg", "5.jpg", "4.jpg"]}


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("data/crops").mkdir(parents=True)
    parts = [pd.Series(NAMES, name="image")]
    parts += [to_table(WILD).add_prefix("wild_"), to_table(ALIGNED).add_prefix("aligned_")]
    pd.concat(parts, axis=1).to_parquet("data/faces.parquet")
    for partition, names in ORDER.items():
        zooms = [int(name[0]) + 1 for name in names]  # each image has its own transform
        matrices = np.array([[[zoom, 0, 10], [0, zoom, 20]] for zoom in zooms], float)
        table = affine.to_table(matrices, "a_").assign(image=names)
        table.to_parquet(f"data/crops/{partition}.parquet")


def run(method: str, images: str) -> pd.DataFrame:
    data = {"source": "celeba", "root": "x", "images": images, "verify": "size"}
    params = {"data": data, "landmarks": {"method": method, "shift_x": 24, "shift_y": -10}}
    Path("params.yaml").write_text(yaml.safe_dump(params))
    landmarks.main()
    return pd.read_parquet("data/landmarks.parquet")


def test_order_and_partitions(folder):
    table = run("alignment", "wild")
    assert table.image.tolist() == [name for names in ORDER.values() for name in names]
    assert table.partition.dtype == np.int8
    assert [PARTITIONS[code] for code in table.partition] == [
        partition for partition, names in ORDER.items() for _ in names
    ]


@pytest.mark.parametrize(("images", "points"), [("wild", WILD), ("aligned", ALIGNED)])
def test_alignment_carries_the_landmarks_of_the_image_kind(folder, images, points):
    table = run("alignment", images)
    for name, found in zip(table.image, from_table(table), strict=True):
        number = int(name[0])
        np.testing.assert_allclose(found, points[number] * (number + 1) + [10, 20])


def test_shift_moves_the_aligned_landmarks(folder):
    table = run("shift", "wild")
    for name, found in zip(table.image, from_table(table), strict=True):
        np.testing.assert_array_equal(found, ALIGNED[int(name[0])] + [24, -10])
