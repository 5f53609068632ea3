"""The networks that the stage train has stored."""

import os
from pathlib import Path

from torch import nn

from heed.base.errors import InputError
from heed.explain.devices import device_named
from heed.probing import paths
from heed.recognition.penultimate import load_any


def weights_of(name: str) -> list[Path]:
    """The files of a network's trainings, by their seeds.

    Raises:
        InputError: there are none.
    """
    folder = Path(paths.networks(name))
    files = sorted(folder.glob("*.safetensors"), key=lambda file: int(file.stem))
    if not files:
        raise InputError(f"{folder}: found no weights; run `dvc repro`")
    return files


def load_stored(file: str | os.PathLike[str]) -> nn.Module:
    """A network of such a file in eval mode, on a GPU where there is one."""
    return load_any(file).to(device_named("auto"))
