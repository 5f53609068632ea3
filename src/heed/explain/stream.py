"""Stored images to stored maps: reading, computing and writing at the same time."""

from collections.abc import Callable
from contextlib import closing
from typing import Final, Protocol

import numpy as np
import torch
from numpy.typing import NDArray

from heed.base.arrays import StoredImages
from heed.explain.devices import room_for
from heed.explain.forward import Explained
from heed.process.overlap import ahead, behind

CPU: Final = torch.device("cpu")

CHUNK: Final = 256
"""Images that are read, and whose maps are written, at once; no batch is larger."""


class Begins(Protocol):
    """An :class:`heed.explain.forward.Explainer`, or its like."""

    def begin(
        self, images: NDArray[np.uint8], batch_size: int = 64, first: int = 0
    ) -> Callable[[], Explained]:
        """Begin to explain images, which stay as they are until the result is there."""
        ...


def stream(
    explainer: Begins,
    images: StoredImages,
    rows: NDArray[np.int64],
    batch_size: int,
    store: Callable[[slice, Explained], object],
    device: torch.device = CPU,
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
        device: where the explainer computes.
    """
    spare: list[NDArray[np.uint8]] = []  # memory that was read into, and is used again

    def read(chunk: slice) -> tuple[slice, NDArray[np.uint8], NDArray[np.uint8]]:
        room = spare.pop() if spare else room_for((CHUNK, *images.shape[1:]), device)
        pixels = room[: chunk.stop - chunk.start]
        images.read(rows[chunk], pixels)
        return chunk, pixels, room

    def finish(chunk: slice, result: Callable[[], Explained], room: NDArray[np.uint8]) -> None:
        explained = result()
        spare.append(room)
        store(chunk, explained)

    chunks = [slice(at, min(at + CHUNK, len(rows))) for at in range(0, len(rows), CHUNK)]
    reading = ahead(map(read, chunks))
    with closing(reading), behind(finish, room=2) as hand_over:
        for chunk, pixels, room in reading:
            hand_over(chunk, explainer.begin(pixels, batch_size, chunk.start), room)
