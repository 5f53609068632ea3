"""Input x gradient (Shrikumar et al. 2016) of all logits, in pixels."""

from typing import Final

from torch import Tensor

from heed.explain.method import ImageMethod


def input_x_gradient(images: Tensor, gradient: Tensor) -> Tensor:
    """How much a logit would lose, to first order, if a pixel became 0 in all channels.

        map[pixel] = sum over channels of x * dz / dx

    Zero is meant in the units that the network takes: black where it takes 0..1, the mean colour
    where images were normalised by ``preprocess``. For a network that is piecewise linear without
    biases the pixels sum to the logit.

    Args:
        images: x, (B, C, H, W).
        gradient: of one logit by them, (B, C, H, W).

    Returns:
        (B, H, W), signed.

    Example:
        >>> import torch
        >>> images, gradient = torch.tensor([2.0, 3.0]), torch.tensor([1.0, -1.0])
        >>> input_x_gradient(images.view(1, 2, 1, 1), gradient.view(1, 2, 1, 1)).item()
        -1.0
    """
    return (images * gradient).sum(dim=1)


ENTRY: Final = ImageMethod(
    maps=input_x_gradient,
    symmetry="odd",
    formula="sum_channels x dz/dx",
    source="Shrikumar et al., Not Just a Black Box, arXiv:1605.01713, 2016",
    price="a backward pass of the whole network for each output, and one more forward pass",
)
