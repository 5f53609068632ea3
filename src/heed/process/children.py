"""Processes that this one starts: how a signal ends them, and that none stays behind."""

import multiprocessing
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Final

from heed.process.signals import ENDING_SIGNALS

GRACE: Final = 5.0
"""Seconds that a process has to end by itself."""


def ended_by_signals() -> None:
    """Let a signal end this process, one of several, as ``sys.exit`` does: in order, in silence."""
    for number in ENDING_SIGNALS:
        signal.signal(number, _exit)


def _exit(number: int, frame: FrameType | None) -> None:
    raise SystemExit(128 + number)


@contextmanager
def nothing_left_running() -> Iterator[None]:
    """End the processes that were started inside, should an exception or a signal end the body.

    Python would wait for them otherwise, until they have done their work.
    """
    before = multiprocessing.active_children()
    try:
        yield
    except BaseException:
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
