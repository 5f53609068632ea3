"""Energy loss: the share of a map that lies outside of its region."""

from dataclasses import dataclass
from typing import Final

import torch
from torch import Tensor

from heed.guidance.map_loss import MapLoss, is_empty


@dataclass(frozen=True)
class EnergyLoss(MapLoss):
    """1 - proportional energy.

    With the map M, the share S of each cell in the region and the weights w of the cells

        loss = 1 - sum w M S / sum w M

    on the grid: Heed's own, after the score of Wang et al. 2020 (*Score-CAM*), which
    :func:`heed.metrics.proportional_energy.proportional_energy` computes in pixels. It has no
    parameter and a gradient wherever a map is not empty, and does not ask the map to fill its
    region.

    1 for an empty map, whose energy is nowhere; 0 where all of the map lies inside.

    Example:
        >>> maps, regions = torch.tensor([[[[1.0, 0.5, 0.5]]]]), torch.tensor([[[[1.0, 0, 0]]]])
        >>> EnergyLoss()(maps, regions)
        tensor([[0.5000]])
    """

    def values(self, maps: Tensor, regions: Tensor, weights: Tensor) -> Tensor:
        """1 - proportional energy, (B, T) in 0..1."""
        energy = (weights * maps).sum(dim=(-2, -1))
        inside = (weights * maps * regions).sum(dim=(-2, -1))
        there = ~is_empty(weights * maps)
        return torch.where(there, 1 - inside / torch.where(there, energy, 1), 1)


ENTRY: Final = EnergyLoss
