"""Guided backpropagation (Springenberg et al. 2015) of all logits, in pixels."""

from typing import Final

from torch import Tensor

from heed.explain.method import ImageMethod


def guided_backpropagation(images: Tensor, gradient: Tensor) -> Tensor:
    """The guided gradient of a logit, summed over channels.

        map[pixel] = sum over channels of dz / dx, where each ReLU passed the positive part of
                     the gradient alone

    The paper shows the gradient as a picture in colour; a map has one number a pixel.

    Args:
        images: (B, C, H, W).
        gradient: of one logit by them, guided, (B, C, H, W).

    Returns:
        (B, H, W), signed.
    """
    return gradient.sum(dim=1)


ENTRY: Final = ImageMethod(
    maps=guided_backpropagation,
    symmetry="none",
    guided=True,
    formula="sum_channels dz/dx, each ReLU passing relu(g)",
    source="Springenberg et al., Striving for Simplicity, ICLR workshops 2015",
    price="two backward passes of the whole network for each output, for z and -z, "
    "and one more forward pass",
)
