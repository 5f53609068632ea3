"""The study's networks: built by a run's parameters, written with them, and read back."""

import json
import os
from typing import Final

from torch import nn

from heed.base.settings import validated
from heed.methods.run_settings import RunParams
from heed.networks.catalogue import build
from heed.networks.network import Head, Network
from heed.networks.state import check_state
from heed.networks.weights import load_pretrained
from heed.networks.weights_file import metadata_of, read_state, save_state
from heed.small_networks.network import small_network

RECIPE: Final = "run"
"""Key of a file's metadata that says what its network is made of."""

PARTS: Final = ("network", "depth", "batch_norm", "stride", "width", "dropout")
"""Parameters of a run that decide what its network is made of."""


def new_network(run: RunParams) -> Network:
    """A network of one output with random weights, or with those that it starts from.

    Args:
        run: of ``base`` or a level. Torch's seed decides the random weights.
    """
    if run.network == "small":
        return small_network(run.small, outputs=1)
    pretrained = load_pretrained(run.pretrained, run.network) if run.pretrained else None
    network = build(run.network, 1, pretrained)
    if run.dropout == 0:
        return network
    layers = {name: network.head.get_submodule(name) for name in network.head.layer_names}
    head = Head({"dropout": nn.Dropout(run.dropout), **layers})
    return Network(network.name, network.trunk, head, network.mean, network.std)


def save_network(
    network: Network, path: str | os.PathLike[str], run: RunParams, *, guard: bool = True
) -> None:
    """Write a network's weights, and what it is made of.

    Args:
        network: of :func:`new_network`.
        path: of the file, safetensors.
        run: of the same call.
        guard: see :func:`heed.base.files.written_whole`.
    """
    more = {RECIPE: json.dumps(run.model_dump(), sort_keys=True)}
    save_state(network.published_state(), network.name, path, guard=guard, more=more)


def load_saved(path: str | os.PathLike[str]) -> Network:
    """Read a network that :func:`save_network` has written, in eval mode.

    Raises:
        WeightsError: the file is missing, damaged, or of another network.
    """
    said = json.loads(metadata_of(path).get(RECIPE, "{}"))
    run = validated(RunParams, RECIPE, said, path)
    network = new_network(run.model_copy(update={"pretrained": None}))
    state, _ = read_state(path)
    check_state(network.published_state(), state, str(path), "Run the stage train again")
    network.load_published_state(state)
    return network.eval()
