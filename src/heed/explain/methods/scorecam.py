"""Score-CAM (Wang et al. 2020) of all logits at once."""

from typing import Final

import torch
from torch import Tensor
from torch.nn import functional

from heed.explain.method import PassMethod
from heed.explain.passes import Passes, masked

EPSILON: Final = 1e-8
"""The grad-cam package's guard against dividing by 0, added to a channel's range."""


def scorecam(passes: Passes) -> tuple[Tensor, Tensor]:
    """Score-CAM of every logit, before its ReLU.

    Each channel, enlarged to the image and stretched to 0..1, masks the image; the network's logits
    of the masked images weigh the channels:

        map_j = sum over k of softmax over k(z_j(x * stretched f_k)) f_k

    The masked images do not depend on the output: their passes serve all of them, and -z as well.
    As in the grad-cam package the logits enter as they are, without those of an empty image.

    Args:
        passes: the network is asked once a channel and image.

    Returns:
        (B, A, h, w) of +z, and of -z.
    """
    features = passes.features
    weights = torch.stack([_scores(passes, i) for i in range(len(features))])  # (B, C, A)
    maps = [
        (functional.softmax(sign * weights, dim=1).mT @ features.flatten(2)).unflatten(
            2, features.shape[2:]
        )
        for sign in (1, -1)
    ]
    return maps[0], maps[1]


def _scores(passes: Passes, image: int) -> Tensor:
    own, pixels = passes.features[image], passes.images[image]

    def made(start: int, stop: int) -> Tensor:
        channels = functional.interpolate(
            own[start:stop, None], size=pixels.shape[-2:], mode="bilinear", align_corners=True
        )  # (m, 1, H, W)
        least = channels.amin(dim=(2, 3), keepdim=True)
        channels = (channels - least) / (channels.amax(dim=(2, 3), keepdim=True) - least + EPSILON)
        return masked(pixels, channels)

    return passes.scores(len(own), made)


ENTRY: Final = PassMethod(
    maps=scorecam,
    symmetry="none",
    formula="sum_k softmax_k(z(x * A_k)) A_k",
    source="Wang et al., Score-CAM, CVPR workshops 2020",
    price="C passes of the network, shared by all outputs",
)
