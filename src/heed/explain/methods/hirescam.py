"""HiResCAM (Draelos and Carin 2020) of all logits at once."""

from typing import Final

from torch import Tensor

from heed.explain.gate import gate
from heed.explain.method import Method
from heed.explain.settings import Layer


def hirescam(features: Tensor, weights: Tensor, layer: Layer) -> Tensor:
    """HiResCAM of every logit, before its ReLU.

    The gradient times the features, summed over the channels. As the gate
    (:mod:`heed.explain.gate`) lets pass what the last ReLU does, this is the classic
    class activation map (Zhou et al. 2016) at either layer:

        map_j = sum over k of W_jk / n * relu(f_k)

    Its cells sum to z_j - b_j: it is complete, it splits the part of a logit that
    comes from the image, and leaves nothing out.

    Args:
        features: (B, C, h, w), what ``layer`` put out.
        weights: W, (A, C), one row per logit, on pooled features.
        layer: where the features were taken.

    Returns:
        (B, A, h, w), signed: the map of +z. That of -z is its negative.
    """
    passed = (features * gate(features, layer)).flatten(2)  # (B, C, h * w)
    maps = (weights / passed.shape[2]) @ passed  # (B, A, h * w)
    return maps.unflatten(2, features.shape[2:])


ENTRY: Final = Method(hirescam, odd=True)
