"""Centre loss: how far the centroid of a map is from that of its region."""

from dataclasses import dataclass
from typing import Final

import torch
from torch import Tensor

from heed.guidance.map_loss import MapLoss, is_empty


@dataclass(frozen=True)
class CentreLoss(MapLoss):
    """The distance between two centroids, in cells.

    With the centroid c(V) = sum w V p / sum w V of the cells' places p = (row, column)

        loss = || c(M) - c(S) ||

    for the map M, the share S of each cell in the region and the weights w of the cells. Yang et
    al. 2019 name a "center loss" in their table without a formula; this is the plain reading.
    It says where a map lies, not how large it is.

    The centroid of an empty map is the middle of the cells (by their weights), as that of a map
    that is the same everywhere. Where the centroids meet the loss is 0 and has no gradient; next to
    it the gradient does not become small, as that of any distance.

    Example:
        >>> maps, regions = torch.tensor([[[[1.0, 0, 0, 0]]]]), torch.tensor([[[[0, 0, 1.0, 1]]]])
        >>> CentreLoss()(maps, regions)
        tensor([[2.5000]])
    """

    def values(self, maps: Tensor, regions: Tensor, weights: Tensor) -> Tensor:
        """Distances in cells, (B, T), not negative."""
        filled = torch.where(is_empty(weights * maps)[..., None, None], 1, maps)
        apart = _centroid(weights * filled) - _centroid(weights * regions)
        # Its gradient is 0 where the distance is.
        distance: Tensor = torch.linalg.vector_norm(apart, dim=-1)
        return distance


def _centroid(mass: Tensor) -> Tensor:
    """Row and column (B, T, 2) of the centre of mass (B, T, h, w), which has some."""
    total = mass.sum(dim=(-2, -1))
    rows, columns = (torch.arange(n, dtype=mass.dtype, device=mass.device) for n in mass.shape[-2:])
    row = (mass.sum(dim=-1) * rows).sum(dim=-1) / total
    column = (mass.sum(dim=-2) * columns).sum(dim=-1) / total
    return torch.stack([row, column], dim=-1)


ENTRY: Final = CentreLoss
