"""The map methods: one a file in :mod:`heed.explain.methods`, which is its name."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from importlib import import_module
from typing import Final

from torch import Tensor

from heed.explain.settings import METHOD_NAMES, Layer

Maps = Callable[[Tensor, Tensor, Layer], Tensor]
"""From features (B, C, h, w), W (A, C) and the layer to the maps of +z, (B, A, h, w)."""


@dataclass(frozen=True)
class Method:
    """A method that maps all logits at once, from features and the affine head."""

    maps: Maps
    """What computes the maps of +z."""
    odd: bool
    """Whether the map of -z is the negative of the map of +z, so that one serves both.

    It is where the map is linear in the gradient. Methods that rectify the gradient
    inside (LayerCAM, Grad-CAM++) are not odd; their maps of -z are ``maps`` of -W and
    have to be kept beside those of +z.
    """

    def __call__(self, features: Tensor, weights: Tensor, layer: Layer) -> Tensor:
        """The maps of +z, (B, A, h, w)."""
        return self.maps(features, weights, layer)


_REGISTERED: Final[dict[str, Method]] = {}


def method(*, odd: bool) -> Callable[[Maps], Maps]:
    """Register the function of a module of :mod:`heed.explain.methods` as the method of its name.

    Args:
        odd: see :class:`Method`.

    Example:
        >>> load_methods(["gradcam"])["gradcam"].odd
        True
    """

    def register(maps: Maps) -> Maps:
        _REGISTERED[maps.__module__.rpartition(".")[2]] = Method(maps, odd)
        return maps

    return register


def load_methods(names: Iterable[str] = METHOD_NAMES) -> dict[str, Method]:
    """Methods by name, in the order asked for.

    Args:
        names: of modules of :mod:`heed.explain.methods`, as ``infer.methods`` gives them; all of
            them where none are named.
    """
    for name in (names := list(names)):
        import_module(f"heed.explain.methods.{name}")
    return {name: _REGISTERED[name] for name in names}
