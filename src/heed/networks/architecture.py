"""What the files of :mod:`heed.networks.architectures` register."""

from collections.abc import Callable
from dataclasses import dataclass

from heed.networks.network import Network


@dataclass(frozen=True)
class Architecture:
    """A network that can be built by name, and where it can start from.

    The files of :mod:`heed.networks.architectures` each register one (see
    :mod:`heed.base.registry`): ``tiny.py`` with ``ENTRY = Architecture(...)`` is all that a network
    ``tiny`` takes.

    Attributes:
        build: makes the network with random weights from its number of outputs. One with an
            ``imagenet`` also takes a state dict of that network, to start from.
        output_layer: the layer of its head that has as many outputs as the network.
        extends: the network that it is an extension of.
        imagenet: the network of torchvision whose ImageNet weights it can start from.
    """

    build: Callable[..., Network]
    output_layer: str
    extends: str | None = None
    imagenet: str | None = None
