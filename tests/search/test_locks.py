import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from heed.search.locks import Locks

# Holds lock 3, forks a child that outlives it, as processes that read images do for a while.
HOLDER = """
import os, sys, time
from pathlib import Path
from heed.search.locks import Locks
locks = Locks(Path(sys.argv[1]))
assert locks.take(3, wait=True)
child = os.fork()
if child == 0:
    time.sleep(60)
    os._exit(0)
print(child, flush=True)
time.sleep(60)
"""


@pytest.fixture
def holder(tmp_path: Path):
    with subprocess.Popen(
        [sys.executable, "-c", HOLDER, tmp_path / "locks"], stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        child = int(process.stdout.readline())
        yield process
        process.kill()
        os.kill(child, signal.SIGKILL)


def test_a_lock_is_held_by_one_process_until_it_is_killed(tmp_path: Path, holder) -> None:
    locks = Locks(tmp_path / "locks")
    assert not locks.take(3, wait=False)
    assert locks.take(4, wait=False)
    holder.kill()
    assert locks.take(3, wait=True)  # although its child lives, with the file open
    locks.close()


def test_a_lock_that_is_given_back_is_free(tmp_path: Path) -> None:
    locks = Locks(tmp_path / "locks")
    assert locks.take(1, wait=False)
    assert taken_elsewhere(tmp_path / "locks") == [0, 2]
    locks.give_back(1)
    assert taken_elsewhere(tmp_path / "locks") == [0, 1, 2]
    locks.close()


def taken_elsewhere(path: Path) -> list[int]:
    """Which of the first locks another process can take."""
    code = (
        "import sys; from pathlib import Path; from heed.search.locks import Locks;"
        "locks = Locks(Path(sys.argv[1]));"
        "print([n for n in range(3) if locks.take(n, wait=False)])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, path], capture_output=True, text=True, check=True
    )
    return eval(done.stdout)
