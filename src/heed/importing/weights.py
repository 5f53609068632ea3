"""Weights of other makers: from a PyTorch file to the safetensors that Heed loads."""

import os
import zipfile
from collections.abc import Mapping
from contextlib import nullcontext
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

import torch
from torch import Tensor

from heed.importing.pickles import RefusedError, Stub, read_without_running
from heed.importing.state_dicts import AmbiguousError, Found, Leaf, find_network, leaves_of
from heed.networks.catalogue import BASES, IMAGENET_STARTS, NETWORKS, build
from heed.networks.of_torchvision import OTHER_HEADS, outputs_in
from heed.networks.other import other_network
from heed.networks.resnets import CLASSIFIER, IMAGENET_FILES, IMAGENET_OUTPUTS
from heed.networks.settings import PYTHON, TORCHVISION, is_other, network_name
from heed.networks.state import NAMED_AT_MOST, State, WeightsError, check_state
from heed.networks.weights_file import is_pickle, metadata_of, read_state, save_state

DAMAGED: Final = "It may be damaged or cut off: fetch it again"


@dataclass(frozen=True)
class Imported:
    """What was taken from a file."""

    tensors: int
    """How many were written."""
    prefix: str
    """What stood before the names of the layers, such as ``state_dict.model.``."""
    left_out: tuple[str, ...]
    """What else the file holds; a whole branch of it by its name."""


def import_weights(
    source: str | os.PathLike[str],
    network: str,
    target: str | os.PathLike[str],
    outputs: int,
    trust: bool = False,
    prefix: str | None = None,
) -> Imported:
    """Turn a PyTorch file into a safetensors file that Heed reads.

    ``source`` may hold a state dict, a whole pickled network, or a checkpoint with one of these
    anywhere in it, and safetensors without metadata. What wrappers put before the names of the
    layers (``module.`` of DataParallel, ``_orig_mod.`` of torch.compile, ``model.`` of a Lightning
    module) is found and removed; what stands beside the weights is left out. Nothing from the file
    is run, unless ``trust``.

    Args:
        source: the file to read.
        network: whose weights they are: one of :data:`heed.networks.catalogue.NETWORKS`,
            ``torchvision:NAME`` or ``python:MODULE:FUNCTION``, whose function is called. A network
            of torchvision may have ImageNet's 1000 outputs: a training can start from it.
        target: the safetensors file to write.
        outputs: the number of logits that the network must have.
        trust: read the file with pickle, which runs whatever code it holds.
        prefix: what stands before the names of the layers; None finds it.

    Raises:
        WeightsError: if the file cannot be read, its tensors are not the network's, or it holds
            the network several times; nothing is written then.
        NetworkError: there is no such network.
    """
    try:
        network_name(network)
    except ValueError as error:
        raise WeightsError(f"no network is called {network!r}; {error}") from None
    _check_target(Path(target), Path(source))
    leaves = read_leaves(source, trust)
    try:
        expected, found = _look_for(network, leaves, outputs, prefix)
    except AmbiguousError as error:
        raise WeightsError(f"{source}: {error}") from None
    if prefix is not None and not expected.keys() & found.state.keys():
        raise _nothing_behind(prefix, network, leaves, outputs, source)
    _check_nothing_would_run(found, leaves, expected, source)
    heads = {k for k in found.state if k not in expected and k.startswith(OTHER_HEADS)}
    state = {**_counters(expected), **{k: v for k, v in found.state.items() if k not in heads}}
    if expected.keys() != state.keys():
        _check_not_other(leaves, network, outputs, prefix, source)
    others = ", ".join((*NETWORKS, f"{TORCHVISION}NAME", f"{PYTHON}MODULE:FUNCTION"))
    remedy = f"Expected the weights of {network}; --network can be {others}"
    check_state(expected, state, str(source), remedy)
    save_state({key: state[key].to(expected[key].dtype) for key in expected}, network, target)
    left_out = (*found.others, *sorted({key.partition(".")[0] for key in heads}))
    return Imported(len(expected), found.prefix, left_out)


