"""Images a few at a time, in as many threads as there are cores."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Final, TypeVar

from heed.process.cores import usable_cores

T = TypeVar("T")

IMAGES_AT_ONCE: Final = 16
"""Bounds the temporary arrays of a thread to some MB."""


def in_parts(work: Callable[[slice], T], images: int) -> list[T]:
    """Work at images, a part of them at a time.

    Args:
        work: is given which images. Must let other threads run to be any faster in several, as
            compiled loops, NumPy and OpenCV do.
        images: how many there are.

    Returns:
        What it returned, in the order of the images.

    Example:
        >>> in_parts(lambda some: some.stop - some.start, 40)
        [16, 16, 8]
    """
    parts = [
        slice(start, min(start + IMAGES_AT_ONCE, images))
        for start in range(0, images, IMAGES_AT_ONCE)
    ]
    threads = min(usable_cores(), len(parts))
    if threads < 2:
        return [work(some) for some in parts]
    with ThreadPoolExecutor(threads, "images") as pool:
        return list(pool.map(work, parts))
