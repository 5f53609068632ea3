"""No map loss: what a fine-tuning with the loss of the attributes alone is called."""

from dataclasses import dataclass
from typing import Final

from torch import Tensor

from heed.guidance.map_loss import MapLoss


@dataclass(frozen=True)
class NoLoss(MapLoss):
    """0 for every map: the control, a fine-tuning that guides no attention.

    Example:
        >>> import torch
        >>> NoLoss()(torch.rand(2, 1, 7, 7), torch.ones(2, 1, 7, 7))
        tensor([[0.],
                [0.]])
    """

    looks = False

    def values(self, maps: Tensor, regions: Tensor, weights: Tensor) -> Tensor:
        """0."""
        return maps.new_zeros(maps.shape[:2])


ENTRY: Final = NoLoss
