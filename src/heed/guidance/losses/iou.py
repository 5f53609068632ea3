"""IoU loss: -ln of the intersection over union of a map's active cells and its region."""

from dataclasses import dataclass
from numbers import Real
from typing import Final

import torch
from torch import Tensor
from torch.nn import functional

from heed.base.errors import InputError
from heed.guidance.map_loss import MapLoss, is_empty


@dataclass(frozen=True)
class IouLoss(MapLoss):
    """-ln IoU(G, S), the loss of Yang et al. 2019 with soft active cells.

    There G are the cells of the map M above 0.5, which no gradient passes. Here each cell is as
    active as a sigmoid says,

        G = sigmoid(steepness (M - threshold))
        IoU = sum w G S / sum w (G + S - G S)

    with the share S of each cell in the region, and the weights w of the cells; for G and S of 0
    and 1 it is the loss of the paper, and -ln IoU that of Yu et al. 2016 (*UnitBox*). The
    intersection is summed by its logarithm, so that the loss is finite for disjoint sets, and its
    gradient does not vanish there: it pulls at the cells of the region that are nearest to the
    threshold.

    A cell of a map of 0 is active by sigmoid(-steepness threshold), 0.7 % by default. So an empty
    map has a finite loss (about steepness x threshold), and a map that is 1 inside and 0 outside
    has one that is not quite 0.

    Attributes:
        threshold: where a cell is half active, in 0..1.
        steepness: of the sigmoid, above 0: the larger the nearer to a hard threshold, and the
            fewer cells have a gradient.

    Raises:
        InputError: a parameter is out of its range.

    Example:
        >>> maps, regions = torch.tensor([[[[1.0, 1, 0, 0]]]]), torch.tensor([[[[0, 1.0, 1, 0]]]])
        >>> IouLoss(steepness=1000)(maps, regions).exp()  # one cell in both, three in either
        tensor([[3.]])
    """

    threshold: float = 0.5
    steepness: float = 10.0

    def __post_init__(self) -> None:
        if not (isinstance(self.threshold, Real) and 0 <= self.threshold <= 1):
            raise InputError(
                f"loss 'iou': threshold: found {self.threshold!r}; expected a number in 0..1"
            )
        if not (isinstance(self.steepness, Real) and 0 < self.steepness < float("inf")):
            raise InputError(
                f"loss 'iou': steepness: found {self.steepness!r}; expected a number above 0"
            )

    def values(self, maps: Tensor, regions: Tensor, weights: Tensor) -> Tensor:
        """-ln IoU, (B, T), not negative."""
        height = self.steepness * (maps - self.threshold)
        active = torch.sigmoid(height)
        either = (weights * (active + regions - active * regions)).sum(dim=(-2, -1))
        # Outside of the region a cell adds exp(-inf) = 0, and its gradient is 0.
        both = functional.logsigmoid(height) + (weights * regions).log()
        return either.log() - both.flatten(-2).logsumexp(dim=-1)


def hard_iou(
    maps: Tensor, regions: Tensor, threshold: float = 0.5, cell_weights: Tensor | None = None
) -> Tensor:
    """IoU of the cells above a threshold and their region: to report, for it has no gradient.

    As areas: a cell of which the region covers a share adds this share to the intersection.

    Args:
        maps: (..., h, w) in 0..1.
        regions: (..., h, w): which share of each cell lies in the region, 0..1.
        threshold: cells above it are active.
        cell_weights: how much each cell counts, as for :class:`heed.guidance.map_loss.MapLoss`.

    Returns:
        (...) in 0..1, of the maps' dtype. 0 for a map without active cells; NaN for an empty
        region and for a map with a NaN in it.

    Example:
        >>> hard_iou(torch.tensor([[0.9, 0.6, 0.1]]), torch.tensor([[0.0, 1.0, 0.5]]))
        tensor(0.4000)
    """
    regions = regions.to(maps)
    weights = torch.ones_like(maps) if cell_weights is None else cell_weights.to(maps)
    active = (maps > threshold).to(maps)
    both = (weights * active * regions).sum(dim=(-2, -1))
    either = (weights * (active + regions - active * regions)).sum(dim=(-2, -1))
    known = ~is_empty(weights * regions) & ~maps.isnan().any(dim=-1).any(dim=-1)
    return torch.where(known, both / either, torch.nan).detach()


ENTRY: Final = IouLoss
