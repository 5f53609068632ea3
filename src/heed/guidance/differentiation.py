"""Gradients of logits by features that can be differentiated once more."""

from collections.abc import Sequence

import torch
from torch import Tensor

from heed.base.errors import InputError
from heed.explain.gradient import DenseGradient
from heed.explain.methods.gradcam import gradcam


def recorded(features: Tensor) -> Tensor:
    """Features that autograd takes gradients by: those given, or a copy where it records none."""
    if features.requires_grad:
        return features
    return features.detach().clone().requires_grad_()


def gradients_by(
    features: Tensor, logits: Tensor, outputs: Sequence[int], layer: str, *, again: bool
) -> Tensor:
    """The gradient of each of some outputs by the features, through what lies between them alone.

    It is that of the sum over the images: each image's own, where no image's logits depend on
    another's features.

    Args:
        features: (B, ...), which the logits were made of.
        logits: (B, A).
        outputs: T of them.
        layer: what put the features out, for messages.
        again: whether the gradients get a graph of their own.

    Returns:
        (T, B, ...).

    Raises:
        InputError: an output does not depend on the features, or the network does what has no
            second derivative.
    """
    gradients = []
    for output in outputs:
        # One by one: batched they take longer on a CPU, and some layers have no batched form.
        try:
            (gradient,) = torch.autograd.grad(
                logits[:, output].sum(),
                features,
                create_graph=again,
                retain_graph=True,
                allow_unused=True,
            )
        except RuntimeError as error:
            if "use_reentrant" in str(error):
                raise InputError(
                    "the network recomputes activations by torch.utils.checkpoint with "
                    "use_reentrant=True, which has no gradients by a layer; switch it off"
                ) from error
            raise
        if gradient is None:
            raise InputError(
                f"layer {layer!r}: output {output} does not depend on it; name a layer on the way "
                "from the images to the logits"
            )
        gradients.append(gradient)
    return torch.stack(gradients)


def gradcam_of(features: Tensor, gradients: Tensor) -> Tensor:
    """Signed Grad-CAM maps (B, T, h, w) of features (B, C, h, w) and gradients (T, B, C, h, w).

    In 32 bits at least, whatever precision the features are in.
    """
    with torch.autocast(features.device.type, enabled=False):
        return gradcam(_single(features), DenseGradient(_single(gradients)))


def _single(tensor: Tensor) -> Tensor:
    return tensor.float() if tensor.element_size() < 4 else tensor
