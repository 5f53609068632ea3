"""Weights on disk: safetensors files that say which network they belong to.

A file holds the tensors under their published keys
(:meth:`heed.networks.network.Network.published_state`) and the metadata
``{"network": name}``. The same weights give the same bytes.
"""

import os
from pathlib import Path

from safetensors import SafetensorError, safe_open
from safetensors.torch import save_file
from torch import Tensor

from heed.networks.catalogue import NETWORKS, build
from heed.networks.network import Network
from heed.networks.state import State, WeightsError, check_state
from heed.store import written_whole

IMPORT_REMEDY = "Make it with: heed import-weights FILE --network {network} -o OUT.safetensors"
PRETRAINED_NETWORK = "resnet50"
"""What files of torchvision's ResNet-50 are marked as: a start for training, no classifier."""


def save_weights(network: Network, path: str | os.PathLike[str]) -> None:
    """Write the weights of ``network`` as safetensors, whole or not at all."""
    save_state(network.published_state(), network.name, path)


def save_state(state: State, network: str, path: str | os.PathLike[str]) -> None:
    """Write a state dict as safetensors that belongs to the network of this name."""
    # Contiguous copies: whatever memory format the weights have, the bytes are the same.
    tensors = {key: state[key].detach().cpu().contiguous() for key in sorted(state)}
    with written_whole(path) as partial:
        save_file(tensors, partial, metadata={"network": network})


def load_network(path: str | os.PathLike[str]) -> Network:
    """Read a network with its weights, in eval mode and on the CPU.

    Raises:
        WeightsError: if the file is missing, damaged, of another format, does not
            say which network it belongs to, or does not hold exactly its weights.
    """
    state, name = read_state(path)
    if name == PRETRAINED_NETWORK:
        raise WeightsError(
            f"{path}: holds an ImageNet ResNet-50, which has no outputs for the attributes; "
            "name it as models.<name>.pretrained of a resnet51 and set its weights to train"
        )
    if name not in NETWORKS:
        found = "does not say which network it belongs to" if name is None else f"is of {name!r}"
        remedy = IMPORT_REMEDY.format(network="NAME")
        raise WeightsError(
            f"{path}: {found}; expected the metadata 'network' to be one of "
            f"{', '.join(NETWORKS)}. {remedy}"
        )
    network = build(name)
    remedy = IMPORT_REMEDY.format(network=name)
    check_state(network.published_state(), state, f"{path} ({name})", remedy)
    network.load_published_state(state)
    return network.eval()


def load_pretrained(path: str | os.PathLike[str]) -> dict[str, Tensor]:
    """Read a state dict of torchvision's ResNet-50 for :func:`heed.networks.catalogue.build`.

    Raises:
        WeightsError: if the file is missing, damaged, of another format or of
            another network. It is never downloaded.
    """
    if not Path(path).exists():
        raise WeightsError(
            f"{path}: no such file. Pretrained weights are never downloaded silently: get "
            "torchvision's resnet50-19c8e357.pth and run "
            f"heed import-weights resnet50-19c8e357.pth --network resnet50 -o {path}, "
            "or set models.<name>.pretrained to null to start from random weights"
        )
    state, name = read_state(path)
    if name not in (None, PRETRAINED_NETWORK):
        raise WeightsError(
            f"{path}: holds the weights of {name}; expected an ImageNet ResNet-50. "
            "To audit these weights set models.<name>.weights to this file instead. "
            + IMPORT_REMEDY.format(network=PRETRAINED_NETWORK)
        )
    return state


def read_state(path: str | os.PathLike[str]) -> tuple[dict[str, Tensor], str | None]:
    """Read a safetensors file: its tensors, and the network it says it belongs to.

    Raises:
        WeightsError: if the file is missing, damaged or of another format.
    """
    path = Path(path)
    if not path.is_file():
        raise WeightsError(f"{path}: no such file; expected weights as .safetensors")
    try:
        with safe_open(path, framework="pt") as content:
            name = (content.metadata() or {}).get("network")
            return {key: content.get_tensor(key) for key in content.keys()}, name  # noqa: SIM118
    except SafetensorError as error:
        raise WeightsError(f"{path}: {_what_else(path)} ({error})") from None


def is_pickle(path: Path) -> bool:
    """Whether a file begins like what ``torch.save`` writes, now or before PyTorch 1.6."""
    start = _start(path)
    return start.startswith((b"PK", b"\x80"))


def _start(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(24)


def _what_else(path: Path) -> str:
    if is_pickle(path):
        remedy = IMPORT_REMEDY.format(network="NAME").replace("FILE", str(path))
        return f"is a PyTorch pickle, not a safetensors file. {remedy}"
    return (
        f"is not a complete safetensors file: {path.stat().st_size} bytes that begin with "
        f"{_start(path)!r}. It is damaged, cut off or something else: fetch or make it again"
    )
