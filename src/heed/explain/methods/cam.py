"""CAM, the class activation map (Zhou et al. 2016), of all logits at once."""

from typing import Final

from torch import Tensor

from heed.base.errors import InputError
from heed.explain.gradient import FactoredGradient, Gradient
from heed.explain.method import GradientMethod


def cam(features: Tensor, gradient: Gradient) -> Tensor:
    """The class activation map of every logit.

    The features that the pooling averages, weighted by the logit's row of the affine head:

        map_j = 1/n sum over k of W_jk a_k

    with a the features, rectified where the head rectifies them. Zhou et al. leave out 1/n; with it
    the cells sum to z_j - b_j, as HiResCAM's do, which it is here.

    Args:
        features: (B, C, h, w).
        gradient: of A logits with respect to them.

    Returns:
        (B, A, h, w), signed: the map of +z. That of -z is its negative.

    Raises:
        ValueError: the head is not affine behind the pooling.
    """
    if not isinstance(gradient, FactoredGradient):
        raise InputError(
            "method 'cam': the head is not affine behind a pooling over all cells of this layer, "
            "so that it has no class activation map; use 'hirescam' or 'gradcam'"
        )
    return gradient.dot(features)


ENTRY: Final = GradientMethod(
    maps=cam,
    symmetry="odd",
    formula="sum_k W_k A_k / n",
    source="Zhou et al., Learning Deep Features for Discriminative Localization, CVPR 2016",
    price="nothing; affine heads only",
)
