"""Grad-CAM maps of Heed's own networks with a graph: without a second derivative where they can."""

from collections.abc import Sequence

import torch
from torch import Tensor, nn

from heed.explain.gate import affine_gradient
from heed.explain.methods.gradcam import gradcam
from heed.explain.modes import recording
from heed.explain.names import Layer
from heed.explain.outputs import places_of
from heed.guidance.differentiation import gradcam_of, gradients_by, recorded
from heed.networks.network import Head, Network


def own_pass(
    network: Network, images: Tensor, outputs: Sequence[int], layer: Layer
) -> tuple[Tensor, Tensor]:
    """Logits and signed maps of one of Heed's own networks.

    Behind an affine head with the weights W of the chosen outputs, n cells and the gate [f > 0] (or
    1, after the ReLU) the map is

        map_j = sum over k of W_jk / n * mean(gate_k) * f_k

    which autograd differentiates by W and f like any other product: the gate is constant almost
    everywhere, so no derivative of a derivative is needed. Dropout between the linear layers is
    left out of W: it is that of the network as it answers in eval mode, while the logits are those
    of the pass. Other heads are differentiated twice, with whatever they draw.

    Args:
        network: in any mode.
        images: (B, 3, S, S) floating point, RGB in 0..1.
        outputs: T of them.
        layer: where the maps are taken.

    Returns:
        (B, A) and (B, T, h, w).
    """
    features = network.features(images)
    if layer == "after_relu":
        features = features.relu()
    if linear_layers(network.head):
        logits: Tensor = network.head(features)  # a second ReLU changes nothing
        weights = effective_weights(network.head, places_of(outputs, logits.shape[1]))
        with torch.autocast(features.device.type, enabled=False):
            features = features.to(weights.dtype)
            return logits, gradcam(features, affine_gradient(features, weights, layer))
    again = torch.is_grad_enabled()
    with recording(True):
        features = recorded(features)
        rectified = features.relu() if layer == "before_relu" else features
        logits = network.head.after_pooling(network.head.pool(rectified).flatten(1))
        places = places_of(outputs, logits.shape[1])
        gradients = gradients_by(features, logits, places, layer, again=again)
    return logits, gradcam_of(features, gradients)


def linear_layers(head: Head) -> list[nn.Linear]:
    """The layers that an affine head consists of; none where it has others than those and dropout.

    Example:
        >>> from heed.networks.catalogue import build
        >>> linear_layers(build("nano", 40).head)
        [Linear(in_features=256, out_features=40, bias=True)]
        >>> linear_layers(build("nano_ext_leaky", 40).head)
        []
    """
    layers = [head.get_submodule(name) for name in head.layer_names]
    known = all(type(layer) in (nn.Linear, nn.Dropout, nn.Identity) for layer in layers)
    if type(head) is not Head or not known:
        return []
    return [layer for layer in layers if isinstance(layer, nn.Linear)]


def effective_weights(head: Head, outputs: Sequence[int]) -> Tensor:
    """The rows of the matrix that an affine head collapses to, with their gradient.

    As :meth:`heed.networks.network.Network.effective_head` has them; that one is detached.

    Args:
        head: with :func:`linear_layers`. Dropout counts as if it were not there.
        outputs: T of its outputs.

    Returns:
        (T, C).

    Example:
        >>> from heed.networks.catalogue import build
        >>> effective_weights(build("nano_ext", 40).head, [0, 3]).shape
        torch.Size([2, 256])
    """
    *others, last = linear_layers(head)
    weights: Tensor = last.weight[list(outputs)]
    with torch.autocast(weights.device.type, enabled=False):
        for layer in reversed(others):
            weights = weights @ layer.weight
    return weights
