"""``nano_ext`` and ``resnet51_ext``: a network with one more linear layer behind its logits.

The AFFACT-Ext of Chavannes & Rutishauser (2021) as its code was released: ResNet-51-S
with ``fc52``, 40 to 40, and no activation, so that the head stays affine. It is trained from the
weights of the network that it extends, see :mod:`heed.networks.start`.

``nano_ext_leaky`` and ``resnet51_ext_leaky`` are as their report has it (section 6.1): with a leaky
ReLU in front of each linear layer of the head but the first. (In the released code these lines
are switched off.) Such a head is not affine: the network has no maps in closed form.
"""

from collections.abc import Callable, Mapping
from typing import Final

import torch
from torch import nn

from heed.base.errors import InputError
from heed.networks.names import LEAKY
from heed.networks.network import Head, Network

EXTENSION_LAYER: Final = "fc52"


def extended(base: Network, *, leaky: bool = False) -> Network:
    """``base`` with ``fc52`` behind its last layer, called ``<base>_ext`` or ``<base>_ext_leaky``.

    Its logits are W z + b, where z are the A logits of ``base``, or W g(z) + b with the leaky ReLU
    g(z) = max(z, 0.01 z), which also stands between the layers of ``base``'s head then. W and b
    have PyTorch's default initialisation, U(-sqrt(1/A), sqrt(1/A)).

    Args:
        base: a network with another head; the two share their layers.
        leaky: with leaky ReLUs between the layers.

    Raises:
        ValueError: if ``base`` is extended already.
    """
    layers = {name: base.head.get_submodule(name) for name in base.head.layer_names}
    if EXTENSION_LAYER in layers:
        raise InputError(
            f"{base.name} has a layer {EXTENSION_LAYER} already; expected a network without"
        )
    last = layers[base.head.layer_names[-1]]
    assert isinstance(last, nn.Linear)
    layers[EXTENSION_LAYER] = nn.Linear(last.out_features, last.out_features)
    name = f"{base.name}_ext"
    if leaky:
        name += LEAKY
        layers = between(layers, "leaky_relu", nn.LeakyReLU)
    return Network(name, base.trunk, Head(layers), base.mean, base.std)


def between(
    layers: Mapping[str, nn.Module], name: str, make: Callable[[], nn.Module]
) -> dict[str, nn.Module]:
    """Put a new layer in front of each linear layer but the first.

    Args:
        layers: by name, in their order.
        name: of the new layers, which is continued by that of the linear one: ``NAME_fc52``.
        make: makes a new one; without weights, so that the state dict stays the same.
    """
    placed: dict[str, nn.Module] = {}
    for old, layer in layers.items():
        if placed and isinstance(layer, nn.Linear):
            placed[f"{name}_{old}"] = make()
        placed[old] = layer
    return placed


def make_identity(network: Network) -> None:
    """Set ``fc52`` of an extension to W = 1, b = 0: its logits are those of its base.

    With leaky ReLUs they are g of what comes in: of the same sign.
    """
    layer = network.head.get_submodule(EXTENSION_LAYER)
    assert isinstance(layer, nn.Linear)
    with torch.no_grad():
        nn.init.eye_(layer.weight)
        nn.init.zeros_(layer.bias)
