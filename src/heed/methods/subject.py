"""What maps are of: images, masks, a network, and its answers, which all metrics share."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from heed.explain.forward import logits_of
from heed.explain.placement import Placement
from heed.metrics.deletion import cells_of_pixels, filled, without_cells
from heed.networks.network import Network


@dataclass(frozen=True)
class Subject:
    """Some images, and a network of one output that was asked about them.

    Forward passes of changed images are made once, when a metric first asks: they serve all maps
    and all metrics.

    Attributes:
        images: (N, S, S, 3) uint8 RGB.
        masks: (N, S, S) bool; empty where an image has none.
        network: in eval mode.
        logits: (N,) its answers.
        cells: side g of the grid on which the image is taken apart.
        threshold: pixels of a map above it are active.
        batch_size: images that pass the network at once.
    """

    images: NDArray[np.uint8]
    masks: NDArray[np.bool_]
    network: Network
    logits: NDArray[np.float64]
    cells: int
    threshold: float
    batch_size: int

    @property
    def sign(self) -> NDArray[np.float64]:
        """(N,) +1 where the positive class is predicted (logit >= 0), else -1."""
        return np.where(self.logits >= 0, 1.0, -1.0)

    @property
    def probability(self) -> NDArray[np.float64]:
        """(N,) the probability of the predicted class."""
        return predicted_probability(self.logits, self.sign)

    @cached_property
    def of_pixels(self) -> NDArray[np.intp]:
        """(S, S) the cell of each pixel: g x g blocks of the image."""
        side = self.images.shape[1]
        return cells_of_pixels(side, self.cells, Placement.half_pixel(side, self.cells))

    @cached_property
    def without_cell(self) -> NDArray[np.float64]:
        """(N, g * g) the probability of the predicted class when one cell is blurred away."""
        side, alone = self.images.shape[1], np.eye(self.cells**2, dtype=np.bool_)
        found = []
        for image, sign in zip(self.images, self.sign, strict=True):
            filling = filled(image, "blur", side / self.cells)
            copies = without_cells(image, alone, self.of_pixels, filling)
            logits = logits_of(self.network, copies, self.batch_size)[:, 0].astype(np.float64)
            found.append(predicted_probability(logits, sign))
        return np.array(found)

    def over_cells(self, maps: NDArray[np.float32]) -> NDArray[np.float64]:
        """The mean of maps over each cell.

        Args:
            maps: (N, S, S).

        Returns:
            (N, g * g).
        """
        cells = self.of_pixels.ravel()
        pixels = np.bincount(cells)
        return np.array([np.bincount(cells, each.ravel()) / pixels for each in maps])


def predicted_probability(
    logits: NDArray[np.float64], sign: NDArray[np.float64] | float
) -> NDArray[np.float64]:
    """The probability of a class: sigmoid(sign * logit).

    Args:
        logits: of any shape.
        sign: +1 for the positive class, -1 for the other.

    Example:
        >>> predicted_probability(np.array([0.0, 2.0]), -1.0).round(3).tolist()
        [0.5, 0.119]
    """
    return np.asarray(1 / (1 + np.exp(-sign * logits)))
