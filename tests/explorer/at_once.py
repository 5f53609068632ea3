"""How many threads are in a function at the same time."""

import threading
import time
from collections.abc import Callable
from typing import Any


class AtOnce:
    """The function itself, which counts who is in it.

    Attributes:
        most: the largest number of threads that were in it at once.
    """

    def __init__(self, function: Callable[..., Any]) -> None:
        self._function, self._lock = function, threading.Lock()
        self._now = self.most = 0

    def __call__(self, *arguments: Any, **of: Any) -> Any:
        with self._lock:
            self._now += 1
            self.most = max(self.most, self._now)
        try:
            time.sleep(0.02)  # so that others come in, where they may
            return self._function(*arguments, **of)
        finally:
            with self._lock:
                self._now -= 1