def _check_target(target: Path, source: Path) -> None:
    if target.is_dir():
        raise WeightsError(f"{target}: is a folder; expected the file to write")
    if source.is_dir():
        raise WeightsError(f"{source}: is a folder; expected a file of weights in it")
    if not target.exists():
        return
    if source.exists() and target.samefile(source):
        raise WeightsError(f"{target}: is the file to read; expected another name to write to")
    try:
        ours = "network" in metadata_of(target)
    except WeightsError:
        ours = False
    if not ours:
        raise WeightsError(
            f"{target}: found a file that Heed did not write; delete it, or choose another name "
            "to write to"
        )


def _nothing_behind(
    prefix: str,
    network: str,
    leaves: dict[str, Leaf],
    outputs: int,
    source: str | os.PathLike[str],
) -> WeightsError:
    said = f"{source}: nothing of a {network} stands behind --prefix {prefix!r}"
    try:
        _, found = _look_for(network, leaves, outputs, None)
    except AmbiguousError as error:
        return WeightsError(f"{said}. The file {error}")
    return WeightsError(f"{said}; its tensors stand behind {found.prefix!r}")


def read_leaves(source: str | os.PathLike[str], trust: bool = False) -> dict[str, Leaf]:
    """All that a PyTorch or safetensors file holds, laid out flat.

    Raises:
        WeightsError: if the file cannot be read, or holds no tensors.
    """
    path = Path(source)
    if not path.is_file():
        raise WeightsError(f"{path}: no such file")
    if path.stat().st_size == 0:
        raise WeightsError(f"{path}: is empty. Fetch it again")
    if not is_pickle(path):
        return leaves_of(read_state(path)[0])
    content = _unpickled(path, trust)
    try:
        leaves = leaves_of(content)
    except RefusedError as error:
        raise WeightsError(f"{path}: cannot be read: {error}. Nothing was run") from None
    if not any(isinstance(leaf.value, Tensor) for leaf in leaves.values()):
        raise _without_tensors(content, leaves, path)
    return leaves


def _unpickled(path: Path, trust: bool) -> Any:
    if _is_torchscript(path):
        raise WeightsError(
            f"{path}: is TorchScript, a network's code beside its weights; expected weights. Save "
            "them alone: torch.save(torch.jit.load(path).state_dict(), other_path)"
        )
    try:
        if trust:
            return torch.load(path, map_location="cpu", weights_only=False)
        return read_without_running(path)
    except RefusedError as error:
        raise _refused(path, error) from None
    except (ImportError, AttributeError) as error:
        # Full unpickling wants the classes themselves.
        remedy = "Repeat without --trust, which needs no classes" if trust else DAMAGED
        raise WeightsError(f"{path}: cannot be read ({error}). {remedy}") from error
    except Exception as error:  # a damaged file fails anywhere: in zip, pickle or tensors
        first_line = str(error).strip().split("\n")[0]
        raise WeightsError(
            f"{path}: cannot be read ({type(error).__name__}: {first_line}). {DAMAGED}"
        ) from error


def _is_torchscript(path: Path) -> bool:
    if not zipfile.is_zipfile(path):
        return False
    with zipfile.ZipFile(path) as archive:
        # torch.load itself tells it by this file.
        return any(name.count("/") == 1 and name.endswith("/constants.pkl")
                   for name in archive.namelist())  # fmt: skip


def _refused(path: Path, error: RefusedError) -> WeightsError:
    return WeightsError(
        f"{path}: cannot be read without running code from it: {error}. Nothing was run. "
        "If you know where the file is from and trust its makers, repeat with --trust, "
        "which runs whatever it holds"
    )


def _without_tensors(content: Any, leaves: Mapping[str, Leaf], path: Path) -> WeightsError:
    calls = [type(leaf.value).__name__ for leaf in leaves.values() if isinstance(leaf.value, Stub)]
    if calls:
        return _refused(path, RefusedError(f"it asks to call {calls[0]}"))
    if isinstance(content, Mapping):
        names = ", ".join(map(str, list(content)[:NAMED_AT_MOST])) or "nothing"
        found = f"a mapping that holds {names}"
    else:
        found = f"an object of type {type(content).__name__}"
    return WeightsError(
        f"{path}: found {found}, and no tensors in it; expected a state dict (names of layers to "
        "tensors), a checkpoint with one, or a pickled network"
    )


