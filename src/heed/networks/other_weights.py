"""Weights of networks that Heed does not build itself, on disk."""

import json
import os
from collections.abc import Mapping

from heed.networks.of_python import OUTPUTS
from heed.networks.of_torchvision import outputs_in
from heed.networks.other import AUTO, OtherNetwork, other_network
from heed.networks.settings import PYTHON, TORCHVISION, MeanAndStd
from heed.networks.state import State, WeightsError, check_state
from heed.networks.weights_file import IMPORT_REMEDY, read_state


def load_other(
    path: str | os.PathLike[str], outputs: int | None, said: Mapping[str, str], run_python: bool
) -> OtherNetwork:
    """Read a network that Heed does not build itself, in eval mode and on the CPU.

    Args:
        path: its safetensors file.
        outputs: see :func:`load_network`.
        said: the metadata of the file.
        run_python: see :func:`load_network`.

    Raises:
        WeightsError: the file does not hold exactly its weights, or names a function that may not
            be called.
        NetworkError: the network cannot be made.
    """
    name = said["network"]
    if name.startswith(PYTHON) and not run_python:
        raise WeightsError(
            f"{path}: holds the weights of {name}, a function of somebody's own. If you know the "
            "file and that function, let it be called: load_network(path, run_python=True)"
        )
    state, _ = read_state(path)
    if outputs is None and name.startswith(TORCHVISION):
        outputs = outputs_in(state, name)
    if outputs is None and said.get(OUTPUTS, "").isdecimal():
        outputs = int(said[OUTPUTS])
    normalise = None
    if "mean" in said and "std" in said:
        normalise = MeanAndStd(mean=json.loads(said["mean"]), std=json.loads(said["std"]))
    network = other_network(name, outputs, said.get("layer", AUTO), normalise)
    load_into(network, state, str(path))
    return network.eval()


def load_into(network: OtherNetwork, state: State, source: str) -> None:
    """Load a state dict into a network that Heed did not build.

    Args:
        network: any; only its weights change.
        state: with exactly its keys.
        source: the file that it is from, for messages.

    Raises:
        WeightsError: it has other keys or shapes, or values that are not finite.
    """
    remedy = IMPORT_REMEDY.format(network=network.name)
    check_state(network.published_state(), state, f"{source} ({network.name})", remedy)
    network.load_published_state(state)
