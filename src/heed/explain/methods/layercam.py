"""LayerCAM (Jiang et al. 2021) of all logits at once."""

from typing import Final

from torch import Tensor

from heed.explain.gradient import Gradient
from heed.explain.method import GradientMethod


def layercam(features: Tensor, gradient: Gradient) -> Tensor:
    """LayerCAM of every logit, before its ReLU.

    The positive part of the gradient times the features, summed over the channels:

        map_j = sum over k of relu(dz_j / df_k) * f_k

    Args:
        features: (B, C, h, w).
        gradient: of A logits with respect to them.

    Returns:
        (B, A, h, w): the map of +z. That of -z is a map of its own.
    """
    return gradient.positive().dot(features)


ENTRY: Final = GradientMethod(
    maps=layercam,
    symmetry="none",
    formula="sum_k relu(g_k) A_k",
    source="Jiang et al., LayerCAM, IEEE Transactions on Image Processing 30, 2021",
    price="a backward pass through the head; nothing where the head is affine",
)
