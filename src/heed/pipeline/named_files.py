"""Files and folders of the user's that ``params.yaml`` names, kept out of the stages' way."""

import os
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from heed.base.settings import ParamsError
from heed.pipeline.output_places import output_of


def check_named_files(
    named: Iterable[tuple[str, object]],
    path: str | os.PathLike[str] = "params.yaml",
    stage_file: str | os.PathLike[str] = "dvc.yaml",
) -> None:
    """Refuse weights that lie where DVC would delete them before a stage could read them.

    Args:
        named: the keys of the parameter file that name files, each with its value; one that is
            no text is passed over, for the models of the parameters refuse it.
        path: the parameter file.
        stage_file: the ``dvc.yaml`` of its pipeline.

    Raises:
        ParamsError: naming the file, its key, the output and a better place.
    """
    for key, file in named:
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


def entries_of(content: Mapping[str, Any], *keys: str) -> Iterator[tuple[str, Any]]:
    """The entries of a key of a parameter file that is not validated yet, by their full names.

    Args:
        content: of the file.
        *keys: the way to the key, for instance ``search``, ``space``.
    """
    found: Any = content
    for key in keys:
        found = found.get(key) if isinstance(found, dict) else None
    if isinstance(found, dict):
        for name, entry in found.items():
            yield ".".join((*keys, str(name))), entry
