"""A group of processes: which of them are alive, and their end."""

import os
import signal
import time
from contextlib import suppress
from typing import Final

import psutil

AGAIN: Final = 3.0
"""Seconds after which what is still alive is interrupted once more."""

UNKILLABLE: Final = 10.0
"""Seconds after which a process that the system cannot end, as it waits for a disk, is left."""

_PAUSE: Final = 0.05


def begun_at(pid: int) -> float | None:
    """When a process began, in seconds since 1970; None if there is none, or it has ended."""
    try:
        process = psutil.Process(pid)
        return None if process.status() == psutil.STATUS_ZOMBIE else process.create_time()
    except psutil.Error:
        return None


def members(group: int) -> list[int]:
    """The processes of a group that are alive, by number."""
    found = []
    for process in psutil.process_iter():
        try:
            if os.getpgid(process.pid) == group and process.status() != psutil.STATUS_ZOMBIE:
                found.append(process.pid)
        except (OSError, psutil.Error):  # it has ended since
            continue
    return found


def end_group(group: int, *, patience: float, but: int | None = None) -> None:
    """Interrupt the processes of a group (SIGINT), and kill those that do not end (SIGKILL).

    Args:
        group: its number.
        patience: seconds that they have to end by themselves.
        but: a process of it that is left alone, as the one that asks.
    """
    begun = interrupted = time.monotonic()
    number = signal.SIGINT
    _send(group, number, but)
    while alive := _but(members(group), but):
        now = time.monotonic()
        if now > begun + patience + UNKILLABLE:
            return
        if now > begun + patience:
            number = signal.SIGKILL
        if number is signal.SIGKILL or now > interrupted + AGAIN:
            _send(group, number, but)
            interrupted = now
        for pid in alive:
            reap(pid)
        time.sleep(_PAUSE)


def reap(pid: int) -> None:
    """Take notice of the end of a process, if this one started it, so that it is gone."""
    with suppress(ChildProcessError):
        os.waitpid(pid, os.WNOHANG)


def _send(group: int, number: signal.Signals, but: int | None) -> None:
    for pid in _but(members(group), but):
        with suppress(ProcessLookupError):
            os.kill(pid, number)


def _but(pids: list[int], left: int | None) -> list[int]:
    return [pid for pid in pids if pid != left]
