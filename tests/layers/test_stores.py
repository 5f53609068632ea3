import os

import numpy as np
import pytest

from heed.base.errors import InputError
from heed.layers.stores import InMemory, OnDisk

VALUES = np.arange(70, dtype=np.float32).reshape(7, 10)
BLOCKS = [slice(0, 4), slice(4, 8), slice(8, 10)]


@pytest.mark.parametrize("kind", [InMemory, OnDisk])
def test_blocks_hold_what_was_put_in_any_order_of_samples(kind):
    store = kind(7, BLOCKS)
    for samples in (slice(3, 7), slice(0, 2), slice(2, 3)):
        store.put(samples, VALUES[samples])
    for number in (2, 0, 1, 0):
        assert np.array_equal(store.block(number), VALUES[:, BLOCKS[number]])
    store.close()


def test_blocks_in_memory_may_begin_anywhere():
    store = InMemory(7, BLOCKS[1:])
    store.put(slice(0, 7), VALUES[:, 4:])
    assert np.array_equal(store.block(1), VALUES[:, 8:])


@pytest.mark.skipif(os.name == "nt", reason="the file has a name there until it is closed")
def test_the_file_has_no_name(tmp_path):
    store = OnDisk(7, BLOCKS, tmp_path)
    store.put(slice(0, 7), VALUES)
    assert list(tmp_path.iterdir()) == []
    store.close()


def test_a_file_that_was_never_filled_says_so():
    store = OnDisk(7, BLOCKS)
    with pytest.raises(OSError, match="112 bytes early"):
        store.block(0)


@pytest.mark.parametrize("folder", ["/no/such/folder", __file__, 3])
def test_a_folder_that_is_not_there_is_named(folder):
    with pytest.raises(InputError, match=f"folder: found no folder '{folder}'; expected one"):
        OnDisk(7, BLOCKS, folder)


@pytest.mark.skipif(not hasattr(os, "geteuid"), reason="no such system of files")
def test_a_folder_that_takes_no_file_is_named():
    """Linux keeps what the kernel tells of itself there, and nothing else."""
    if not os.path.isdir("/proc/self"):
        pytest.skip("no /proc")
    with pytest.raises(InputError, match=r"temporary file in /proc/self .*set disk to 0"):
        OnDisk(7, BLOCKS, "/proc/self")
