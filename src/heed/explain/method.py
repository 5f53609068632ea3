"""What a map method is: each is a file of :mod:`heed.explain.methods`, which is its name."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from torch import Tensor

from heed.explain.gradient import Gradient

Symmetry = Literal["odd", "even", "none"]
"""What the map of -z is: the negative of that of z, the same, or a map of its own."""


@dataclass(frozen=True, kw_only=True)
class Method:
    """What is known of each method.

    Which class an entry has says what its maps are made from, and so what they cost.
    """

    formula: str
    """In one line: A features, g their gradient, z a logit, n the number of cells."""
    source: str
    """The paper."""
    price: str
    """For all outputs of an image, beside the forward pass."""
    symmetry: Symmetry
    """What the map of -z is. Methods that rectify the gradient inside (LayerCAM, Grad-CAM++)
    have none; their maps of -z are kept beside those of z."""
    on_image: bool = False
    """Whether cells are pixels or blocks of the image, whatever the layer."""

    @property
    def odd(self) -> bool:
        """Whether one map serves z and -z, with the sign changed."""
        return self.symmetry == "odd"


@dataclass(frozen=True, kw_only=True)
class GradientMethod(Method):
    """A function of features and gradient."""

    maps: Callable[[Tensor, Gradient], Tensor]
    """From features (B, C, h, w) and the gradient of A logits to signed maps (B, A, h, w)."""


@dataclass(frozen=True, kw_only=True)
class FeatureMethod(Method):
    """A function of the features alone: one map an image, whatever the output."""

    maps: Callable[[Tensor], Tensor]
    """From features (B, C, h, w) to signed maps (B, h, w)."""


@dataclass(frozen=True, kw_only=True)
class PassMethod(Method):
    """A method that asks the network, or its head, again: about other images or features."""

    maps: Callable[..., tuple[Tensor, Tensor | None]]
    """From :class:`heed.explain.passes.Passes`, and options by name, to signed maps (B, A, h, w)
    of z, and to those of -z where there is no symmetry."""


@dataclass(frozen=True, kw_only=True)
class ImageMethod(Method):
    """A function of the gradient by the images themselves: a value for each pixel."""

    maps: Callable[[Tensor, Tensor], Tensor]
    """From images (B, C, H, W), and the gradient of one logit by them in the same shape, to signed
    maps (B, H, W)."""
    guided: bool = False
    """Whether rectifiers let positive gradients alone pass, see :mod:`heed.explain.guided`."""
    times: GradientMethod | None = None
    """Whose maps, rectified and enlarged to the image, multiply these."""
    on_image: bool = True
