"""Weights of other makers: from a PyTorch file to the safetensors that Heed loads."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import torch
from torch import Tensor, nn

from heed.importing.pickles import RefusedError, is_network, read_without_running, state_of
from heed.networks.catalogue import BASES, IMAGENET_STARTS, NETWORKS, build
from heed.networks.resnets import IMAGENET_FILES, imagenet_network
from heed.networks.state import State, WeightsError, check_state
from heed.networks.weights import is_pickle, read_state, save_state

IMPORTABLE: Final = (*NETWORKS, *IMAGENET_FILES)

NESTED_UNDER: Final = ("state_dict", "model_state_dict", "model")
"""Where training checkpoints keep the weights, beside the optimiser's state."""

DAMAGED: Final = "It may be damaged or cut off: fetch it again"


def import_weights(
    source: str | os.PathLike[str],
    network: str,
    target: str | os.PathLike[str],
    outputs: int,
    trust: bool = False,
) -> int:
    """Turn a PyTorch file into a safetensors file of one of Heed's networks.

    ``source`` may hold a state dict, a checkpoint with a state dict in it, a whole
    pickled network, or safetensors without metadata. The prefix ``module.`` of
    ``DataParallel`` is removed. Nothing from the file is run, unless ``trust``.

    Args:
        source: the file to read.
        network: whose weights they are: one of :data:`IMPORTABLE`. ``resnet50`` and
            ``resnet152`` are torchvision's ImageNet networks, which a ``resnet51`` and
            a ``resnet153`` can be trained from.
        target: the safetensors file to write.
        outputs: the number of logits that the network must have; torchvision's have their own.
        trust: read the file with pickle, which runs whatever code it holds.

    Returns:
        The number of tensors written.

    Raises:
        WeightsError: if the file cannot be read, or its tensors are not the
            network's; nothing is written then.
    """
    if network not in IMPORTABLE:
        raise WeightsError(f"no network is called {network!r}; there are {', '.join(IMPORTABLE)}")
    expected = _expected_state(network, outputs)
    found = _completed(read_tensors(source, trust), expected)
    _check_not_other(found, network, source)
    remedy = f"Expected the weights of {network}; --network can be {', '.join(IMPORTABLE)}"
    check_state(expected, found, str(source), remedy)
    save_state({key: found[key].to(expected[key].dtype) for key in expected}, network, target)
    return len(expected)


def read_tensors(source: str | os.PathLike[str], trust: bool = False) -> dict[str, Tensor]:
    """The state dict in a PyTorch or safetensors file, without ``module.`` prefixes.

    Raises:
        WeightsError: if the file cannot be read, or holds no state dict.
    """
    path = Path(source)
    if not path.is_file():
        raise WeightsError(f"{path}: no such file")
    if path.stat().st_size == 0:
        raise WeightsError(f"{path}: is empty. Fetch it again")
    if is_pickle(path):
        return _without_module(_tensors_in(_unpickled(path, trust), path))
    return _without_module(read_state(path)[0])


def _unpickled(path: Path, trust: bool) -> Any:
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


def _refused(path: Path, error: RefusedError) -> WeightsError:
    return WeightsError(
        f"{path}: cannot be read without running code from it: {error}. Nothing was run. "
        "If you know where the file is from and trust its makers, repeat with --trust, "
        "which runs whatever it holds"
    )


def _tensors_in(content: Any, path: Path) -> dict[str, Tensor]:
    if isinstance(content, Mapping):
        for key in NESTED_UNDER:
            if isinstance(content.get(key), Mapping) or is_network(content.get(key)):
                return _tensors_in(content[key], path)
    if isinstance(content, nn.Module):
        return dict(content.state_dict())
    if is_network(content):
        try:
            return state_of(content)
        except RefusedError as error:
            raise _refused(path, error) from None
    if isinstance(content, Mapping):
        tensors = {key: value for key, value in content.items() if isinstance(value, Tensor)}
        if (
            tensors
            and len(tensors) == len(content)
            and all(isinstance(key, str) for key in tensors)
        ):
            return tensors
        names = ", ".join(map(str, list(content)[:5])) or "nothing"
        found = f"a mapping that holds {names}"
    else:
        found = f"an object of type {type(content).__name__}"
    raise WeightsError(
        f"{path}: found {found}; expected a state dict (names of layers to tensors), a "
        f"checkpoint with one under {', '.join(NESTED_UNDER)}, or a pickled network"
    )


def _without_module(state: State) -> dict[str, Tensor]:
    prefix = "module."
    if state and all(key.startswith(prefix) for key in state):
        return _without_module({key.removeprefix(prefix): state[key] for key in state})
    return dict(state)


def _completed(found: dict[str, Tensor], expected: State) -> dict[str, Tensor]:
    # Networks converted from Caffe or saved before PyTorch 0.4.1 lack the batch norms'
    # counters, which nothing here reads.
    counters = {
        key: torch.zeros_like(tensor, device="cpu")
        for key, tensor in expected.items()
        if key.endswith("num_batches_tracked")
    }
    return {**counters, **found}


def _expected_state(network: str, outputs: int) -> dict[str, Tensor]:
    with torch.device("meta"):  # names, shapes and types, without drawing the weights
        if network in IMAGENET_FILES:
            return dict(imagenet_network(network).state_dict())
        return build(network, outputs).published_state()


def _check_not_other(found: State, network: str, source: str | os.PathLike[str]) -> None:
    """Say so if the weights are those of a relative: with other layers behind the pooling."""
    relatives = [name for name in IMPORTABLE if _origin(name) == _origin(network)]
    heads = {name: set(_head_layers(name)) for name in relatives}
    held = {layer for layer in set().union(*heads.values()) if f"{layer}.weight" in found}
    other = next((name for name, layers in heads.items() if layers == held), network)
    if other == network:
        return
    without = ", ".join(sorted(heads[network] - held))
    if other in IMAGENET_FILES:
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
    more = ", ".join(sorted(held - heads[network]))
    raise WeightsError(f"{source}: holds a {other}, with {more}; import it with --network {other}")


def _origin(network: str) -> str:
    return IMAGENET_STARTS.get(network) or BASES.get(network, network)


def _head_layers(network: str) -> tuple[str, ...]:
    if network in IMAGENET_FILES:
        return ("fc",)
    with torch.device("meta"):
        return build(network, outputs=1).head.layer_names
