"""Reading ahead and writing behind: the thread that computes waits for neither.

One thread each, so that things happen in the same order every time, and a bounded number of
things at once, so that memory does not grow. What fails in a thread is raised where the work is
asked for next; a signal that ends the program ends the threads after what they are at.
"""

from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any, Final, TypeVar

T = TypeVar("T")

_END: Final = object()


def ahead(items: Iterable[T], room: int = 1) -> Generator[T, None, None]:
    """Make items in a thread while those before them are used.

    Args:
        items: made one after the other.
        room: how many may be ready, or in the making, beside the one that is used.

    Yields:
        The items in their order. What making one raises is raised in its place.

    Example:
        >>> list(ahead(number * number for number in range(4)))
        [0, 1, 4, 9]
    """
    iterator: Iterator[Any] = iter(items)
    waiting: deque[Future[Any]] = deque()
    with ThreadPoolExecutor(1, "ahead") as thread:
        try:
            waiting.extend(thread.submit(next, iterator, _END) for _ in range(room))
            while (item := waiting.popleft().result()) is not _END:
                waiting.append(thread.submit(next, iterator, _END))
                yield item
        finally:
            _cancel(waiting)


@contextmanager
def behind(work: Callable[..., object], room: int = 1) -> Iterator[Callable[..., None]]:
    """Do work in a thread, in the order in which it is handed over.

    Args:
        work: is called with what is handed over.
        room: how many pieces may wait, or be worked at, when another is handed over.

    Yields:
        A function that hands over; it waits for room, and raises what an earlier piece raised.
        All is done when the context is left; where it is left by an exception, what waits is not
        begun.

    Example:
        >>> done = []
        >>> with behind(done.append) as hand_over:
        ...     for number in range(3):
        ...         hand_over(number)
        >>> done
        [0, 1, 2]
    """
    waiting: deque[Future[object]] = deque()
    failed = False

    def do(*piece: Any) -> None:
        nonlocal failed
        if failed:
            return  # what failed before is raised first
        try:
            work(*piece)
        except BaseException:
            failed = True
            raise

    def hand_over(*piece: Any) -> None:
        while waiting and (len(waiting) >= room or waiting[0].done()):
            waiting.popleft().result()
        waiting.append(thread.submit(do, *piece))

    with ThreadPoolExecutor(1, "behind") as thread:
        try:
            yield hand_over
            while waiting:
                waiting.popleft().result()
        finally:
            _cancel(waiting)


def _cancel(waiting: Iterable[Future[Any]]) -> None:
    for future in waiting:
        future.cancel()
