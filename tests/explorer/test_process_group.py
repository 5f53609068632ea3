"""A group of processes is listed, and ended with all that belongs to it."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator

import pytest

from heed.explorer.process_group import begun_at, end_group, members, reap

CHILD = "import subprocess, sys, time; {first}; subprocess.Popen([sys.executable, '-c', " + (
    "'{second}import time; time.sleep(600)']); print(1, flush=True); time.sleep(600)"
)
DEAF = "import signal; signal.signal(signal.SIGINT, signal.SIG_IGN); "


@pytest.fixture(params=["", DEAF], ids=["obeys", "deaf"])
def group(request: pytest.FixtureRequest) -> Iterator[int]:
    code = CHILD.format(first=request.param.strip("; ") or "pass", second=request.param)
    process = subprocess.Popen(
        [sys.executable, "-c", code], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
        start_new_session=True,
    )  # fmt: skip
    assert process.stdout is not None
    process.stdout.readline()
    process.returncode = 0  # reaped by what is tested
    yield process.pid
    end_group(process.pid, patience=0.0)
    process.stdout.close()


def test_all_of_a_group_end(group: int) -> None:
    assert len(members(group)) == 2
    end_group(group, patience=0.5)
    reap(group)
    assert members(group) == []
    assert begun_at(group) is None


def test_one_may_be_left(group: int) -> None:
    end_group(group, patience=0.2, but=group)
    assert members(group) == [group]
    assert begun_at(group) is not None


def test_a_process_that_there_is_not_has_no_beginning() -> None:
    process = subprocess.Popen([sys.executable, "-c", "pass"])
    while begun_at(process.pid) is not None:  # ended, and not yet noticed
        time.sleep(0.01)
    reap(process.pid)
    reap(process.pid)
    assert members(process.pid) == []
    process.returncode = 0
    assert abs(begun_at(os.getpid()) - time.time()) < 3600
