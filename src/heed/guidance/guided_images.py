"""Images with labels, and the regions that maps should lie in."""

from typing import Any, NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.utils.data import Dataset

from heed.base.errors import InputError
from heed.training.crops import Batch, LabelledImages


class GuidedBatch(NamedTuple):
    """What is read at once; tensors once a loader has handed it on.

    Attributes:
        crops: (B, S, S, 3) uint8, RGB.
        labels: (B, A) int8, -1 or +1.
        regions: (B, T, h, w) float32 in 0..1.
        cell_weights: (B, T, h, w) float32, not negative.
    """

    crops: Any
    labels: Any
    regions: Any
    cell_weights: Any


class GuidedImages(Dataset[GuidedBatch]):
    """Labelled images with a region for each output that is guided.

    Args:
        images: N of them, such as :class:`heed.training.crops.LabelledCrops`.
        regions: which share of each cell lies in the region, 0..1: (N, T, h, w), by row, or
            (T, h, w), the same for all images. An array, a tensor, a list, or anything that is
            indexed as an array is by a list of rows; only those of a batch are read. Where a region
            is empty nothing is asked of the map. T is the number of outputs that are guided, h x w
            the grid of the maps. What :mod:`heed.guidance.coverage` gives, (N, h, w), is that of
            one output: ``coverage[:, None]``; of several ``np.stack(coverages, axis=1)``.
        cell_weights: how much each cell counts, not negative: (N, T, h, w), (T, h, w) or (h, w);
            None: all alike.

    Raises:
        InputError: the shapes do not fit, or labels are others than -1 and 1; when a batch is
            read, a value is out of its range.

    Example:
        >>> from heed.training.crops import LabelledCrops
        >>> crops = LabelledCrops(np.zeros((3, 64, 64, 3), np.uint8), np.ones((3, 40)))
        >>> mouth = np.zeros((1, 2, 2))
        >>> mouth[:, 1] = 1  # the lower half
        >>> GuidedImages(crops, mouth)[Batch(0, [0, 2])].regions.shape
        (2, 1, 2, 2)
    """

    def __init__(self, images: LabelledImages, regions: Any, cell_weights: Any = None) -> None:
        self.images = images
        if np.ndim(images.labels) != 2 or not (np.abs(images.labels) == 1).all():
            raise InputError(
                f"images: found labels of shape {np.shape(images.labels)} with values "
                f"{np.unique(images.labels)[:4].tolist()}; expected (N, A) of -1 and 1"
            )
        self.regions = _by_row(regions, len(images), "regions")
        self.cell_weights: Any = None
        if cell_weights is not None:
            weights = _numbers(cell_weights, "cell_weights")
            given, cells = tuple(weights.shape), tuple(self.regions.shape[-3:])
            if given == cells[1:]:
                weights = np.broadcast_to(weights, cells)
            if tuple(weights.shape[-3:]) != cells:
                raise InputError(
                    f"cell_weights: found shape {given} for regions "
                    f"{tuple(self.regions.shape)}; expected the same outputs and cells"
                )
            self.cell_weights = _by_row(weights, len(images), "cell_weights")

    @property
    def labels(self) -> NDArray[np.int8]:
        """(N, A) int8, -1 or +1."""
        return self.images.labels

    def __len__(self) -> int:
        return len(self.images)

    def __getitem__(self, batch: Batch) -> GuidedBatch:
        """Read images, labels, regions and the weights of their cells."""
        crops, labels = self.images[batch]
        regions = _read(self.regions, batch.rows)
        wrong = ~((regions >= 0) & (regions <= 1))
        if wrong.any():
            raise InputError(
                f"regions: found {regions[wrong][0]:g}, a value outside of 0..1; expected shares "
                "of cells (of masks: heed.guidance.coverage.coverage_of_masks)"
            )
        if self.cell_weights is None:
            weights = np.ones_like(regions)
        else:
            weights = _read(self.cell_weights, batch.rows)
        wrong = ~((weights >= 0) & np.isfinite(weights))
        if wrong.any():
            raise InputError(
                f"cell_weights: found {weights[wrong][0]:g}, a value that is negative or not "
                "finite; expected weights"
            )
        return GuidedBatch(crops, labels, regions, weights)


def mirrored(batch: GuidedBatch, which: Tensor) -> GuidedBatch:
    """Some images of a batch from right to left, with their regions and the weights of cells.

    Args:
        batch: of tensors.
        which: (B,) bool.
    """
    which = which.to(batch.crops.device)[:, None, None, None]
    return GuidedBatch(
        _either(which, batch.crops, 2),
        batch.labels,
        _either(which, batch.regions, 3),
        _either(which, batch.cell_weights, 3),
    )


def _either(which: Tensor, values: Tensor, axis: int) -> Tensor:
    return values.flip(axis).where(which, values)


def _by_row(values: Any, count: int, name: str) -> Any:
    """Arrays as (N, T, h, w), without a copy."""
    values = _numbers(values, name)
    shape = tuple(values.shape)
    if len(shape) == 3:
        return np.broadcast_to(values, (count, *shape))
    if len(shape) != 4 or shape[0] != count:
        raise InputError(
            f"{name}: found shape {shape} for {count} images; expected ({count}, outputs, h, w), "
            "or (outputs, h, w) for all images alike"
        )
    return values


def _numbers(values: Any, name: str) -> Any:
    """An array of what is given; what is indexed like one, such as a stored one, as it is."""
    if isinstance(values, Tensor):
        values = values.detach().cpu().to(torch.float32).numpy()
    if not hasattr(values, "shape"):
        try:
            values = np.asarray(values)
        except ValueError:  # rows of different lengths
            raise InputError(f"{name}: found a ragged list; expected numbers (T, h, w)") from None
    dtype = getattr(values, "dtype", None)
    if dtype is not None and np.dtype(dtype).kind not in "biuf":
        raise InputError(f"{name}: found {type(values).__name__} of {dtype}; expected numbers")
    return values


def _read(values: Any, rows: list[int]) -> NDArray[np.float32]:
    return np.asarray(values[rows], np.float32)