def _look_for(
    network: str, leaves: Mapping[str, Leaf], outputs: int, prefix: str | None
) -> tuple[dict[str, Tensor], Found]:
    """What a network of this name needs, and what the file has of it."""
    expected, names = _expected_state(network, outputs)
    found = find_network(leaves, names, expected.keys() - _counters(expected).keys(), prefix)
    if _has_imagenet_outputs(network, found.state, expected) and outputs != IMAGENET_OUTPUTS:
        expected, _ = _expected_state(network, IMAGENET_OUTPUTS)
    return expected, found


@cache
def _expected_state(network: str, outputs: int) -> tuple[dict[str, Tensor], dict[str, str]]:
    """A network's keys with tensors of their shapes, and all names that a key has in files."""
    if is_other(network):
        with torch.device("meta") if network.startswith(TORCHVISION) else nullcontext():
            state = other_network(network, outputs).published_state()
        return state, {key: key for key in state}
    with torch.device("meta"):  # names, shapes and types, without drawing the weights
        made = build(network, outputs)
        published = made.published_state()
        own = made.state_dict()
    # Heed's own modules are named trunk.<key> and head.<key>.
    names = {name: name.partition(".")[2] for name in own}
    return published, {**names, **{key: key for key in published}}


def _has_imagenet_outputs(network: str, state: State, expected: State) -> bool:
    if network.startswith(TORCHVISION):
        whole = not expected.keys() - _counters(expected).keys() - state.keys()
        return whole and outputs_in(state, network) == IMAGENET_OUTPUTS
    bias = state.get(f"{CLASSIFIER}.bias")
    return network in IMAGENET_FILES and bias is not None and bias.shape == (IMAGENET_OUTPUTS,)


def _counters(expected: State) -> dict[str, Tensor]:
    # Networks converted from Caffe or saved before PyTorch 0.4.1 lack the batch norms'
    # counters, which nothing here reads.
    return {
        key: torch.zeros_like(tensor, device="cpu")
        for key, tensor in expected.items()
        if key.endswith("num_batches_tracked")
    }


def _check_nothing_would_run(
    found: Found, leaves: Mapping[str, Leaf], expected: State, source: str | os.PathLike[str]
) -> None:
    for key in expected:
        leaf = leaves.get(found.prefix + key)
        if leaf is not None and isinstance(leaf.value, Stub):
            call = f"it asks to call {type(leaf.value).__name__} for {key}"
            raise _refused(Path(source), RefusedError(call))


def _check_not_other(
    leaves: Mapping[str, Leaf],
    network: str,
    outputs: int,
    prefix: str | None,
    source: str | os.PathLike[str],
) -> None:
    """Say so if the weights are, by the names of their layers, those of another network."""
    for other in NETWORKS:
        expected, found = _look_for(other, leaves, outputs, prefix)
        if found.state.keys() | _counters(expected).keys() == expected.keys():
            break
    else:
        return
    layers = _head_layers(other)
    without = ", ".join(sorted(_head_layers(network) - layers))
    if IMAGENET_STARTS.get(network) == other and _has_imagenet_outputs(
        other, found.state, expected
    ):
        raise WeightsError(
            f"{source}: holds torchvision's {other}, without {without}, where the attributes "
            f"are. To train a {network} from it, import it with --network {other} and name the "
            "result as models.<name>.pretrained"
        )
    if other == BASES.get(network):
        raise WeightsError(
            f"{source}: holds a {other}, without {without}; import it with --network {other}. "
            f"The training of a {network} can start from the result"
        )
    related = _origin(network) == _origin(other)
    more = ", ".join(sorted(layers - _head_layers(network))) if related else ""
    having = f", with {more}" if more else ""
    raise WeightsError(f"{source}: holds a {other}{having}; import it with --network {other}")


def _origin(network: str) -> str:
    return IMAGENET_STARTS.get(network) or BASES.get(network, network)


@cache
def _head_layers(network: str) -> set[str]:
    if is_other(network):
        return set()
    with torch.device("meta"):
        return set(build(network, outputs=1).head.layer_names)
