"""Crops and labels in batches, read while training: memory does not grow with their number."""

from collections.abc import Iterator
from typing import Any, NamedTuple, Protocol

import numpy as np
import numpy.typing as npt
from torch.utils.data import Dataset, Sampler

from heed.base.errors import InputError


class Batch(NamedTuple):
    """What is read at once.

    Attributes:
        epoch: counted from 0, for images that differ from epoch to epoch.
        rows: numbers of the images.
    """

    epoch: int
    rows: list[int]


class LabelledImages(Protocol):
    """What a network can be trained on."""

    @property
    def labels(self) -> npt.NDArray[np.int8]:
        """(N, A) int8, -1 or +1."""

    def __len__(self) -> int:
        """N."""

    def __getitem__(self, batch: Batch) -> tuple[npt.NDArray[np.uint8], npt.NDArray[np.int8]]:
        """Read (B, S, S, 3) uint8 RGB images and (B, A) int8 labels."""


class LabelledCrops(Dataset[tuple[npt.NDArray[np.uint8], npt.NDArray[np.int8]]]):
    """Stored crops with their labels, indexed by a batch of rows.

    Args:
        images: (N, S, S, 3) uint8 RGB, an array, or anything that is indexed alike
            (:class:`heed.base.arrays.StoredImages`); only the rows of a batch are read.
        labels: (N, A) int8, -1 or +1, in the order of ``images``.

    Raises:
        ValueError: when the shapes or the values do not fit.
    """

    def __init__(self, images: Any, labels: npt.ArrayLike) -> None:
        self.images = images
        self.labels = np.asarray(labels, dtype=np.int8)
        if images.dtype != np.uint8 or images.ndim != 4 or images.shape[3] != 3:
            raise InputError(
                f"crops: found {images.dtype} {images.shape}; expected uint8 (N, S, S, 3)"
            )
        if self.labels.ndim != 2 or len(self.labels) != images.shape[0]:
            raise InputError(
                f"labels: found shape {self.labels.shape} for {images.shape[0]} crops; "
                "expected one row per crop"
            )
        if not np.all(np.abs(self.labels) == 1):
            raise InputError("labels: found a value other than -1 and +1")

    def __len__(self) -> int:
        return len(self.labels)

    def __getitem__(self, batch: Batch) -> tuple[npt.NDArray[np.uint8], npt.NDArray[np.int8]]:
        """Read a batch: (B, S, S, 3) uint8 crops and (B, A) int8 labels, alike in every epoch."""
        return self.images[batch.rows], self.labels[batch.rows]


class Batches(Sampler[Batch]):
    """Rows of each batch; shuffled anew in every epoch where a seed is given.

    The order follows from seed and epoch alone, so that a resumed training goes
    on as if it had never stopped. Every row appears once per epoch; the last
    batch may be smaller, or larger by one.

    Several processes that train together take every so-manyth row of each batch
    (:meth:`share`), so that the batches are the same for any number of them.

    Args:
        count: N, the number of rows.
        size: rows per batch, of all processes together.
        seed: of the shuffling; None keeps the rows in order.
        join_last: a last batch of a single row joins the one before it.
    """

    def __init__(
        self, count: int, size: int, seed: int | None = None, *, join_last: bool = False
    ) -> None:
        self.count = count
        self.size = size
        self.seed = seed
        self.joined = join_last and size < count and count % size == 1
        self.epoch = 0
        self.rank, self.ranks = 0, 1

    def set_epoch(self, epoch: int) -> None:
        """Choose the order; Lightning calls this at the start of each epoch."""
        self.epoch = epoch

    def share(self, rank: int, ranks: int) -> None:
        """Read the rows ``rank``, ``rank + ranks``, ... of each batch only."""
        self.rank, self.ranks = rank, ranks

    def __len__(self) -> int:
        return self.count // self.size if self.joined else -(-self.count // self.size)

    def __iter__(self) -> Iterator[Batch]:
        rows = np.arange(self.count)
        if self.seed is not None:
            np.random.default_rng([self.seed, self.epoch]).shuffle(rows)
        for index in range(len(self)):
            whole = rows[index * self.size :][: self.whole(index)]
            yield Batch(self.epoch, whole[self.positions(index)].tolist())

    def whole(self, index: int) -> int:
        """Rows of a batch on all processes together."""
        left = self.count - index * self.size
        return left if self.joined and left == self.size + 1 else min(self.size, left)

    def own(self, index: int) -> int:
        """Rows of a batch that count in this process; 0 where there is none left for it."""
        return len(range(self.rank, self.whole(index), self.ranks))

    def positions(self, index: int) -> list[int]:
        """Which rows of a batch this process reads.

        No process is left without a row, as it would have no gradient to share: one that
        has none (:meth:`own`) reads the first.
        """
        return list(range(self.rank, self.whole(index), self.ranks)) or [0]

    def weight(self, index: int) -> float:
        """Factor of this process' mean over its rows.

        The mean of the weighted means over the processes is the mean over the whole batch.
        """
        return self.own(index) * self.ranks / self.whole(index)
