"""Dropout between the layers of a head, while it is trained."""

from functools import partial

from torch import nn

from heed.base.errors import InputError
from heed.networks.extension import between
from heed.networks.network import Head, Network


def with_dropout(network: Network, probability: float) -> Network:
    """``network`` with dropout in front of each linear layer of its head but the first.

    In training mode each number there becomes 0 with the probability p, and the others are
    multiplied by 1 / (1 - p) (Srivastava et al. 2014, *Dropout*); in eval mode nothing changes.
    So it is no part of the architecture: name and weights are those of ``network``, and a file of
    them is read without dropout.

    Args:
        network: what to train; its layers are shared.
        probability: p, from 0 to below 1.

    Raises:
        InputError: if the head has one linear layer only, so that nothing lies between two.

    Example:
        >>> from heed.networks.catalogue import build
        >>> with_dropout(build("nano_ext", outputs=40), 0.5).head.layer_names
        ('attributes', 'dropout_fc52', 'fc52')
    """
    layers = {name: network.head.get_submodule(name) for name in network.head.layer_names}
    dropped = between(layers, "dropout", partial(nn.Dropout, probability))
    if len(dropped) == len(layers):
        raise InputError(
            f"dropout: found {probability:g} for {network.name}, whose head has one layer; "
            "expected 0, or a network with layers to put it between, such as "
            f"{network.name}_ext"
        )
    return Network(network.name, network.trunk, Head(dropped), network.mean, network.std)
