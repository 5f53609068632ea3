"""Grad-CAM maps that a loss can be taken of: differentiable by the weights of the network."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, TypeGuard

import torch
from numpy.typing import ArrayLike
from torch import Tensor, nn

from heed.base.errors import InputError
from heed.explain.logits import Select
from heed.explain.names import Layer
from heed.explain.outputs import places_of
from heed.explain.postprocess import EPSILON
from heed.explain.shapes import Reshape
from heed.guidance.checked_images import check_images, refusals_told
from heed.guidance.other_network import AUTO, layer_named, other_pass
from heed.guidance.own_network import own_pass
from heed.networks.network import Network

Signs = ArrayLike | Tensor | Literal["predicted"]
"""What maps are of: sign times logit. ``predicted``: the sign of the logit itself."""


@dataclass(frozen=True)
class GuidedPass:
    """What one pass gives.

    Attributes:
        logits: (B, A), of all outputs.
        maps: (B, T, h, w), of the chosen outputs: rectified, raw (not scaled), float32 at least.
    """

    logits: Tensor
    maps: Tensor


def guided_pass(
    network: nn.Module,
    images: Tensor,
    outputs: Sequence[int],
    layer: str | nn.Module | None = None,
    signs: Signs | None = None,
    *,
    reshape: Reshape | None = None,
    select: Select | None = None,
) -> GuidedPass:
    """Logits and Grad-CAM maps (Selvaraju et al. 2017) in one pass, both with a graph.

    With the features f of the layer and the logit z_j of an output

        map_j = relu(sign_j sum over k of mean(dz_j / df_k) f_k)

    the maps are those of ``heed.explain(..., method="gradcam")``. They can be differentiated by all
    weights, those that only enter the gradient dz / df included. For Heed's own networks with an
    affine head no second derivative is taken, see :func:`heed.guidance.own_network.own_pass`;
    others are differentiated twice, through what follows the layer alone. Where autograd does not
    record (``torch.no_grad``), neither are the maps.

    The network runs in the mode that it is in. In training mode dropout behind the layer draws as
    always, and the maps are those of what it left; only behind an affine head of Heed's own they
    are those of the network without it.

    Args:
        network: any torch module whose answer holds logits (B, A).
        images: (B, 3, S, S) floating point, as the network takes them: RGB in 0..1 for Heed's own.
        outputs: which outputs have maps, T of them.
        layer: where maps are taken: ``before_relu`` or ``after_relu`` of Heed's own networks (the
            last ReLU), or any module that puts out a grid, or its name; if it is called several
            times, the last call counts. None: ``before_relu``, or for other networks the layer that
            :func:`heed.guidance.other_network.layer_named` finds, which takes a pass of one image
            each time.
        signs: (T,) or (B, T), numbers: 1 for the map of z, -1 for that of -z, 0 for an empty one;
            or ``predicted``. None: 1, what supports "present".
        reshape: how what the layer puts out lies, as for ``heed.explain``; by default (B, C, h, w),
            or of tokens (B, T, D) the last h * h as a square grid.
        select: where the logits are in the answer, as for ``heed.explain``.

    Raises:
        InputError: images, outputs, signs or layer do not fit the network; batch normalisation in
            training mode lies behind the layer, so that the map of an image would depend on other
            images.

    Example:
        >>> from heed.networks.catalogue import build
        >>> network, images = build("nano", outputs=40), torch.rand(2, 3, 64, 64)
        >>> found = guided_pass(network, images, outputs=[36])
        >>> found.logits.shape, found.maps.shape
        (torch.Size([2, 40]), torch.Size([2, 1, 2, 2]))
        >>> found.maps.mean().backward()  # reaches all weights
        >>> bool(network.head.attributes.weight.grad.any())
        True
    """
    check_images(images)
    with refusals_told(network, images):
        if is_own(network, layer):
            at: Layer = "after_relu" if layer == "after_relu" else "before_relu"
            logits, maps = own_pass(network, images, outputs, at)
        else:
            if not isinstance(layer, str) or layer == AUTO:
                layer = layer_named(network, images, layer, reshape)
            logits, maps = other_pass(network, images, outputs, layer, reshape, select)
    places = places_of(outputs, logits.shape[1])
    maps = (maps * _factors(signs, logits[:, places], maps)).relu()
    if not torch.is_grad_enabled():
        logits, maps = logits.detach(), maps.detach()
    return GuidedPass(logits, maps)


def is_own(network: nn.Module, layer: str | nn.Module | None) -> TypeGuard[Network]:
    """Whether the maps are those of one of Heed's own networks at its last ReLU."""
    return isinstance(network, Network) and layer in (None, "before_relu", "after_relu")


def scaled(maps: Tensor) -> Tensor:
    """Stretch each map to 0..1, ``(map - min) / (1e-7 + max - min)``.

    As :func:`heed.explain.postprocess.stretch` does. Minimum and maximum are constants to the
    gradient: else the loss could be lowered by moving the two cells that have them.

    Args:
        maps: (..., h, w), not negative.

    Returns:
        (..., h, w): the minimum is 0, the maximum just below 1; 0 everywhere, and without a
        gradient, for a map that is the same everywhere, an empty one among them. The gradient of
        others is finite: at most 1e7 times that of what follows.

    Raises:
        InputError: these are no maps.

    Example:
        >>> scaled(torch.tensor([[0.0, 1.0], [2.0, 4.0]]))
        tensor([[0.0000, 0.2500],
                [0.5000, 1.0000]])
    """
    if not isinstance(maps, Tensor) or maps.ndim < 2:
        found = tuple(maps.shape) if isinstance(maps, Tensor) else type(maps).__name__
        raise InputError(f"maps: found {found}; expected a tensor (..., h, w)")
    fixed = maps.detach()
    lowest = fixed.amin(dim=(-2, -1), keepdim=True)
    highest = fixed.amax(dim=(-2, -1), keepdim=True)
    extent = highest - lowest
    # Where nothing stands out nothing is stretched, least of all a gradient: 0 / inf is 0.
    return (maps - lowest) / (float(EPSILON) + extent).where(extent != 0, torch.inf)


def _factors(signs: Signs | None, logits: Tensor, maps: Tensor) -> Tensor:
    """Signs as (B, T, 1, 1) or (T, 1, 1)."""
    if signs is None:
        return maps.new_ones(1, 1, 1)
    if isinstance(signs, str):
        if signs != "predicted":
            raise InputError(f"signs: found {signs!r}; expected 'predicted', or numbers")
        return logits.detach().sign().to(maps)[..., None, None]
    try:
        given = torch.as_tensor(signs)
    except (TypeError, ValueError, RuntimeError):
        raise InputError(f"signs: found {signs!r}; expected 'predicted', or numbers") from None
    expected = [tuple(logits.shape), tuple(logits.shape[1:])]
    if tuple(given.shape) not in expected:
        raise InputError(
            f"signs: found shape {tuple(given.shape)}; expected {expected[0]}, a sign for each "
            f"image and output, or {expected[1]}"
        )
    known = (given == 1) | (given == -1) | (given == 0)
    if given.dtype == torch.bool or not known.all():
        found = given.dtype if given.dtype == torch.bool else given[~known][0].item()
        raise InputError(f"signs: found {found}; expected -1, 0 or 1")
    return given.to(maps)[..., None, None]
