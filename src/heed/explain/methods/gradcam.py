"""Grad-CAM (Selvaraju et al. 2017) of all logits at once."""

from typing import Final

from torch import Tensor

from heed.explain.gradient import Gradient
from heed.explain.method import GradientMethod


def gradcam(features: Tensor, gradient: Gradient) -> Tensor:
    """Grad-CAM of every logit, before its ReLU.

    A channel weighs as much as the mean of the logit's gradient over its cells:

        map_j = sum over k of mean(dz_j / df_k) * f_k

    Behind an affine head (:mod:`heed.explain.gate`) the mean is W_jk / n times the share of cells
    that pass the gate. Before the last ReLU f_k may be negative, and the map differs from the
    classic class activation map (Zhou et al. 2016); after the ReLU they are the same.

    Args:
        features: (B, C, h, w).
        gradient: of A logits with respect to them.

    Returns:
        (B, A, h, w), signed: the map of +z. That of -z is its negative.
    """
    return gradient.mean().dot(features)


ENTRY: Final = GradientMethod(
    maps=gradcam,
    symmetry="odd",
    formula="sum_k mean(g_k) A_k",
    source="Selvaraju et al., Grad-CAM, ICCV 2017",
    price="a backward pass through the head; nothing where the head is affine",
)
