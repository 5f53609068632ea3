"""The replicates of a model: trainings that differ in their seed alone.

What stages write of a model is a folder with one entry per replicate, ``1.parquet``,
``2.parquet``, ... A model with given weights has one.
"""

import os
from pathlib import Path

from heed.base.errors import InputError


def replicates(folder: str | os.PathLike[str]) -> list[Path]:
    """The entries of a folder, one per replicate.

    Args:
        folder: what a stage wrote of a model.

    Returns:
        Their paths, replicate 1 first.

    Raises:
        InputError: if there is none, or they are not numbered 1, 2, ...
    """
    found = {path.stem: path for path in Path(folder).glob("[!.]*")}
    expected = [str(number) for number in range(1, len(found) + 1)]
    if not found or set(found) != set(expected):
        raise InputError(
            f"{os.fspath(folder)}: found {', '.join(sorted(found)) or 'nothing'}; expected one "
            "entry per replicate, numbered from 1; run `dvc repro`"
        )
    return [found[number] for number in expected]


def same_replicate(folder: str | os.PathLike[str], other: Path) -> Path:
    """The entry of a folder that belongs to the same replicate as an entry of another one.

    Args:
        folder: what a stage wrote of a model.
        other: one of the paths that :func:`replicates` returns for another folder.

    Raises:
        InputError: if the folder does not hold it.
    """
    for path in replicates(folder):
        if path.stem == other.stem:
            return path
    raise InputError(
        f"{os.fspath(folder)}: found no replicate {other.stem}, which {other} is of; "
        "run `dvc repro`"
    )
