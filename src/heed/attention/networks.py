"""The study's networks: as they start, and as they were stored."""

import os
from pathlib import Path

import torch

from heed.attention import paths
from heed.attention.run_settings import NetworkParams
from heed.base.errors import InputError
from heed.celeba.attributes import ATTRIBUTE_COUNT
from heed.networks.catalogue import build
from heed.networks.network import Network
from heed.networks.of_torchvision import start_from_imagenet
from heed.networks.other import AUTO, OtherNetwork, other_network
from heed.networks.settings import is_other, mean_and_std
from heed.networks.weights import load_network, load_pretrained
from heed.networks.weights_file import read_state

AnyNetwork = Network | OtherNetwork


def new_network(params: NetworkParams, seed: int) -> AnyNetwork:
    """A network as its training starts, on the CPU.

    Args:
        params: which, and what it starts from.
        seed: of its random weights.

    Raises:
        WeightsError: the weights that it starts from are not there, or not this network's.
        NetworkError: another network cannot be made.
    """
    torch.manual_seed(seed)
    file = params.pretrained and os.path.expanduser(params.pretrained)
    if is_other(params.name):
        network = other_network(params.name, ATTRIBUTE_COUNT, AUTO, mean_and_std(params.name))
        if file:
            state, _ = read_state(file)
            start_from_imagenet(network.network, params.name, state, file)
        return network
    return build(params.name, ATTRIBUTE_COUNT, load_pretrained(file, params.name) if file else None)


def stored_network(file: str | os.PathLike[str]) -> AnyNetwork:
    """A network of the study with its weights, in eval mode on the CPU."""
    return load_network(file, ATTRIBUTE_COUNT, run_python=True)


def weights_of(name: str) -> list[Path]:
    """The files of the trainings of a network or a run, by their seeds.

    Raises:
        InputError: there are none.
    """
    folder = Path(paths.networks(name))
    files = sorted(folder.glob("*.safetensors"), key=lambda file: int(file.stem))
    if not files:
        raise InputError(f"{folder}: found no weights; run `dvc repro`")
    return files
