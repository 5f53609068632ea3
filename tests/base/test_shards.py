import numpy as np
import pytest
import zarr

from heed.base.files import create_array
from heed.base.shards import ShardedRows, ShardError


def written(folder, images: np.ndarray, **options) -> None:
    group = zarr.open_group(folder, mode="w")
    row = images.shape[1:]
    options = {"chunks": (1, *row), "shards": (4, *row)} | options
    create_array(group, "images", images.shape, str(images.dtype), **options)[:] = images


def test_rows_are_those_of_zarr(tmp_path):
    images = np.random.default_rng(0).integers(0, 255, (11, 8, 8, 3), dtype=np.uint8)
    images[4:8] = 0  # a shard that zarr does not write
    images[9] = 0  # and a row
    written(tmp_path / "a.zarr", images)
    rows = ShardedRows(tmp_path / "a.zarr", "images")
    assert len(rows) == 11
    for index in (10, 3, 0, 5, 9, 8):
        np.testing.assert_array_equal(rows[index], images[index])
    assert rows[0].flags.writeable


@pytest.mark.parametrize("index", [-1, 11])
def test_rows_end(tmp_path, index):
    written(tmp_path / "a.zarr", np.ones((11, 4), np.float32))
    with pytest.raises(IndexError, match="of 11"):
        ShardedRows(tmp_path / "a.zarr", "images")[index]


def test_an_array_without_shards_of_rows_is_an_error(tmp_path):
    written(tmp_path / "a.zarr", np.ones((8, 4), np.float32), chunks=(4, 4), shards=None)
    with pytest.raises(ShardError, match="expected chunks of one row in shards"):
        ShardedRows(tmp_path / "a.zarr", "images")


def test_an_array_of_another_compression_is_an_error(tmp_path):
    group = zarr.open_group(tmp_path / "a.zarr", mode="w")
    group.create_array(
        "images", shape=(8, 4), dtype="u1", chunks=(1, 4), shards=(8, 4), compressors=None
    )
    with pytest.raises(ShardError, match="expected zstd"):
        ShardedRows(tmp_path / "a.zarr", "images")
