"""Where a training starts if not from random or ImageNet weights: from trained ones.

A network starts from weights of its own kind, or an extension from those of the
network that it extends. The code released with AFFACT-Ext loads them with
``strict=False``: keys that are missing stay random and keys that are unknown are
dropped, silently. Here only ``fc52`` may be missing, and nothing may be unknown.
"""

import os
from collections.abc import Mapping

from heed.base.errors import InputError
from heed.networks.catalogue import BASES
from heed.networks.extension import EXTENSION_LAYER, make_identity
from heed.networks.network import Network
from heed.networks.new_layer import NewLayer
from heed.networks.state import State, WeightsError, check_state
from heed.networks.weights import read_weights


def start_from(
    network: Network, source: str | os.PathLike[str] | State, new_layer: NewLayer = "random"
) -> None:
    """Load trained weights into ``network``, which is to be trained further.

    Args:
        network: what to start; only its weights change.
        source: weights of the same network, or of the one that it extends: the
            safetensors file of one, or its
            :meth:`~heed.networks.network.Network.published_state`.
        new_layer: ``fc52`` of an extension that starts from its base. ``random``
            leaves the layer as it was initialised, as AFFACT-Ext was released: its
            logits are random mixtures of the trained ones at first. With
            ``identity`` they are the trained ones.

    Raises:
        WeightsError: if the file is missing, damaged, of another format or of
            another network, or a key is missing, unexpected, of another shape or
            not finite; ``network`` is unchanged then.
        ValueError: for ``identity`` where no layer is new.
    """
    own = network.published_state()
    new = {key for key in own if key.rpartition(".")[0] == EXTENSION_LAYER}
    base = BASES.get(network.name)
    if isinstance(source, Mapping):
        label, state = "the state dict to start from", source
        name = base if base and not new & state.keys() else network.name
    else:
        label = os.fspath(source)
        state, name = read_weights(source)
    if name not in (network.name, base):
        raise WeightsError(
            f"{label}: holds the weights of {name}; expected those of "
            f"{_choices(network.name)} for a {network.name} to start from. Name another file; "
            "ImageNet weights are named as models.<name>.pretrained"
        )
    if new_layer == "identity" and name != base:
        raise InputError(
            f"{label}: found the weights of {name}, so that a {network.name} has no new layer "
            "to make the identity; expected those of the network that it extends, or "
            "new_layer: random"
        )
    expected = {key: own[key] for key in own if name != base or key not in new}
    check_state(expected, state, f"{label} ({name})", _remedy(network.name))
    network.load_published_state({**own, **state})
    if new_layer == "identity":
        make_identity(network)


def _choices(network: str) -> str:
    return f"{network} or {BASES[network]}" if network in BASES else network


def _remedy(network: str) -> str:
    return (
        f"A {network} starts from all weights of {_choices(network)}: name a file that Heed wrote "
        "after training one"
    )
