"""HiResCAM (Draelos and Carin 2020) of all logits at once."""

from typing import Final

from torch import Tensor

from heed.explain.gradient import Gradient
from heed.explain.method import GradientMethod


def hirescam(features: Tensor, gradient: Gradient) -> Tensor:
    """HiResCAM of every logit, before its ReLU.

    The gradient times the features, summed over the channels:

        map_j = sum over k of dz_j / df_k * f_k

    Behind an affine head (:mod:`heed.explain.gate`) this is the classic class activation map (Zhou
    et al. 2016), before and after the last ReLU. Its cells sum to z_j - b_j: it is complete, it
    splits the part of a logit that comes from the image, and leaves nothing out.

    Args:
        features: (B, C, h, w).
        gradient: of A logits with respect to them.

    Returns:
        (B, A, h, w), signed: the map of +z. That of -z is its negative.
    """
    return gradient.dot(features)


ENTRY: Final = GradientMethod(
    maps=hirescam,
    symmetry="odd",
    formula="sum_k g_k A_k",
    source="Draelos and Carin, Use HiResCAM instead of Grad-CAM, arXiv 2011.08891, 2020",
    price="a backward pass through the head; nothing where the head is affine",
)
