"""Photographs that are cropped and jittered anew in every epoch, read while training."""

import os
from collections.abc import Sequence
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt
from torch.utils.data import Dataset, get_worker_info

from heed.affact.augmentation import (
    Augmentation,
    Jitter,
    augmented_crop,
    draw,
    generator_for,
)
from heed.base.errors import InputError
from heed.geometry.photograph import PhotographError
from heed.geometry.sampling import DEFAULT, Sampling
from heed.training.crops import Batch


class AugmentedPhotographs(Dataset[tuple[npt.NDArray[np.uint8], npt.NDArray[np.int8]]]):
    """Crops out of image files with their labels, indexed by a batch of rows and its epoch.

    The jitter of an image follows from seed, epoch and row, so that neither the order of the
    images nor the number of worker processes or devices changes it. What is kept of an image
    is its path, its transform and its labels, in arrays.

    Args:
        paths: N image files.
        transforms: (N, 2, 3) photograph pixel -> crop pixel, without jitter.
        labels: (N, A) int8, -1 or +1.
        size: side of the crops in pixels.
        augmentation: distributions of the jitter; None for plain crops.
        seed: of the jitter.
        fixed: give every epoch the jitter of the first, as a validation loss needs that is
            compared over epochs.
        sampling: how the crops are made.

    Raises:
        ValueError: when the shapes or the values do not fit.
    """

    def __init__(
        self,
        paths: Sequence[str],
        transforms: npt.ArrayLike,
        labels: npt.ArrayLike,
        size: int,
        augmentation: Augmentation | None,
        seed: int,
        fixed: bool = False,
        sampling: Sampling = DEFAULT,
    ) -> None:
        # Bytes side by side: objects would be copied into every worker as soon as it counts
        # its references to them, and text takes four times the room.
        self._paths = np.array([os.fsencode(path) for path in paths], dtype=np.bytes_)
        self.transforms = np.asarray(transforms, dtype=np.float64)
        self.labels = np.asarray(labels, dtype=np.int8)
        self.size = size
        self.augmentation = augmentation
        self.seed = seed
        self.fixed = fixed
        self.sampling = sampling
        self._check()

    def __len__(self) -> int:
        return len(self.labels)

    def __getitem__(self, batch: Batch) -> tuple[npt.NDArray[np.uint8], npt.NDArray[np.int8]]:
        """Read a batch: (B, S, S, 3) uint8 RGB crops and (B, A) int8 labels.

        Raises:
            PhotographError: naming the file that is missing or no image.
        """
        # A worker is one of several, so OpenCV stays on its core; the main process may have
        # other work for the threads. 0 means none at all, too: after a fork, 1 would wait
        # for ever for the end of threads that only the main process has.
        if get_worker_info() is not None and cv2.getNumThreads() != 1:
            cv2.setNumThreads(0)
        crops = np.empty((len(batch.rows), self.size, self.size, 3), np.uint8)
        for crop, row in zip(crops, batch.rows, strict=True):
            path = self.path(row)
            jitter = self.jitter(batch.epoch, row)
            crop[:] = augmented_crop(
                _read(path), self.transforms[row], jitter, self.size, path, self.sampling
            )
        return crops, self.labels[batch.rows]

    def path(self, row: int) -> str:
        """The file of an image."""
        return os.fsdecode(self._paths[row])

    def jitter(self, epoch: int, row: int) -> Jitter:
        """What is drawn for an image in an epoch."""
        if self.augmentation is None:
            return Jitter.none
        generator = generator_for(self.seed, 0 if self.fixed else epoch, row)
        return draw(self.augmentation, self.size, generator)

    def _check(self) -> None:
        count = len(self._paths)
        if self.transforms.shape != (count, 2, 3):
            raise InputError(
                f"transforms: found shape {self.transforms.shape} for {count} photographs; "
                f"expected ({count}, 2, 3)"
            )
        if self.labels.ndim != 2 or len(self.labels) != count:
            raise InputError(
                f"labels: found shape {self.labels.shape} for {count} photographs; "
                "expected one row per photograph"
            )
        if not np.all(np.abs(self.labels) == 1):
            raise InputError("labels: found a value other than -1 and +1")
        finite = np.asarray(np.isfinite(self.transforms).all(axis=(1, 2)))
        linear = np.where(finite[:, None, None], self.transforms[..., :2], 0)
        unusable = np.asarray(np.linalg.det(linear) == 0)
        if unusable.any():
            row = int(unusable.argmax())
            raise InputError(
                f"{self.path(row)}: found the transform {self.transforms[row].tolist()}; expected "
                "finite numbers that do not flatten the photograph: leave the image out"
            )


def _read(path: str) -> bytes:
    try:
        return Path(path).read_bytes()
    except OSError as error:
        raise PhotographError(
            f"{path}: found no file that can be read ({error.strerror}); expected an image: "
            "correct the folder of the data set or copy the file again"
        ) from None
