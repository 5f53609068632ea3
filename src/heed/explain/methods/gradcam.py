"""Grad-CAM (Selvaraju et al. 2017) of all logits at once."""

from typing import Final

from torch import Tensor

from heed.explain.gate import gate
from heed.explain.method import Method
from heed.explain.settings import Layer


def gradcam(features: Tensor, weights: Tensor, layer: Layer) -> Tensor:
    """Grad-CAM of every logit, before its ReLU.

    A channel weighs as much as the mean of the logit's gradient over its cells,
    which is W_jk / n times the share of cells that pass the gate
    (:mod:`heed.explain.gate`):

        map_j = sum over k of W_jk / n * share_k * f_k

    Before the ReLU f_k may be negative, and the map differs from the classic class
    activation map (Zhou et al. 2016); after the ReLU they are the same.

    Args:
        features: (B, C, h, w), what ``layer`` put out.
        weights: W, (A, C), one row per logit, on pooled features.
        layer: where the features were taken.

    Returns:
        (B, A, h, w), signed: the map of +z. That of -z is its negative.
    """
    share = gate(features, layer).mean(dim=(2, 3), keepdim=True)  # (B, C, 1, 1)
    weighted = (features * share).flatten(2)  # (B, C, h * w)
    maps = (weights / weighted.shape[2]) @ weighted  # (B, A, h * w)
    return maps.unflatten(2, features.shape[2:])


ENTRY: Final = Method(gradcam, odd=True)
