"""Telling whether a checkpoint belongs to the training that is about to start."""

import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import torch
from pydantic import BaseModel
from torch import nn

_PACKAGE = Path(__file__).parents[1]

_ROOMS = ("geometry", "networks", "training")
"""Whose code decides what a network sees and learns."""


FINGERPRINT: Final = r"[0-9a-f]{16}"
"""What a fingerprint looks like."""


def fingerprint(network: nn.Module, *parts: BaseModel | Path | bytes) -> str:
    """Identify a training, so that only its own checkpoint is ever resumed.

    Beside the arguments the code of this package and of the networks counts:
    who stops a training to mend its loss must not resume the old one.

    Args:
        network: with its initial weights, which are part of the identity.
        *parts: what else the training depends on, in a fixed order: parameters (loss and
            weighting, settings, augmentation, ...), and what images and labels are read
            from. A file counts by its content; of a folder, which may be large, the names
            and sizes of its files.

    Returns:
        16 hexadecimal digits.
    """
    digest = hashlib.sha256()
    for part in _bytes_of(network, parts):
        digest.update(len(part).to_bytes(8, "big"))  # so that no two lists of parts run together
        digest.update(part)
    return digest.hexdigest()[:16]


def _bytes_of(network: nn.Module, parts: tuple[BaseModel | Path | bytes, ...]) -> Iterator[bytes]:
    for name, tensor in network.state_dict().items():
        yield name.encode()
        yield tensor.detach().cpu().contiguous().numpy().tobytes()
    for part in parts:
        if isinstance(part, BaseModel):
            yield type(part).__name__.encode()
            yield part.model_dump_json().encode()
        elif isinstance(part, bytes):
            yield part
        elif part.is_dir():
            for file in sorted(part.rglob("*")):
                if file.is_file():
                    yield f"{file.relative_to(part).as_posix()} {file.stat().st_size}".encode()
        else:
            yield part.read_bytes()
    for room in _ROOMS:
        for code in sorted((_PACKAGE / room).glob("*.py")):
            yield code.read_bytes()
    yield torch.__version__.encode()
