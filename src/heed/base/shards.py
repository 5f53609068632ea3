"""Reading single rows, in any order, from a sharded zarr array.

Training visits the crops at random. zarr decodes a shard's index anew for every
row it is asked for, which costs ten times more than the row itself; here the
index of each shard is read once. What is read is plain Zarr version 3: chunks of
one row, the index at the end of the shard (the ``sharding_indexed`` codec).
"""

import os
from pathlib import Path

import numpy as np
import zarr
from numcodecs.zstd import Zstd  # type: ignore[import-untyped]
from numpy.typing import NDArray

INDEX_CHECKSUM_BYTES = 4
ABSENT = np.iinfo(np.uint64).max  # offset of a row that holds nothing but the fill value


class ShardError(ValueError):
    """An array that was not written by :func:`heed.base.files.create_array` in shards of rows."""


class ShardedRows:
    """Rows of an array on disk, e.g. the crops: ``rows[i]`` is one image.

    Can be handed to the worker processes of a loader: files are opened per read.

    Args:
        group: folder of the zarr group.
        name: the array in it.

    Raises:
        ShardError: the array's chunks are not single rows in shards, or its
            compression is not zstd.
    """

    def __init__(self, group: str | os.PathLike[str], name: str) -> None:
        array = zarr.open_group(group, mode="r")[name]
        if not isinstance(array, zarr.Array) or not array.shards or array.chunks[0] != 1:
            raise ShardError(f"{group}: {name}: expected chunks of one row in shards")
        if [type(codec).__name__ for codec in array.compressors] != ["ZstdCodec"]:
            raise ShardError(f"{group}: {name}: compressed by {array.compressors}, expected zstd")
        self.shape = array.shape
        self.dtype = array.dtype
        self.ndim = array.ndim
        self._fill = array.fill_value
        self._rows_per_shard = array.shards[0]
        self._folder = Path(group, name, "c")
        self._tail = ("0",) * (len(self.shape) - 1)
        self._indices: dict[int, NDArray[np.uint64] | None] = {}

    def __len__(self) -> int:
        return self.shape[0]

    def __getitem__(self, row: int) -> NDArray:
        """One row, without its first axis; IndexError beyond the end."""
        if not 0 <= row < len(self):
            raise IndexError(f"row {row} of {len(self)}")
        shard, position = divmod(row, self._rows_per_shard)
        index = self._index(shard)
        if index is None or index[position, 0] == ABSENT:
            return np.full(self.shape[1:], self._fill, self.dtype)
        offset, length = (int(value) for value in index[position])
        with open(self._file(shard), "rb") as file:
            file.seek(offset)
            content = Zstd().decode(file.read(length))
        return np.frombuffer(content, self.dtype).reshape(self.shape[1:]).copy()  # writable

    def _file(self, shard: int) -> Path:
        return self._folder.joinpath(str(shard), *self._tail)

    def _index(self, shard: int) -> NDArray[np.uint64] | None:
        if shard not in self._indices:
            self._indices[shard] = self._read_index(shard)
        return self._indices[shard]

    def _read_index(self, shard: int) -> NDArray[np.uint64] | None:
        if not self._file(shard).exists():  # zarr leaves out what is all fill value
            return None
        size = 16 * self._rows_per_shard
        with open(self._file(shard), "rb") as file:
            file.seek(-size - INDEX_CHECKSUM_BYTES, os.SEEK_END)
            return np.frombuffer(file.read(size), "<u8").reshape(-1, 2)
