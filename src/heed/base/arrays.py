"""Images as rows of one NumPy file, written a few at a time and read in any order.

Training visits its images at random. A plain, memory-mapped ``.npy`` file costs one page fault
for that, where a compressed array has to find and decode the row; it takes as much room as the
pixels do (147 KB for a crop of 224 x 224).
"""

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.lib.format import open_memmap
from numpy.typing import NDArray

from heed.base.errors import HeedError
from heed.base.files import written_whole
from heed.process.cores import usable_cores

BLOCK: Final = 256
"""Rows that are made, and held in memory, at once."""


class ArrayFileError(HeedError, ValueError):
    """A file that should hold rows does not; the message names it and says what to run."""


def write_images(
    target: str | os.PathLike[str],
    count: int,
    size: int,
    image_of: Callable[[int], NDArray[np.uint8]],
    advance: Callable[[int], object],
) -> None:
    """Write (count, size, size, 3) uint8 RGB as a ``.npy`` file, whole or not at all.

    The bytes do not depend on the number of threads.

    Args:
        target: the file, which is replaced.
        count: number of images; there may be none.
        size: their side in pixels.
        image_of: makes the image of a row; called from as many threads as there are cores.
        advance: told how many images more are written, e.g. ``progress.update``.
    """
    shape = (count, size, size, 3)
    with written_whole(target) as partial, ThreadPoolExecutor(usable_cores()) as threads:
        images = open_memmap(partial, mode="w+", dtype=np.uint8, shape=shape)
        for start in range(0, count, BLOCK):
            done = list(threads.map(image_of, range(start, min(start + BLOCK, count))))
            images[start : start + len(done)] = done
            advance(len(done))
        images.flush()


class StoredImages:
    """The rows of a ``.npy`` file: ``images[i]`` or ``images[[i, j]]`` reads these alone.

    What is read is a copy, which may be changed. Can be handed to other processes, each of which
    opens the file anew.

    Args:
        path: the file.

    Raises:
        ArrayFileError: there is no such file, or it is not an array of (N, S, S, 3) uint8.

    Example:
        >>> import tempfile
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     file = f"{folder}/grey.npy"
        ...     write_images(file, 2, 4, lambda row: np.full((4, 4, 3), row, np.uint8), print)
        ...     StoredImages(file)[1].mean()
        2
        np.float64(1.0)
    """

    def __init__(self, path: str | os.PathLike[str]) -> None:
        self.path = Path(path)
        self._rows = self._open()
        self.shape = self._rows.shape
        self.dtype = self._rows.dtype
        self.ndim = self._rows.ndim

    def __len__(self) -> int:
        return self.shape[0]

    def __getitem__(self, rows: Any) -> NDArray[np.uint8]:
        """Copy rows; IndexError beyond the end."""
        return np.array(self._rows[rows])

    def read(self, rows: NDArray[np.integer[Any]], room: NDArray[np.uint8]) -> None:
        """Copy rows into an array (len(rows), S, S, 3); IndexError beyond the end."""
        if len(rows) and not (rows.min() >= 0 and rows.max() < len(self)):
            raise IndexError(f"{self.path}: found no row {rows.max()}; it has {len(self)}")
        # By the mode "raise" NumPy would copy everything twice.
        np.take(self._rows, rows, axis=0, out=room, mode="clip")

    def __getstate__(self) -> dict[str, Any]:
        return {"path": self.path}  # a mapped array would travel as all of its content

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__init__(**state)  # type: ignore[misc]

    def _open(self) -> NDArray[np.uint8]:
        try:
            rows = np.load(self.path, mmap_mode="r", allow_pickle=False)
        except (ValueError, EOFError) as error:
            raise ArrayFileError(
                f"{self.path}: found no whole array of NumPy ({error}); remove the file and run "
                "`dvc repro`, which makes it anew"
            ) from None
        if rows.dtype != np.uint8 or rows.ndim != 4 or rows.shape[3] != 3:
            raise ArrayFileError(
                f"{self.path}: found {rows.dtype} {rows.shape}; expected uint8 (N, S, S, 3)"
            )
        return rows
