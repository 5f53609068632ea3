"""Element-wise Grad-CAM, as the grad-cam package has it, of all logits at once."""

from typing import Final

from torch import Tensor

from heed.explain.gradient import Gradient
from heed.explain.method import GradientMethod


def elementwise(features: Tensor, gradient: Gradient) -> Tensor:
    """Element-wise Grad-CAM of every logit.

    HiResCAM with the ReLU before the sum over channels, so that nothing cancels:

        map_j = sum over k of relu(dz_j / df_k * f_k)

    Args:
        features: (B, C, h, w).
        gradient: of A logits with respect to them.

    Returns:
        (B, A, h, w), not negative: the map of +z. That of -z is a map of its own.
    """
    return gradient.positive_dot(features)


ENTRY: Final = GradientMethod(
    maps=elementwise,
    symmetry="none",
    formula="sum_k relu(g_k A_k)",
    source="the grad-cam package, GradCAMElementWise",
    price="a backward pass through the head; nothing where the head is affine",
)
