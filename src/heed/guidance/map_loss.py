"""What a map loss is: each is a file of :mod:`heed.guidance.losses`, which is its name."""

from abc import ABC, abstractmethod
from typing import Any, ClassVar, Final

import torch
from torch import Tensor

from heed.base.errors import InputError

EMPTY: Final = 1e-6
"""A map or a region whose cells sum to no more counts as empty. A map in 0..1 that is not empty
reaches about 1; a region that covers a hundredth of a cell is none either."""

ROUNDING: Final = 1e-3
"""By how much a value in 0..1 may miss this range."""


class MapLoss(ABC):
    """How far maps are from the regions that they should lie in.

    A loss is a frozen dataclass whose fields are its parameters, and the ``ENTRY`` of its file. It
    is called with maps, regions and the weights of cells, and is always finite, as is its gradient
    by the maps. An *empty region* (:data:`EMPTY`) asks for nothing: there each loss is 0 and has no
    gradient. An *empty map* has the value that its loss documents, and no gradient once it comes
    of :func:`heed.guidance.maps.scaled`: nothing draws it anywhere.
    """

    looks: ClassVar[bool] = True
    """Whether the loss looks at maps at all; where it does not, none need be computed."""

    def __call__(self, maps: Tensor, regions: Tensor, cell_weights: Tensor | None = None) -> Tensor:
        """The loss of each map.

        Args:
            maps: (B, T, h, w) in 0..1, :func:`heed.guidance.maps.scaled`, of B images and T
                outputs.
            regions: (B, T, h, w), or what broadcasts to it: which share of each cell lies in the
                region, 0..1.
            cell_weights: (h, w) or (B, T, h, w), not negative: how much each cell counts; None: all
                alike. A cell of weight 3 counts as three cells with the same map and region.

        Returns:
            (B, T), of the maps' dtype.

        Raises:
            InputError: the shapes do not fit, or a value is out of its range by more than
                rounding. Maps with NaN, as of a network that has diverged, have the loss NaN.
        """
        if not isinstance(maps, Tensor) or not maps.is_floating_point() or maps.ndim != 4:
            raise InputError(f"maps: found {_described(maps)}; expected (B, T, h, w) in 0..1")
        regions = _alike(regions, maps, "regions")
        if cell_weights is None:
            weights = torch.ones_like(regions)
        else:
            weights = _alike(cell_weights, maps, "cell_weights")
        _check_ranges(maps.detach(), regions, weights)
        asked = ~is_empty(weights * regions)
        # A whole region in the place of an empty one: no number behind it is infinite, for a
        # gradient of 0 times infinity would be NaN.
        regions = torch.where(asked[..., None, None], regions, 1)
        weights = torch.where(asked[..., None, None], weights, 1)
        return torch.where(asked, self.values(maps, regions, weights), 0)

    @abstractmethod
    def values(self, maps: Tensor, regions: Tensor, weights: Tensor) -> Tensor:
        """The loss where no region is empty.

        Args:
            maps: (B, T, h, w) in 0..1.
            regions: (B, T, h, w) in 0..1.
            weights: (B, T, h, w), not negative.

        Returns:
            (B, T), finite.
        """


def is_empty(values: Tensor) -> Tensor:
    """Which maps or regions (..., h, w) are empty, (...) bool: their cells sum to nothing.

    Example:
        >>> is_empty(torch.tensor([[[0.0, 0.0]], [[0.0, 1.0]]]))
        tensor([ True, False])
    """
    return values.sum(dim=(-2, -1)) <= EMPTY


def _alike(given: Tensor, maps: Tensor, name: str) -> Tensor:
    """A tensor in the shape, dtype and place of the maps."""
    if not isinstance(given, Tensor):
        raise InputError(f"{name}: found {_described(given)}; expected a tensor")
    given = given.to(maps)
    try:
        return given.expand(maps.shape)
    except RuntimeError:
        raise InputError(
            f"{name}: found {tuple(given.shape)} for maps {tuple(maps.shape)}; expected their "
            "shape, or one that broadcasts to it"
        ) from None


def _check_ranges(maps: Tensor, regions: Tensor, weights: Tensor) -> None:
    """Refuse values that a loss would make a plausible number of."""
    beyond = torch.stack([
        ((maps < -ROUNDING) | (maps > 1 + ROUNDING)).any(),
        ~((regions >= -ROUNDING) & (regions <= 1 + ROUNDING)).all(),
        ~((weights >= 0) & weights.isfinite()).all(),
    ])  # fmt: skip
    # Asked for once: a GPU is waited for.
    for name, values, wrong, expected in zip(
        ("maps", "regions", "cell_weights"),
        (maps, regions, weights),
        beyond.tolist(),
        ("0..1, as scaled() makes them", "shares of cells, 0..1", "finite weights, not negative"),
        strict=True,
    ):
        if wrong:
            least, most = values.min().item(), values.max().item()
            raise InputError(f"{name}: found {least:g} to {most:g}; expected {expected}")


def _described(given: Any) -> str:
    if isinstance(given, Tensor):
        shape = f"{tuple(given.shape)}"
        return shape if given.is_floating_point() else f"{given.dtype} {shape}"
    return f"{type(given).__name__}, which is no tensor"
