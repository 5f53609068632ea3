"""Locks between processes that a killed process cannot leave behind."""

import fcntl
import os
from pathlib import Path


class Locks:
    """Numbered locks, each held by one process at a time and by none once that one has ended.

    They are record locks of the operating system on the bytes of a file: the processes that
    read images inherit open files, but not such locks, so that they cannot hold one beyond the
    life of the search. A process opens them once: closing the file anywhere in it gives all
    its locks back.

    Args:
        path: a file that exists for the sake of the locks alone.
    """

    def __init__(self, path: Path) -> None:
        self._file = os.open(path, os.O_RDWR | os.O_CREAT, 0o666)

    def take(self, number: int, *, wait: bool) -> bool:
        """Take a lock; without waiting, tell whether it was free."""
        flags = fcntl.LOCK_EX if wait else fcntl.LOCK_EX | fcntl.LOCK_NB
        try:
            fcntl.lockf(self._file, flags, 1, number)
        except (BlockingIOError, PermissionError):  # POSIX allows either
            return False
        return True

    def give_back(self, number: int) -> None:
        """Let another process take the lock."""
        fcntl.lockf(self._file, fcntl.LOCK_UN, 1, number)

    def close(self) -> None:
        """Give all locks back."""
        os.close(self._file)
