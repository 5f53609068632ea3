"""Networks with their weights, from safetensors files (:mod:`heed.networks.weights_file`)."""

import os
from typing import TYPE_CHECKING, overload

from torch import Tensor

from heed.networks.catalogue import IMAGENET_STARTS, NETWORKS, build, imagenet_start
from heed.networks.names import is_other
from heed.networks.network import Network
from heed.networks.resnets import IMAGENET_FILES, IMAGENET_OUTPUTS, imagenet_network
from heed.networks.state import State, WeightsError, check_state
from heed.networks.weights_file import IMPORT_REMEDY, metadata_of, read_state, save_state

if TYPE_CHECKING:
    from heed.networks.other import OtherNetwork


def save_weights(
    network: "Network | OtherNetwork", path: str | os.PathLike[str], *, guard: bool = True
) -> None:
    """Write the weights of ``network`` as safetensors, whole or not at all.

    Args:
        network: whose weights are written.
        path: of the file.
        guard: see :func:`heed.base.files.written_whole`.
    """
    more = {} if isinstance(network, Network) else network.metadata
    save_state(network.published_state(), network.name, path, guard=guard, more=more)


@overload
def load_network(
    path: str | os.PathLike[str], outputs: int | None = None, *, run_python: None = None
) -> Network: ...
@overload
def load_network(
    path: str | os.PathLike[str], outputs: int | None = None, *, run_python: bool
) -> "Network | OtherNetwork": ...
def load_network(
    path: str | os.PathLike[str], outputs: int | None = None, *, run_python: bool | None = None
) -> "Network | OtherNetwork":
    """Read a network with its weights, in eval mode and on the CPU.

    Args:
        path: a safetensors file that says which network it belongs to: one of
            :data:`heed.networks.catalogue.NETWORKS`, a classifier ``torchvision:NAME``, or
            ``python:MODULE:FUNCTION``. ``heed import-weights`` makes one from PyTorch's files. No
            code in it is run.
        outputs: the number of logits that the network must have; None takes as many as the file
            holds, or says.
        run_python: whether the function that a file of a ``python:`` network names may be called:
            say so of files that you know. Without it such a file is refused.

    Returns:
        The network: ``network(images)`` gives its logits (B, A) float32 for RGB images
        (B, 3, S, S) in 0..1, S a multiple of 32; ``network.features`` and ``network.head`` are
        its two halves, but those of an :class:`heed.networks.other.OtherNetwork`, which has none.

    Raises:
        WeightsError: if the file is missing, damaged, of another format, does not
            say which network it belongs to, or does not hold exactly its weights.
        NetworkError: another network cannot be made.

    Example:
        >>> import tempfile, torch
        >>> from heed.networks.catalogue import build
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     save_weights(build("nano", outputs=2), f"{folder}/mine.safetensors")
        ...     network = load_network(f"{folder}/mine.safetensors")
        >>> network(torch.rand(4, 3, 96, 96)).shape
        torch.Size([4, 2])
    """
    said = metadata_of(path)
    if is_other(said.get("network", "")):
        # Here: what is said of them is validated by pydantic, which the library does without.
        from heed.networks.other_weights import load_other

        return load_other(path, outputs, said, bool(run_python))
    state, name = read_weights(path)
    found = _outputs_in(state, name)
    if name in IMAGENET_FILES and outputs != found == IMAGENET_OUTPUTS and outputs is not None:
        users = " or ".join(key for key, start in IMAGENET_STARTS.items() if start == name)
        raise WeightsError(
            f"{path}: holds an ImageNet {name} with {found} outputs; expected {outputs}, one for "
            f"each attribute. To train from it, name it as models.<name>.pretrained of a {users} "
            "and set its weights to train"
        )
    network = build(name, found if outputs is None else outputs)
    remedy = IMPORT_REMEDY.format(network=name)
    check_state(network.published_state(), state, f"{path} ({name})", remedy)
    network.load_published_state(state)
    return network.eval()


def _outputs_in(state: State, name: str) -> int:
    """How many logits these weights make; 1 where the layer is missing, which is refused next."""
    layer = NETWORKS[name].output_layer
    found = [state[key] for key in (f"{layer}.weight", f"{layer}.bias") if key in state]
    return len(found[0]) if found and found[0].ndim else 1


def read_weights(path: str | os.PathLike[str]) -> tuple[dict[str, Tensor], str]:
    """Read the tensors of a file, and which of ``NETWORKS`` it says it belongs to.

    Whether they are all of that network's is not checked.

    Raises:
        WeightsError: if the file is missing, damaged, of another format, or does
            not say that it belongs to one of these networks.
    """
    state, name = read_state(path)
    if name is None or name not in NETWORKS:
        found = "does not say which network it belongs to" if name is None else f"is of {name!r}"
        remedy = IMPORT_REMEDY.format(network="NAME")
        raise WeightsError(
            f"{path}: {found}; expected the metadata 'network' to be one of "
            f"{', '.join(NETWORKS)}. {remedy}"
        )
    return state, name


def check_pretrained(path: str | os.PathLike[str], network: str | None = None) -> list[str]:
    """Refuse ImageNet weights that are not there, before anything runs that needs them.

    Args:
        path: where they should be.
        network: which network is to start from them; without it, any that can.

    Returns:
        The names of torchvision's networks that they may be of.

    Raises:
        WeightsError: if there is no such file, or the network has no such start.
    """
    fitting = [imagenet_start(network)] if network else list(IMAGENET_FILES)
    if not os.path.isfile(os.path.expanduser(path)):
        commands = " or ".join(
            f"heed import-weights {IMAGENET_FILES[name]} --network {name} -o {path}"
            for name in fitting
        )
        raise WeightsError(
            f"{path}: no such file. Pretrained weights are never downloaded silently: get "
            f"torchvision's {' or '.join(IMAGENET_FILES[name] for name in fitting)} and run "
            f"{commands}, or set pretrained to null in params.yaml to start from random weights"
        )
    return fitting


def load_pretrained(path: str | os.PathLike[str], network: str | None = None) -> dict[str, Tensor]:
    """Read ImageNet weights for :func:`heed.networks.catalogue.build`.

    Args:
        path: a safetensors file with a state dict of one of torchvision's networks.
        network: which network is to start from it; without it, any that can.

    Raises:
        WeightsError: if the file is missing, damaged, of another format or of
            another network, or the network has no such start. It is never downloaded.
    """
    fitting = check_pretrained(path, network)
    state, name = read_state(path)
    if name is not None and name not in fitting:
        instead = (
            "To audit these weights set models.<name>.weights to this file instead. "
            if name in NETWORKS and name not in IMAGENET_FILES
            else ""
        )
        remedy = IMPORT_REMEDY.format(network=" or ".join(fitting))
        raise WeightsError(
            f"{path}: holds the weights of {name}; expected an ImageNet "
            f"{' or '.join(fitting)}. {instead}{remedy}"
        )
    return state


def check_start(path: str | os.PathLike[str], network: str) -> None:
    """Refuse a file that holds no complete ImageNet weights for this network to start from.

    Raises:
        WeightsError: as :func:`load_pretrained`, and if a key is missing, unexpected, of another
            shape or not finite.
    """
    state = load_pretrained(path, network)
    name = imagenet_start(network)
    expected = imagenet_network(name).state_dict()
    check_state(expected, state, f"{path} ({name})", IMPORT_REMEDY.format(network=name))
