"""The training images of a run: which of them, with which labels, changed at random how."""

from typing import Any, Final

import cv2
import numpy as np
from numpy.typing import NDArray

from heed.base.errors import InputError
from heed.methods.run_settings import Augmentation
from heed.training.crops import Batch

# One stream of random numbers per use, so that e.g. noise leaves the choice of images as it is.
_CHOICE, _NOISE, _JITTER = 1, 2, 3

ANGLE: Final = 15.0
"""Standard deviation of the turn of ``jitter``, degrees."""

SHIFT: Final = 0.04
"""Of its shift, shares of the side."""

LIGHT: Final = 0.15
"""Of the logarithm of its exposure."""


def chosen_rows(labels: NDArray[np.int8], positives: float, seed: int) -> NDArray[np.intp]:
    """Which images train: all negative ones, and a share of the positive ones.

    Args:
        labels: (N,) -1 or +1.
        positives: the share, above 0 and up to 1; at least one image stays.
        seed: decides which; a larger share holds the images of a smaller one.

    Returns:
        Rows in ascending order.
    """
    positive = np.flatnonzero(labels > 0)
    order = np.random.default_rng([seed, _CHOICE]).permutation(positive)
    kept = order[: max(1, round(positives * len(positive)))]
    return np.sort(np.concatenate([np.flatnonzero(labels < 0), kept]))


def noisy_labels(labels: NDArray[np.int8], share: float, seed: int) -> NDArray[np.int8]:
    """Labels of which a share is turned around.

    Args:
        labels: (N,) -1 or +1.
        share: of the labels, rounded to a whole number of them.
        seed: decides which.
    """
    turned = labels.copy()
    order = np.random.default_rng([seed, _NOISE]).permutation(len(labels))
    turned[order[: round(share * len(labels))]] *= -1
    return turned


class TrainingImages:
    """Images and labels of a training, indexed by a batch (:class:`heed.training.crops.Batch`).

    Args:
        images: (N, S, S, 3) uint8 RGB, anything that is indexed by rows.
        rows: which of them, (M,).
        labels: of these, (M,) -1 or +1.
        augmentation: how they are changed; what is drawn follows from seed, epoch and row.
        seed: of the changes.
    """

    def __init__(
        self,
        images: Any,
        rows: NDArray[np.intp],
        labels: NDArray[np.int8],
        augmentation: Augmentation = "none",
        seed: int = 0,
    ) -> None:
        if len(rows) != len(labels):
            raise InputError(f"found {len(rows)} rows and {len(labels)} labels; expected as many")
        self.images = images
        self.rows = rows
        self.labels = labels.astype(np.int8)[:, None]
        self.augmentation = augmentation
        self.seed = seed

    def __len__(self) -> int:
        return len(self.rows)

    def __getitem__(self, batch: Batch) -> tuple[NDArray[np.uint8], NDArray[np.int8]]:
        """Read a batch: (B, S, S, 3) uint8 images and (B, 1) int8 labels."""
        images = np.asarray(self.images[self.rows[batch.rows]])
        if self.augmentation != "none":
            for place, row in enumerate(batch.rows):
                rng = np.random.default_rng([self.seed, _JITTER, batch.epoch, row])
                images[place] = changed(images[place], self.augmentation, rng)
        return images, self.labels[batch.rows]


def changed(
    image: NDArray[np.uint8], augmentation: Augmentation, rng: np.random.Generator
) -> NDArray[np.uint8]:
    """An image changed at random.

    Args:
        image: (S, S, 3) uint8.
        augmentation: ``flip`` mirrors left and right half of the time; ``jitter`` also turns, moves
            and lights.
        rng: decides; the same numbers are drawn for both.
    """
    mirrored = rng.random() < 0.5
    angle, *shift = rng.normal(0, (ANGLE, SHIFT, SHIFT))
    exposure = np.exp(rng.normal(0, LIGHT))
    if mirrored:
        image = image[:, ::-1]
    if augmentation == "flip":
        return np.ascontiguousarray(image)
    side = len(image)
    middle = ((side - 1) / 2, (side - 1) / 2)
    matrix = cv2.getRotationMatrix2D(middle, angle, 1.0)
    matrix[:, 2] += side * np.asarray(shift)
    moved = cv2.warpAffine(
        np.ascontiguousarray(image), matrix, (side, side), borderMode=cv2.BORDER_REPLICATE
    )
    return np.clip(np.rint(exposure * moved), 0, 255).astype(np.uint8)
