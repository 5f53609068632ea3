"""The networks by name, as ``models.<name>.network`` in ``params.yaml`` gives them."""

from collections.abc import Callable
from typing import Final

from heed.networks.affact import affact
from heed.networks.nano import nano
from heed.networks.network import Network
from heed.networks.resnet51 import resnet51
from heed.networks.state import State, WeightsError

NETWORKS: Final[dict[str, Callable[[], Network]]] = {
    "nano": nano,
    "resnet51": resnet51,
    "affact": affact,
}


def build(name: str, pretrained_state: State | None = None) -> Network:
    """A network with random weights, in training mode.

    Args:
        name: one of :data:`NETWORKS`.
        pretrained_state: for ``resnet51`` a state dict of torchvision's ResNet-50
            to start from.

    Raises:
        ValueError: for an unknown name.
        WeightsError: if the network cannot start from ``pretrained_state``.
    """
    if name not in NETWORKS:
        raise ValueError(f"no network is called {name!r}; there are {', '.join(NETWORKS)}")
    if pretrained_state is None:
        return NETWORKS[name]()
    if name != "resnet51":
        raise WeightsError(
            f"{name} cannot start from pretrained weights, only resnet51 can; "
            "set models.<name>.pretrained to null"
        )
    return resnet51(pretrained_state)
