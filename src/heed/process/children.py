"""Processes that this one starts: how a signal ends them, and that none stays behind."""

import multiprocessing
import os
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing.connection import wait
from types import FrameType
from typing import Final

from heed.process.signals import ENDING_SIGNALS

GRACE: Final = 5.0
"""Seconds that a process has to end by itself."""


def ended_by_signals() -> None:
    """Let a signal end this process, one of several, as ``sys.exit`` does: in order, in silence."""
    for number in ENDING_SIGNALS:
        signal.signal(number, _exit)


def ended_with_parent() -> None:
    """Let this process, a worker of a pool, end as soon as the one that started it is gone.

    A pool's workers wait for work on a pipe that they hold open for each other: were their parent
    killed, they would wait forever. For ``ProcessPoolExecutor(initializer=ended_with_parent)``.
    """
    parent = multiprocessing.parent_process()
    if parent is not None:
        threading.Thread(target=_exit_after, args=(parent.sentinel,), daemon=True).start()


def _exit_after(sentinel: int) -> None:
    wait([sentinel])
    os._exit(1)


def _exit(number: int, frame: FrameType | None) -> None:
    raise SystemExit(128 + number)


def expect_ends() -> None:
    """From now on the end of a process that this one started is no fault.

    PyTorch's data loaders handle the signal of a child's end, and raise an error where a process
    that reads for them ended by a signal. That would take the place of what ends this process.
    Later loaders still notice such an end, within seconds.
    """
    if threading.current_thread() is threading.main_thread() and hasattr(signal, "SIGCHLD"):
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)


@contextmanager
def nothing_left_running() -> Iterator[None]:
    """End the processes that were started inside, should an exception or a signal end the body.

    Python would wait for them otherwise, until they have done their work.
    """
    before = multiprocessing.active_children()
    try:
        yield
    except BaseException:
        expect_ends()
        children = [child for child in multiprocessing.active_children() if child not in before]
        for child in children:
            child.terminate()
        deadline = time.monotonic() + GRACE
        for child in children:
            child.join(max(0.0, deadline - time.monotonic()))
            if child.is_alive():
                child.kill()
                child.join()
        raise
