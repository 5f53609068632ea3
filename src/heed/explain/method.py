"""What a map method is: each is a file of :mod:`heed.explain.methods`, which is its name."""

from collections.abc import Callable
from dataclasses import dataclass

from torch import Tensor

from heed.explain.settings import Layer


@dataclass(frozen=True)
class Method:
    """A method that maps all logits at once, from features and the affine head."""

    maps: Callable[[Tensor, Tensor, Layer], Tensor]
    """From features (B, C, h, w), W (A, C) and the layer to the maps of +z, (B, A, h, w)."""
    odd: bool
    """Whether the map of -z is the negative of the map of +z, so that one serves both.

    It is where the map is linear in the gradient. Methods that rectify the gradient
    inside (LayerCAM, Grad-CAM++) are not odd; their maps of -z are ``maps`` of -W and
    have to be kept beside those of +z.
    """

    def __call__(self, features: Tensor, weights: Tensor, layer: Layer) -> Tensor:
        """The maps of +z, (B, A, h, w)."""
        return self.maps(features, weights, layer)
