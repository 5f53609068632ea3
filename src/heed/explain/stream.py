"""Stored images to stored maps: reading, computing and writing at the same time."""

from collections.abc import Callable
from contextlib import closing
from typing import Final, Protocol

import numpy as np
from numpy.typing import NDArray

from heed.base.arrays import StoredImages
from heed.explain.forward import Explained
from heed.process.overlap import ahead, behind

CHUNK: Final = 256
"""Images that are read, and whose maps are written, at once; no batch is larger."""


class Begins(Protocol):
    """An :class:`heed.explain.forward.Explainer`, or its like."""

    def begin(
        self, images: NDArray[np.uint8], batch_size: int = 64, first: int = 0
    ) -> Callable[[], Explained]:
        """Begin to explain images; what it returns waits for the result."""
        ...


def stream(
    explainer: Begins,
    images: StoredImages,
    rows: NDArray[np.int64],
    batch_size: int,
    store: Callable[[slice, Explained], object],
) -> None:
    """Explain rows of stored images, a chunk at a time.

    A thread reads the chunk that comes next, another stores the one before; a few chunks are in
    memory, however many there are.

    Args:
        explainer: what explains a chunk.
        images: (M, S, S, 3) uint8.
        rows: N of them.
        batch_size: how many pass the network at once.
        store: takes a slice of 0..N and what is known of these, in their order, in a thread of
            its own.
    """
    chunks = [slice(at, min(at + CHUNK, len(rows))) for at in range(0, len(rows), CHUNK)]
    reading = ahead((chunk, images[rows[chunk]]) for chunk in chunks)
    with (
        closing(reading),
        behind(lambda chunk, result: store(chunk, result()), room=2) as hand_over,
    ):
        for chunk, read in reading:
            hand_over(chunk, explainer.begin(read, batch_size, chunk.start))
