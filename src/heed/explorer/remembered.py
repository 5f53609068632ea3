"""Values that are dear to make and asked for again: the latest are kept, so many bytes of them."""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock
from typing import Generic, TypeVar

V = TypeVar("V")


class Remembered(Generic[V]):
    """The values that were asked for last, of several threads at once.

    What two threads ask for at the same time is made once, and while it is made other values can be
    had.

    Args:
        limit: bytes that are kept at most; the value that was asked for longest ago goes first. The
            newest stays, whatever its size.
        size: how many bytes a value takes.

    Example:
        >>> squares = Remembered(limit=16, size=lambda value: 8)
        >>> squares.of(3, lambda: 9), squares.of(3, lambda: 0)
        (9, 9)
    """

    def __init__(self, limit: int, size: Callable[[V], int]) -> None:
        self._limit, self._size, self._total = limit, size, 0
        self._values: OrderedDict[Hashable, tuple[V, int]] = OrderedDict()
        self._making: dict[Hashable, Lock] = {}
        self._lock = Lock()

    def of(self, key: Hashable, make: Callable[[], V]) -> V:
        """The value of a key, made where it is not kept; what ``make`` raises is not remembered."""
        with self._lock:
            if key in self._values:
                return self._latest(key)
            making = self._making.setdefault(key, Lock())
        with making:
            with self._lock:
                if key in self._values:
                    return self._latest(key)
            try:
                value = make()
                self._keep(key, value)
            finally:
                with self._lock:
                    self._making.pop(key, None)
        return value

    def known(self, key: Hashable) -> V | None:
        """The value of a key where it is kept, else None."""
        with self._lock:
            return self._latest(key) if key in self._values else None

    def _latest(self, key: Hashable) -> V:
        self._values.move_to_end(key)
        return self._values[key][0]

    def _keep(self, key: Hashable, value: V) -> None:
        taken = self._size(value)
        with self._lock:
            self._values[key] = value, taken
            self._total += taken
            while self._total > self._limit and len(self._values) > 1:
                _, (_, freed) = self._values.popitem(last=False)
                self._total -= freed
