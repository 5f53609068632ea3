"""Grad-CAM++ (Chattopadhay et al. 2018) of all logits at once."""

from typing import Final

import torch
from torch import Tensor

from heed.explain.gradient import Gradient
from heed.explain.method import GradientMethod

EPSILON: Final = 1e-6
"""The grad-cam package's guard against dividing by 0."""


def gradcam_plusplus(features: Tensor, gradient: Gradient) -> Tensor:
    """Grad-CAM++ of every logit, before its ReLU.

    With g = dz_j / df_k, for the logit itself and not its exponential, as the grad-cam package has
    it:

        map_j = sum over k of w_jk f_k,   w_jk = sum over cells of relu(g) g^2 /
                                                 (2 g^2 + sum(f_k) g^3 + 1e-6)

    Args:
        features: (B, C, h, w).
        gradient: of A logits with respect to them.

    Returns:
        (B, A, h, w): the map of +z. That of -z is a map of its own.
    """
    return gradient.pooled_by(_weight, features.sum(dim=(2, 3))).dot(features)


def _weight(gradient: Tensor, sums: Tensor) -> Tensor:
    squared = gradient**2
    share = squared / (2 * squared + sums * squared * gradient + EPSILON)
    return torch.where(gradient != 0, gradient.relu() * share, 0)


ENTRY: Final = GradientMethod(
    maps=gradcam_plusplus,
    symmetry="none",
    formula="sum_k sum(relu(g_k) g_k^2 / (2 g_k^2 + sum(A_k) g_k^3)) A_k",
    source="Chattopadhay et al., Grad-CAM++, WACV 2018",
    price="a backward pass through the head; little where the head is affine",
)
