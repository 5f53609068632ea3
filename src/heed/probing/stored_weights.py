"""The networks that the stage train has stored."""

from pathlib import Path

from heed.base.errors import InputError
from heed.probing import paths


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
