"""The networks by name, as ``models.<name>.network`` in ``params.yaml`` gives them."""

from typing import Final

from heed.base.errors import InputError
from heed.base.registry import Registry
from heed.networks.architecture import Architecture
from heed.networks.names import FOLDER
from heed.networks.network import Network
from heed.networks.state import State, WeightsError

NETWORKS: Final[Registry[Architecture]] = Registry(FOLDER)
"""By name: the files of :mod:`heed.networks.architectures`."""

BASES: Final = {name: network.extends for name, network in NETWORKS.items() if network.extends}
"""The extensions, and the network that each extends."""

IMAGENET_STARTS: Final = {
    name: network.imagenet for name, network in NETWORKS.items() if network.imagenet
}
"""The networks that can start from ImageNet weights, and whose weights these are."""


def build(name: str, outputs: int, pretrained_state: State | None = None) -> Network:
    """A network with random weights, in training mode.

    Args:
        name: one of :data:`NETWORKS`.
        outputs: number of logits, one for each attribute.
        pretrained_state: ImageNet weights to start from: a state dict of the
            network of torchvision that :data:`IMAGENET_STARTS` names.

    Raises:
        ValueError: for an unknown name.
        WeightsError: if the network cannot start from ``pretrained_state``.

    Example:
        >>> import torch
        >>> build("nano", 3)(torch.zeros(2, 3, 64, 64)).shape
        torch.Size([2, 3])
    """
    if name not in NETWORKS:
        raise InputError(f"no network is called {name!r}; there are {', '.join(NETWORKS)}")
    if pretrained_state is None:
        return NETWORKS[name].build(outputs)
    imagenet_start(name)
    return NETWORKS[name].build(outputs, pretrained_state)


def imagenet_start(name: str) -> str:
    """The network of torchvision, one of ``IMAGENET_FILES``, that a network starts from.

    Raises:
        WeightsError: if the network has no such start.
    """
    if name not in IMAGENET_STARTS:
        raise WeightsError(
            f"{name} cannot start from pretrained weights, only {', '.join(IMAGENET_STARTS)} "
            f"can; set the pretrained of a {name} to null in params.yaml"
        )
    return IMAGENET_STARTS[name]
