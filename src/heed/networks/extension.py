"""``nano_ext`` and ``resnet51_ext``: a network with one more linear layer behind its logits.

The AFFACT-Ext of Chavannes & Rutishauser (2021) as its code was released: ResNet-51-S
with ``fc52``, 40 to 40, and no activation, so that the head stays affine. (Their
report has leaky ReLUs on the last two layers; in the released code these are
switched off.) It is trained from the weights of the network that it extends, see
:mod:`heed.networks.start`.
"""

from typing import Final

import torch
from torch import nn

from heed.base.errors import InputError
from heed.networks.network import Head, Network

EXTENSION_LAYER: Final = "fc52"


def extended(base: Network) -> Network:
    """``base`` with ``fc52`` behind its last layer, called ``<base>_ext``.

    Its logits are W z + b, where z are the A logits of ``base``. W and b have PyTorch's
    default initialisation, U(-sqrt(1/A), sqrt(1/A)).

    Args:
        base: a network with another head; the two share their layers.

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
    return Network(f"{base.name}_ext", base.trunk, Head(layers), base.mean, base.std)


def make_identity(network: Network) -> None:
    """Set ``fc52`` of an extension to W = 1, b = 0: its logits are those of its base."""
    layer = network.head.get_submodule(EXTENSION_LAYER)
    assert isinstance(layer, nn.Linear)
    with torch.no_grad():
        nn.init.eye_(layer.weight)
        nn.init.zeros_(layer.bias)
