import shutil

import pytest

from heed.layers.plan import MIB, Plan, plan

SIZE = 4 * 10 * 1000


@pytest.mark.parametrize(
    ("memory", "disk", "expected"),
    [
        (SIZE, 0, Plan("memory", SIZE, SIZE, 4, 1)),
        (SIZE, SIZE, Plan("memory", SIZE, SIZE, 4, 1)),
        (SIZE - 1, SIZE, Plan("disk", SIZE, 12000, 4, 1)),
        (SIZE - 1, SIZE - 1, Plan("again", SIZE, 36000, 3, 2)),
        (24000, 0, Plan("again", SIZE, 24000, 2, 2)),
        (12000, 0, Plan("again", SIZE, 12000, 1, 4)),
    ],
)
def test_memory_then_disk_then_again(memory, disk, expected):
    """10 samples of 1000 features: three blocks of 300, 12,000 bytes each, and one of 100."""
    assert plan(10, 1000, 300, memory, disk) == expected


def test_a_full_disk_is_not_written(monkeypatch, tmp_path):
    monkeypatch.setattr(shutil, "disk_usage", lambda folder: shutil._ntuple_diskusage(9, 9, SIZE))
    assert plan(10, 1000, 300, 12000, SIZE, tmp_path).way == "again"


def test_a_block_that_does_not_fit_is_refused():
    with pytest.raises(ValueError, match=r"found 63 MiB .* expected 64 MiB .* 2048 samples"):
        plan(2048, 10**6, 8192, 63 * MIB, 0)
    assert plan(2048, 100, 8192, MIB, 0).way == "memory"


def test_it_says_what_it_does():
    assert str(plan(10, 1000, 300, SIZE, 0)) == "0 MiB, from one pass, kept in memory"
    assert str(plan(10, 1000, 300, 12000, SIZE)) == "0 MiB, from one pass, kept on disk"
    assert "in 4 passes" in str(plan(10, 1000, 300, 12000, 0))
