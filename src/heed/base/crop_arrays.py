"""Crops of many photographs as one zarr array, written a shard at a time."""

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Final

import numpy as np
import zarr
from numpy.typing import NDArray

from heed.base.cores import usable_cores
from heed.base.files import create_array, written_whole

SHARD: Final = 256
"""Crops in one file, and so in memory at once."""


def write_crops(
    group: str | os.PathLike[str],
    count: int,
    size: int,
    crop_of: Callable[[int], NDArray[np.uint8]],
    advance: Callable[[int], object],
) -> None:
    """Write the array ``images``, (count, size, size, 3) uint8 RGB, whole or not at all.

    One crop is one chunk (:class:`heed.base.shards.ShardedRows` reads them one by one); the bytes
    do not depend on the number of threads.

    Args:
        group: folder of the zarr group, which is replaced.
        count: number of crops.
        size: their side in pixels.
        crop_of: makes the crop of a row; called from as many threads as there are cores.
        advance: told how many crops more are written, e.g. ``progress.update``.
    """
    side = (size, size, 3)
    with written_whole(group) as partial, ThreadPoolExecutor(usable_cores()) as threads:
        images = create_array(
            zarr.open_group(partial, mode="w"),
            "images",
            shape=(count, *side),
            dtype="uint8",
            chunks=(1, *side),
            shards=(SHARD, *side),
        )
        for start in range(0, count, SHARD):
            done = list(threads.map(crop_of, range(start, min(start + SHARD, count))))
            images[start : start + len(done)] = np.stack(done)
            advance(len(done))
