"""The networks by name, as ``models.<name>.network`` in ``params.yaml`` gives them."""

from collections.abc import Callable
from typing import Final

from heed.networks.affact import affact
from heed.networks.extension import extended
from heed.networks.nano import nano
from heed.networks.network import Network
from heed.networks.resnets import resnet51, resnet153
from heed.networks.state import State, WeightsError

NETWORKS: Final[dict[str, Callable[[], Network]]] = {
    "nano": nano,
    "nano_ext": lambda: extended(nano()),
    "resnet51": resnet51,
    "resnet51_ext": lambda: extended(resnet51()),
    "resnet153": resnet153,
    "affact": affact,
}

BASES: Final = {"nano_ext": "nano", "resnet51_ext": "resnet51"}
"""The extensions, and the network that each extends."""

IMAGENET_STARTS: Final = {
    "resnet51": "resnet50",
    "resnet51_ext": "resnet50",
    "resnet153": "resnet152",
}
"""The networks that can start from ImageNet weights, and whose weights these are."""


def build(name: str, pretrained_state: State | None = None) -> Network:
    """A network with random weights, in training mode.

    Args:
        name: one of :data:`NETWORKS`.
        pretrained_state: ImageNet weights to start from: a state dict of the
            network of torchvision that :data:`IMAGENET_STARTS` names.

    Raises:
        ValueError: for an unknown name.
        WeightsError: if the network cannot start from ``pretrained_state``.
    """
    if name not in NETWORKS:
        raise ValueError(f"no network is called {name!r}; there are {', '.join(NETWORKS)}")
    if pretrained_state is None:
        return NETWORKS[name]()
    imagenet_start(name)
    if name == "resnet153":
        return resnet153(pretrained_state)
    network = resnet51(pretrained_state)
    return extended(network) if name in BASES else network


def imagenet_start(name: str) -> str:
    """The network of torchvision, one of ``IMAGENET_NETWORKS``, that a network starts from.

    Raises:
        WeightsError: if the network has no such start.
    """
    if name not in IMAGENET_STARTS:
        raise WeightsError(
            f"{name} cannot start from pretrained weights, only {', '.join(IMAGENET_STARTS)} "
            f"can; set the pretrained of a {name} to null in params.yaml"
        )
    return IMAGENET_STARTS[name]
