"""Features of samples that come in blocks, because all of them would not fit into memory.

The first convolution of VGG16 has 3,211,264 features: 26 GB for 2,048 samples. Nothing in this room
asks for more than one block of them at a time; it reads the blocks twice instead.
"""

import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final, Protocol, runtime_checkable

import numpy as np
from numpy.typing import ArrayLike, NDArray

from heed.arguments.arrays import real_numbers
from heed.arguments.numbers import check_count
from heed.base.errors import InputError

Block = tuple[slice, NDArray[np.float32]]
"""Which features, and their values: ``(slice(start, stop), (n, stop - start) float32)``."""

WIDTH: Final = 8192
"""Features in a block: 64 MiB for 2,048 samples."""


@runtime_checkable
class FeatureBlocks(Protocol):
    """The features of n samples, block by block.

    Whoever writes one keeps to this:

    - ``blocks`` may be called again, and gives the same blocks in the same order.
    - The slices follow each other without a gap from 0 to ``features``, each with a start and a
      stop, and none is empty. Widths may differ; about :data:`WIDTH` is a good one.
    - A row of a block is a sample, in the same order in every block.
    - Values are finite.
    - A block may be overwritten once the next one is asked for; its reader does not write into it.
    - What holds the same features of other samples (a validation set) has the same slices.
    """

    @property
    def samples(self) -> int:
        """Number of samples n."""

    @property
    def features(self) -> int:
        """Number of features p."""

    def blocks(self) -> Iterator[Block]:
        """The blocks from the first feature to the last."""


class ArrayBlocks:
    """An array in memory, or a mapped one, as blocks.

    Args:
        values: (n, p) of real numbers; a block of them is turned into float32 when it is read.
        width: features in a block.
        name: of the values, for messages.

    Raises:
        InputError: no real numbers, not two axes, nothing along one of them, or no positive width.

    Example:
        >>> two = ArrayBlocks([[1, 2, 3], [4, 5, 6]], width=2)
        >>> two.samples, two.features
        (2, 3)
        >>> [(where.start, where.stop, block.tolist()) for where, block in two.blocks()]
        [(0, 2, [[1.0, 2.0], [4.0, 5.0]]), (2, 3, [[3.0], [6.0]])]
    """

    def __init__(self, values: ArrayLike, width: int = WIDTH, *, name: str = "values") -> None:
        self._values = real_numbers(name, values)
        if self._values.ndim != 2 or not self._values.size:
            raise InputError(
                f"{name}: found the shape {self._values.shape}; expected (samples, features) with "
                "at least one of each"
            )
        check_count("width", width)
        self._width = width

    @property
    def samples(self) -> int:
        """Number of samples n."""
        return self._values.shape[0]

    @property
    def features(self) -> int:
        """Number of features p."""
        return self._values.shape[1]

    def blocks(self) -> Iterator[Block]:
        """The blocks from the first feature to the last."""
        for start in range(0, self.features, self._width):
            where = slice(start, min(start + self._width, self.features))
            yield where, np.ascontiguousarray(self._values[:, where], np.float32)


class MappedBlocks(ArrayBlocks):
    """A ``.npy`` file as blocks; a block alone is read into memory.

    Args:
        path: the file, (n, p) of real numbers. Stored in Fortran order it reads fastest: the
            features of a block then lie side by side.
        width: features in a block.

    Raises:
        InputError: there is no such file, or it holds no such array.

    Example:
        >>> import tempfile
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     np.save(f"{folder}/features.npy", np.eye(3))
        ...     stored = MappedBlocks(f"{folder}/features.npy", width=2)
        ...     [block.shape for _, block in stored.blocks()]
        [(3, 2), (3, 1)]
    """

    def __init__(self, path: str | os.PathLike[str], width: int = WIDTH) -> None:
        try:
            values = np.load(Path(path), mmap_mode="r", allow_pickle=False)
        except (OSError, ValueError, EOFError) as error:
            raise InputError(
                f"{path}: found no array of NumPy ({error}); expected a .npy file with (samples, "
                "features). Write it anew"
            ) from None
        super().__init__(values, width, name=str(path))


