"""Telling whether a checkpoint belongs to the training that is about to start.

A training is identified by what it is made from: parameters, data, initial weights and
:data:`FORMAT`. The code is not looked at: what an edit of it makes stale is DVC's business, which
runs the stage again and has a training that it has recorded start anew
(:mod:`heed.training.checkpoints`). See docs/decisions/what-a-checkpoint-belongs-to.md.
"""

import hashlib
from pathlib import Path
from typing import Final, TypeAlias

import torch
from pydantic import BaseModel
from torch import nn

FORMAT: Final = 2
"""Version of what a checkpoint holds and of what the parameters mean.

Raise it with every change after which an interrupted training must not go on: another content of
the checkpoint, or another course of the training (loss, balancing, optimiser, order of images,
random numbers) for the same parameters. Checkpoints of before are then left alone and the
training starts anew; so does a search, whose trials would not compare any more.
``tests/training/test_format.py`` fails when a training takes another course.
"""

FINGERPRINT: Final = r"[0-9a-f]{16}"
"""What a fingerprint looks like."""

Part: TypeAlias = BaseModel | Path | bytes
"""What a training depends on: parameters, a file or a folder, or what else has bytes."""


def digest(*parts: Part) -> str:
    """Identify what is made from some parts by them, and by :data:`FORMAT`.

    Args:
        *parts: in a fixed order. Parameters count by their kind and values; a file by its
            content, not its name; a folder by the names below it and the content of its files.

    Returns:
        16 hexadecimal digits.

    Example:
        >>> digest(b"faces") == digest(b"faces")
        True
        >>> digest(b"fa", b"ces") == digest(b"faces")
        False
    """
    total = hashlib.sha256()
    for content in (str(FORMAT).encode(), *map(_content, parts)):
        total.update(len(content).to_bytes(8, "big"))  # so that no two lists run together
        total.update(content)
    return total.hexdigest()[:16]


def fingerprint(network: nn.Module, *parts: Part) -> str:
    """Identify a training, so that only its own checkpoint is ever resumed.

    PyTorch's version counts as well: another one adds numbers in another order, and the weights
    would be those of neither.

    Args:
        network: with its initial weights.
        *parts: what else the training depends on, see :func:`digest`: parameters (loss and
            weighting, settings, augmentation, ...), and what images and labels are read from.

    Returns:
        16 hexadecimal digits.
    """
    weights = hashlib.sha256()
    for name, tensor in network.state_dict().items():
        weights.update(name.encode())
        weights.update(tensor.detach().cpu().contiguous().numpy().tobytes())
    return digest(weights.digest(), torch.__version__.encode(), *parts)


def _content(part: Part) -> bytes:
    if isinstance(part, BaseModel):
        return f"{type(part).__name__} {part.model_dump_json()}".encode()
    if isinstance(part, bytes):
        return part
    if part.is_dir():
        files = sorted(file for file in part.rglob("*") if file.is_file())
        lines = [f"{file.relative_to(part).as_posix()} {_file(file).hex()}" for file in files]
        return "\n".join(lines).encode()
    return _file(part)


def _file(path: Path) -> bytes:
    """The digest of a file's content, which may be larger than the memory."""
    with path.open("rb") as content:
        return hashlib.file_digest(content, "sha256").digest()
