"""How processes that are started end together with what started them."""

import multiprocessing
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from heed.process.children import nothing_left_running

READER = """
import multiprocessing, os, signal, sys, time
from heed.process.children import nothing_left_running

class Stopped(BaseException):
    pass

def read():
    signal.signal(signal.SIGTERM, lambda *_: os.kill(os.getpid(), signal.SIGKILL))
    began.set()
    time.sleep(600)

def fault(number, frame):  # as PyTorch's handler does, where it is the first to hear of the end
    raise RuntimeError("a reader was killed by a signal")

context = multiprocessing.get_context("fork")
began = context.Event()
signal.signal(signal.SIGCHLD, fault)
try:
    with nothing_left_running():
        context.Process(target=read).start()
        began.wait()
        raise Stopped
except Stopped:
    print("stopped", len(multiprocessing.active_children()))
"""


def test_the_end_of_a_reader_does_not_take_the_place_of_what_ended_the_body() -> None:
    done = subprocess.run(
        [sys.executable, "-c", READER], capture_output=True, text=True, check=False, timeout=100
    )
    assert done.stdout == "stopped 0\n", done.stderr


POOL = """
import multiprocessing, os, signal, sys, time
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from heed.process.children import ended_with_parent

def work(folder):
    Path(folder, str(os.getpid())).touch()
    time.sleep(0.2)

if __name__ == "__main__":
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(2, mp_context=context, initializer=ended_with_parent) as pool:
        list(pool.map(work, [sys.argv[1]] * 4))
        os.kill(os.getpid(), signal.SIGKILL)
"""


def running(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    return True


def test_a_pool_ends_with_the_process_that_is_killed(tmp_path: Path) -> None:
    script, folder = tmp_path / "pool.py", tmp_path / "workers"
    script.write_text(POOL)
    folder.mkdir()
    # Their output is ours: it ends when the last of them has closed it.
    done = subprocess.run(
        [sys.executable, script, folder], capture_output=True, check=False, timeout=60
    )
    assert done.returncode == -signal.SIGKILL
    workers = [int(file.name) for file in folder.iterdir()]
    assert workers
    deadline = time.monotonic() + 20
    while any(map(running, workers)) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not any(map(running, workers))


def sleeps_on(folder: Path) -> None:
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    (folder / str(os.getpid())).touch()
    time.sleep(600)


def test_who_does_not_hear_is_killed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("heed.process.children.GRACE", 0.1)
    before = signal.getsignal(signal.SIGCHLD)
    process = multiprocessing.get_context("fork").Process(target=sleeps_on, args=(tmp_path,))

    def interrupted() -> None:
        with nothing_left_running():
            process.start()
            while not list(tmp_path.iterdir()):
                time.sleep(0.01)
            raise KeyboardInterrupt

    try:
        with pytest.raises(KeyboardInterrupt):
            interrupted()
    finally:
        signal.signal(signal.SIGCHLD, before)
    assert process.exitcode == -signal.SIGKILL
