"""Files and folders of the user's that ``params.yaml`` names, kept out of the stages' way."""

import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from heed.models_params import TRAIN
from heed.params_file import ParamsError, read
from heed.pipeline.output_places import output_of

ENTRIES: Final = {"models": ("weights", "pretrained"), "networks": ("pretrained",),
                  "extensions": ("pretrained",)}  # fmt: skip
"""Keys that map names to entries, and which parameters of an entry name files."""

NO_FILES: Final = {"weights": TRAIN}
"""Values of such parameters that are no files."""


def named_files(content: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """The weights files that a parameter file names, each with its key.

    Args:
        content: of the parameter file of any pipeline; what is not as it should be is passed
            over, for the models of the parameters refuse it.
    """
    for key, parameters in ENTRIES.items():
        for name, entry in _items(content.get(key)):
            for parameter, value in _items(entry):
                if parameter in parameters and value != NO_FILES.get(parameter):
                    yield f"{key}.{name}.{parameter}", value
    space = content.get("search")
    for part in ("space", "network"):
        space = dict(_items(space)).get(part)
    for network, value in _items(space):
        yield f"search.space.network.{network}", value


def check_named_files(
    path: str | os.PathLike[str] = "params.yaml",
    stage_file: str | os.PathLike[str] = "dvc.yaml",
) -> None:
    """Refuse weights that lie where DVC would delete them before a stage could read them.

    Args:
        path: the parameter file.
        stage_file: the ``dvc.yaml`` of its pipeline.

    Raises:
        ParamsError: naming the file, its key, the output and a better place.
    """
    for key, file in named_files(read(path)):
        if isinstance(file, str):
            refuse_output(file, key, f"weights/{Path(file).name}", path, stage_file)


def refuse_output(
    place: str,
    key: str,
    instead: str,
    path: str | os.PathLike[str] = "params.yaml",
    stage_file: str | os.PathLike[str] = "dvc.yaml",
) -> None:
    """Refuse a place that lies at or in an output of a stage.

    Args:
        place: the value of the parameter.
        key: the parameter.
        instead: where it could be moved.
        path: the parameter file.
        stage_file: the ``dvc.yaml`` of its pipeline.

    Raises:
        ParamsError: naming the key, the place, the output and what to do.
    """
    output = output_of(place, stage_file)
    if output is not None:
        raise ParamsError(
            f"{path}: {key}: {place} is in the way of {output}, an output of a stage of "
            f"{stage_file}: DVC deletes what is there before the stage runs. Move or copy it to a "
            f"place of your own, such as {instead}, and name that"
        )


def _items(entry: Any) -> Iterator[tuple[str, Any]]:
    if isinstance(entry, dict):
        yield from entry.items()
