"""What maps are of: images, masks, a network, and its answers, which all metrics share."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import torch
from numpy.typing import NDArray

from heed.explain.images import device_of, floating
from heed.metrics.perturbing.perturbations import Perturbations
from heed.networks.network import Network


@dataclass(frozen=True)
class Subject:
    """Some images, and a network of one output that was asked about them.

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

    @cached_property
    def perturbations(self) -> Perturbations:
        """The images with cells blurred away: each is asked about once, for all maps and metrics.

        Cells are g x g blocks of the image.
        """
        return self._perturbed("blur")

    @cached_property
    def imputations(self) -> Perturbations:
        """The same with cells imputed by their neighbours, as ROAD has it."""
        return self._perturbed("linear")

    def _perturbed(self, filling: str) -> Perturbations:
        pixels = floating(torch.from_numpy(self.images)).to(device_of(self.network))
        return Perturbations(
            self.network,
            pixels,
            (self.cells, self.cells),
            filling,  # type: ignore[arg-type]
            batch_size=self.batch_size,
        )
