"""Crops and labels in batches, read while training: memory does not grow with their number."""

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
from torch.utils.data import Dataset, Sampler


class LabelledCrops(Dataset[tuple[npt.NDArray[np.uint8], npt.NDArray[np.int8]]]):
    """Crops in a zarr array with their labels, indexed by a list of rows.

    Args:
        images: (N, S, S, 3) uint8 RGB, a zarr array or anything that is indexed
            alike; only the rows of a batch are read.
        labels: (N, A) int8, -1 or +1, in the order of ``images``.

    Raises:
        ValueError: when the shapes or the values do not fit.
    """

    def __init__(self, images: Any, labels: npt.ArrayLike) -> None:
        self.images = images
        self.labels = np.asarray(labels, dtype=np.int8)
        if images.dtype != np.uint8 or images.ndim != 4 or images.shape[3] != 3:
            raise ValueError(
                f"crops: found {images.dtype} {images.shape}; expected uint8 (N, S, S, 3)"
            )
        if self.labels.ndim != 2 or len(self.labels) != images.shape[0]:
            raise ValueError(
                f"labels: found shape {self.labels.shape} for {images.shape[0]} crops; "
                "expected one row per crop"
            )
        if not np.all(np.abs(self.labels) == 1):
            raise ValueError("labels: found a value other than -1 and +1")

    def __len__(self) -> int:
        return len(self.labels)

    def __getitem__(
        self, rows: Sequence[int]
    ) -> tuple[npt.NDArray[np.uint8], npt.NDArray[np.int8]]:
        """Read a batch: (B, S, S, 3) uint8 crops and (B, A) int8 labels of the given rows."""
        # Row by row: zarr 3.x takes five to ten times as long for a list of rows at once.
        return np.stack([self.images[row] for row in rows]), self.labels[rows]


class Batches(Sampler[list[int]]):
    """Rows of each batch; shuffled anew in every epoch where a seed is given.

    The order follows from seed and epoch alone, so that a resumed training goes
    on as if it had never stopped. Every row appears once per epoch; the last
    batch may be smaller.

    Args:
        count: N, the number of rows.
        size: rows per batch.
        seed: of the shuffling; None keeps the rows in order.
    """

    def __init__(self, count: int, size: int, seed: int | None = None) -> None:
        self.count = count
        self.size = size
        self.seed = seed
        self.epoch = 0

    def set_epoch(self, epoch: int) -> None:
        """Choose the order; Lightning calls this at the start of each epoch."""
        self.epoch = epoch

    def __len__(self) -> int:
        return -(-self.count // self.size)

    def __iter__(self) -> Iterator[list[int]]:
        rows = np.arange(self.count)
        if self.seed is not None:
            np.random.default_rng([self.seed, self.epoch]).shuffle(rows)
        for start in range(0, self.count, self.size):
            yield rows[start : start + self.size].tolist()
