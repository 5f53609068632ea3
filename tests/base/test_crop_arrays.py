"""Crops on disk: what is read back, and that a failure leaves nothing."""

from pathlib import Path

import numpy as np
import pytest
import zarr
from numpy.typing import NDArray

from heed.base.crop_arrays import SHARD, write_crops
from heed.base.shards import ShardedRows

COUNT, SIZE = SHARD + 3, 4
CROPS = np.random.default_rng(0).integers(0, 256, (COUNT, SIZE, SIZE, 3), np.uint8)


def test_every_crop_is_read_back_in_its_row(tmp_path: Path) -> None:
    written: list[int] = []
    write_crops(tmp_path / "crops.zarr", COUNT, SIZE, lambda row: CROPS[row], written.append)
    np.testing.assert_array_equal(zarr.open_group(tmp_path / "crops.zarr")["images"][:], CROPS)
    rows = ShardedRows(tmp_path / "crops.zarr", "images")
    np.testing.assert_array_equal(rows[SHARD + 1], CROPS[SHARD + 1])
    assert written == [SHARD, 3]


def test_without_crops_there_is_an_empty_array(tmp_path: Path) -> None:
    write_crops(tmp_path / "crops.zarr", 0, SIZE, lambda row: CROPS[row], lambda count: None)
    assert zarr.open_group(tmp_path / "crops.zarr")["images"].shape == (0, SIZE, SIZE, 3)


def test_a_failure_leaves_what_was_there(tmp_path: Path) -> None:
    write_crops(tmp_path / "crops.zarr", 1, SIZE, lambda row: CROPS[row], lambda count: None)

    def damaged(row: int) -> NDArray[np.uint8]:
        raise ValueError(f"row {row} is damaged")

    with pytest.raises(ValueError, match="row 0 is damaged"):
        write_crops(tmp_path / "crops.zarr", 1, SIZE, damaged, lambda count: None)
    np.testing.assert_array_equal(zarr.open_group(tmp_path / "crops.zarr")["images"][:], CROPS[:1])
    assert [path.name for path in tmp_path.iterdir()] == ["crops.zarr"]