class RowsOf:
    """Some samples of other blocks: the draw of one attribute out of the union of all draws.

    Args:
        blocks: of all samples.
        rows: (m,) indices of samples, in the order in which they are wanted.

    Raises:
        InputError: no rows, one that is none of the samples, or no whole numbers: a mask is none.

    Example:
        >>> of_all = ArrayBlocks([[1, 2], [3, 4], [5, 6]])
        >>> [block.tolist() for _, block in RowsOf(of_all, [2, 0]).blocks()]
        [[[5.0, 6.0], [1.0, 2.0]]]
    """

    def __init__(self, blocks: FeatureBlocks, rows: Sequence[int] | NDArray[np.integer]) -> None:
        self._of = blocks
        self._rows = rows_in(rows, blocks.samples)

    @property
    def samples(self) -> int:
        """Number of samples m."""
        return len(self._rows)

    @property
    def features(self) -> int:
        """Number of features p."""
        return self._of.features

    def blocks(self) -> Iterator[Block]:
        """The blocks from the first feature to the last."""
        for where, block in self._of.blocks():
            yield where, block[self._rows]


def rows_in(rows: Sequence[int] | NDArray[np.integer], samples: int) -> NDArray[np.intp]:
    """Numbers of samples (m,), held to how many there are.

    A mask of as many truth values as there are samples would else be read as the numbers 0 and 1.

    Raises:
        InputError: no rows, one that is none of the samples, or no whole numbers.
    """
    found = np.asarray(rows)
    if found.ndim != 1 or not len(found) or not np.issubdtype(found.dtype, np.integer):
        raise InputError(
            f"rows: found {found.dtype} {found.shape}; expected whole numbers (m,), m > 0: of a "
            "mask, np.flatnonzero gives them"
        )
    if found.min() < 0 or found.max() >= samples:
        raise InputError(f"rows: found {found.min()} to {found.max()}; expected 0 to {samples - 1}")
    return found.astype(np.intp)


def walk(features: FeatureBlocks) -> Iterator[Block]:
    """The blocks, held to what :class:`FeatureBlocks` promises of slices and shapes.

    Raises:
        InputError: a slice does not follow the one before, a block has another shape than its
            slice and the number of samples say, or no real numbers, or the blocks end early.
    """
    kind = type(features).__name__
    end = 0
    for where, block in features.blocks():
        if where.start != end or where.stop is None or where.stop <= end or where.step is not None:
            raise InputError(
                f"{kind}.blocks: found {where} after feature {end}; expected slice({end}, stop)"
            )
        expected = (features.samples, where.stop - where.start)
        if block.shape != expected:
            raise InputError(
                f"{kind}.blocks: found a block of {block.shape} for {where}; expected {expected}"
            )
        if block.dtype.kind not in "biuf":
            raise InputError(
                f"{kind}.blocks: found {block.dtype} for {where}; expected real numbers, float32"
            )
        end = where.stop
        yield where, block
    if end != features.features:
        raise InputError(f"{kind}.blocks: ended at feature {end}; expected all {features.features}")


def walk_together(*sets: FeatureBlocks) -> Iterator[tuple[slice, list[NDArray[np.float32]]]]:
    """The same block of several sets of samples at a time.

    Args:
        sets: the same features of different samples, cut into the same slices.

    Raises:
        InputError: the sets differ in their features or slices.
    """
    numbers = [features.features for features in sets]
    if len(set(numbers)) > 1:
        raise InputError(f"sets of samples: found {numbers} features; expected as many in each")
    for together in zip(*(walk(features) for features in sets), strict=True):
        slices = [where for where, _ in together]
        if any(where != slices[0] for where in slices):
            raise InputError(
                f"sets of samples: found the slices {slices}; expected the same one of each, so "
                "give all sets the same width of blocks"
            )
        yield slices[0], [block for _, block in together]
