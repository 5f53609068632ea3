"""Ablation-CAM (Desai and Ramaswamy 2020) of all logits at once."""

from typing import Final

import torch
from torch import Tensor

from heed.explain.method import PassMethod
from heed.explain.passes import Passes


def ablationcam(passes: Passes) -> tuple[Tensor, None]:
    """Ablation-CAM of every logit, before its ReLU.

    A channel weighs as much as the share of the logit that is lost without it:

        map_j = sum over k of (z_j - z_j without channel k) / z_j * f_k

    So a logit near 0 has huge weights, and that of -z has the same map. A removed channel is 0, as
    in the paper. The grad-cam package does the same where the image's least feature is 0; elsewhere
    it takes numbers from -1e7 on, which is the same only where the head rectifies them.

    Args:
        passes: the head is asked once a channel; where it is affine, never.

    Returns:
        (B, A, h, w), signed.
    """
    features, logits, affine = passes.features, passes.logits, passes.affine
    if affine is not None:
        pooled = (features * affine.gate(features)).mean(dim=(2, 3))  # (B, C)
        lost = pooled[:, None] * affine.weights
    else:
        without = [_without_each_channel(passes, image) for image in range(len(features))]
        lost = logits[:, :, None] - torch.stack(without).mT  # (B, A, C)
    weights = lost / logits[:, :, None]  # (B, A, C)
    return (weights @ features.flatten(2)).unflatten(2, features.shape[2:]), None


def _without_each_channel(passes: Passes, image: int) -> Tensor:
    own = passes.features[image]  # (C, h, w)
    scores = []
    for start in range(0, len(own), passes.batch_size):
        channels = range(start, min(start + passes.batch_size, len(own)))
        without = own.repeat(len(channels), 1, 1, 1)
        without[range(len(channels)), channels] = 0
        scores.append(passes.head(image, without))
    return torch.cat(scores)  # (C, A)


ENTRY: Final = PassMethod(
    maps=ablationcam,
    symmetry="even",
    formula="sum_k (z - z without k) / z A_k",
    source="Desai and Ramaswamy, Ablation-CAM, WACV 2020",
    price="C passes of the head; nothing where the head is affine",
)
