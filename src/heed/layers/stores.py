"""Where features wait until they are read: in memory, or in a file that nobody else sees.

Both keep them by block, not by sample: a block is read as one piece.
"""

import os
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final, Protocol

import numpy as np
from numpy.typing import NDArray

from heed.base.errors import InputError

FLOAT32: Final = 4


class Store(Protocol):
    """Keeps the features of n samples, of some blocks of them."""

    def put(self, samples: slice, values: NDArray[np.float32]) -> None:
        """Keep (B, width of all blocks) of these samples."""

    def block(self, number: int) -> NDArray[np.float32]:
        """(n, width), valid until the next one is asked for."""

    def close(self) -> None:
        """Give back memory, or room on disk."""


class InMemory:
    """Keeps all in memory.

    Args:
        samples: number n of samples.
        blocks: slices of features that follow each other; the first may begin anywhere.
    """

    def __init__(self, samples: int, blocks: Sequence[slice]) -> None:
        first = blocks[0].start
        self._where = [slice(each.start - first, each.stop - first) for each in blocks]
        self._values = [np.empty((samples, each.stop - each.start), np.float32) for each in blocks]

    def put(self, samples: slice, values: NDArray[np.float32]) -> None:
        """Keep (B, width of all blocks) of these samples."""
        for where, block in zip(self._where, self._values, strict=True):
            block[samples] = values[:, where]

    def block(self, number: int) -> NDArray[np.float32]:
        """(n, width)."""
        return self._values[number]

    def close(self) -> None:
        """Give back memory."""
        self._values.clear()


class OnDisk:
    """Keeps all in a temporary file, of which a block alone is read into memory.

    The file has no name (on Windows: is removed when it is closed), so that nothing stays behind
    when the process is killed.

    Args:
        samples: number n of samples.
        blocks: slices of features that follow each other from 0 on.
        folder: where it is made; by default where the system keeps temporary files.

    Raises:
        InputError: there is no such folder, or it may not be written.
    """

    def __init__(self, samples: int, blocks: Sequence[slice], folder: Path | None = None) -> None:
        self._samples, self._blocks = samples, list(blocks)
        check_folder(folder)
        try:
            # Reads and writes are as large as they should be: nothing is gathered on the way.
            self._file: Any = tempfile.TemporaryFile(dir=folder, buffering=0)  # noqa: SIM115
        except OSError as error:
            where = "the system's folder" if folder is None else folder
            raise InputError(
                f"folder: found no way to make a temporary file in {where} ({error}); expected one "
                "that may be written: name another, or set disk to 0"
            ) from None
        self._room: NDArray[np.float32] = np.empty(0, np.float32)

    def put(self, samples: slice, values: NDArray[np.float32]) -> None:
        """Keep (B, width of all blocks) of these samples."""
        for where in self._blocks:
            width = where.stop - where.start
            self._file.seek(FLOAT32 * (self._samples * where.start + samples.start * width))
            _write(self._file, np.ascontiguousarray(values[:, where]))

    def block(self, number: int) -> NDArray[np.float32]:
        """(n, width), valid until the next one is asked for."""
        where = self._blocks[number]
        shape = self._samples, where.stop - where.start
        if self._room.size < shape[0] * shape[1]:
            self._room = np.empty(shape[0] * shape[1], np.float32)
        block = self._room[: shape[0] * shape[1]].reshape(shape)
        self._file.seek(FLOAT32 * self._samples * where.start)
        left = block.reshape(-1).view(np.uint8).data
        while len(left):
            read = self._file.readinto(left)
            if not read:
                raise OSError(f"the temporary file of features ended {len(left)} bytes early")
            left = left[read:]
        return block

    def close(self) -> None:
        """Give back the room on disk."""
        self._file.close()
        self._room = np.empty(0, np.float32)


def check_folder(folder: object) -> None:
    """Refuse a folder for temporary files that is not there; None is the system's.

    Raises:
        InputError: naming what was found.
    """
    if folder is None:
        return
    if not isinstance(folder, str | os.PathLike) or not Path(folder).is_dir():
        raise InputError(
            f"folder: found no folder {str(folder)!r}; expected one that is there: make it, or "
            "leave it out for the system's folder of temporary files"
        )


def _write(file: Any, values: NDArray[np.float32]) -> None:
    left = values.reshape(-1).view(np.uint8).data
    while len(left):  # an unbuffered file may take a part
        left = left[file.write(left) :]
