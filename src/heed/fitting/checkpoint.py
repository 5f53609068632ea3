"""Whether a training can go on from a checkpoint that it finds."""

from pathlib import Path
from pickle import UnpicklingError
from typing import Any

import torch
from torch import nn

from heed.base.errors import InputError


def check_it_is_of(module: nn.Module, checkpoint: Path) -> None:
    """Refuse a checkpoint of other weights, and what is no checkpoint.

    It is mapped, not read: what is compared are the names and shapes of the weights.

    Args:
        module: that is to go on from it.
        checkpoint: the file.

    Raises:
        InputError: naming the file, and the first weight that differs.
    """
    otherwise = "delete it to train from the start, or give this training a folder of its own"
    try:
        stored: Any = torch.load(checkpoint, map_location="cpu", weights_only=True, mmap=True)
        found = {name: tuple(weights.shape) for name, weights in stored["state_dict"].items()}
    except (RuntimeError, UnpicklingError, EOFError, LookupError, TypeError, AttributeError):
        raise InputError(f"{checkpoint}: found no checkpoint of a training; {otherwise}") from None
    expected = {name: tuple(weights.shape) for name, weights in module.state_dict().items()}
    for name in sorted(found.keys() | expected.keys()):
        if found.get(name) != expected.get(name):
            raise InputError(
                f"{checkpoint}: found {_described(name, found)}; expected "
                f"{_described(name, expected)}, as this network has it: it is the checkpoint of "
                f"another; {otherwise}"
            )


def _described(name: str, shapes: dict[str, tuple[int, ...]]) -> str:
    return f"{name} {shapes[name]}" if name in shapes else f"no {name}"
