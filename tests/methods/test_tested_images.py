"""Test images by their own rows, and the seeds of a level's networks."""

from pathlib import Path

import numpy as np
import pandas as pd

from heed.base.arrays import StoredImages, write_images
from heed.methods.tested_images import ImagesOfTest, trained_seeds


def test_rows_are_those_of_the_test_partition(tmp_path: Path) -> None:
    file = str(tmp_path / "images.npy")
    write_images(file, 5, 32, lambda row: np.full((32, 32, 3), row, np.uint8), lambda done: None)
    partitions = ["test", "train", "test", "validation", "test"]
    table = pd.DataFrame({"image": list("abcde"), "partition": partitions})
    shown = ImagesOfTest(StoredImages(file), table)
    assert shown.table["image"].tolist() == ["a", "c", "e"]
    assert shown[[2, 0]][:, 0, 0, 0].tolist() == [4, 0]


def test_seeds_are_numbers_and_those_of_single_epochs_are_left_out(tmp_path: Path) -> None:
    for name in ("10", "2"):
        (tmp_path / f"{name}.safetensors").touch()
    (tmp_path / "2").mkdir()
    (tmp_path / "2/7.safetensors").touch()
    assert trained_seeds(str(tmp_path)) == [2, 10]
