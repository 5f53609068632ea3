"""The same images with labels of attributes, for a baseline that is trained on those instead.

A network of :mod:`heed.recognition.networks` with an output for each attribute, these images and
:func:`heed.training.trainer.train` make a multitask classifier of the same plan.
"""

import numpy as np
from numpy.typing import ArrayLike, NDArray
from torch.utils.data import Dataset

from heed.base.errors import InputError
from heed.recognition.images import Draws, FaceImages
from heed.training.crops import Batch


class LabelledFaceImages(Dataset[tuple[NDArray[np.uint8], NDArray[np.int8]]]):
    """Face images with attributes, as :class:`heed.training.crops.LabelledImages` has them.

    Args:
        images: N of them; their classes are not used.
        labels: (N, A), -1 or +1.

    Raises:
        InputError: the labels do not fit.
    """

    def __init__(self, images: FaceImages, labels: ArrayLike) -> None:
        self.images = images
        self.labels = np.asarray(labels, np.int8)
        if self.labels.ndim != 2 or len(self.labels) != len(images):
            raise InputError(
                f"labels: found shape {self.labels.shape} for {len(images)} images; expected a row "
                "for each image"
            )
        if not np.all(np.abs(self.labels) == 1):
            raise InputError("labels: found a value other than -1 and +1")

    def __len__(self) -> int:
        return len(self.labels)

    def __getitem__(self, batch: Batch) -> tuple[NDArray[np.uint8], NDArray[np.int8]]:
        """Read (B, S, S, 3) uint8 RGB and (B, A) labels; places are drawn by epoch and row."""
        squares = [self.images[Draws(batch.epoch, row, [row])][0] for row in batch.rows]
        return np.concatenate(squares), self.labels[batch.rows]
