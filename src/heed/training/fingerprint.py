"""Telling whether a checkpoint belongs to the training that is about to start."""

import hashlib
from collections.abc import Iterator
from pathlib import Path

import torch
from torch import nn

from heed.params import ModelParams, TrainParams

_PACKAGE = Path(__file__).parents[1]


def fingerprint(network: nn.Module, model: ModelParams, settings: TrainParams, *data: Path) -> str:
    """Identify a training, so that only its own checkpoint is ever resumed.

    Beside the arguments the code of this package and of the networks counts:
    who stops a training to mend its loss must not resume the old one.

    Args:
        network: with its initial weights, which are part of the identity.
        model: loss and weighting.
        settings: of the training.
        *data: what the crops and labels are read from. A file counts by its
            content; of a folder, which may be large, the names and sizes of its files.

    Returns:
        16 hexadecimal digits.
    """
    digest = hashlib.sha256()
    for part in _parts(network, model, settings, data):
        digest.update(len(part).to_bytes(8, "big"))  # so that no two lists of parts run together
        digest.update(part)
    return digest.hexdigest()[:16]


def _parts(
    network: nn.Module, model: ModelParams, settings: TrainParams, data: tuple[Path, ...]
) -> Iterator[bytes]:
    yield model.model_dump_json().encode()
    yield settings.model_dump_json().encode()
    for name, tensor in network.state_dict().items():
        yield name.encode()
        yield tensor.detach().cpu().contiguous().numpy().tobytes()
    for path in data:
        if path.is_dir():
            for file in sorted(path.rglob("*")):
                if file.is_file():
                    yield f"{file.relative_to(path).as_posix()} {file.stat().st_size}".encode()
        else:
            yield path.read_bytes()
    for room in ("networks", "training"):
        for code in sorted((_PACKAGE / room).glob("*.py")):
            yield code.read_bytes()
    yield torch.__version__.encode()
