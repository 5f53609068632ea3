"""XGrad-CAM (Fu et al. 2020) of all logits at once."""

from typing import Final

from torch import Tensor

from heed.explain.gradient import Gradient
from heed.explain.method import GradientMethod

EPSILON: Final = 1e-7
"""The grad-cam package's guard against dividing by 0, added to the sum of a channel."""


def xgradcam(features: Tensor, gradient: Gradient) -> Tensor:
    """XGrad-CAM of every logit, before its ReLU.

    A channel weighs as much as the mean of its gradient, weighted by its own features:

        map_j = sum over k of sum(dz_j / df_k * f_k) / (sum(f_k) + 1e-7) * f_k

    Where features may be negative the sum in the denominator can be near 0, and the map is
    dominated by such channels: it is meant for features after a ReLU.

    Args:
        features: (B, C, h, w).
        gradient: of A logits with respect to them.

    Returns:
        (B, A, h, w), signed: the map of +z. That of -z is its negative.
    """
    sums = features.sum(dim=(2, 3), keepdim=True)
    return gradient.pooled(features / (sums + EPSILON)).dot(features)


ENTRY: Final = GradientMethod(
    maps=xgradcam,
    symmetry="odd",
    formula="sum_k sum(g_k A_k) / sum(A_k) A_k",
    source="Fu et al., Axiom-based Grad-CAM, BMVC 2020",
    price="a backward pass through the head; nothing where the head is affine",
)
