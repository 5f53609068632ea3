"""Tables of studies to show; of those that are not there a sentence instead."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from heed.base.errors import InputError


@dataclass(frozen=True, eq=False)
class Shown:
    """A table to show, or why there is none.

    Attributes:
        table: None where there is nothing to show.
        caption: what the table has; of none a sentence that says why, and what to do.
        source: the files that it is from, from the folder of the audit.
    """

    table: pd.DataFrame | None
    caption: str
    source: tuple[str, ...] = ()


def shown(
    study: Path,
    files: Sequence[str],
    columns: Sequence[Sequence[str]],
    made: Callable[..., pd.DataFrame],
    caption: str,
) -> Shown:
    """Read tables of a study, and make one to show.

    Args:
        study: its folder.
        files: the tables, from there.
        columns: those that each of them needs.
        made: a function of the tables, which may raise :class:`InputError`.
        caption: of what it makes.

    Returns:
        The table; without one where the study has not run, or its files are damaged.
    """
    tables = []
    for file, needed in zip(files, columns, strict=True):
        try:
            table = _read(study / file)
        except InputError as error:
            return Shown(None, str(error))
        if missing := [name for name in needed if name not in table]:
            said = f"{study / file}: found no column {missing[0]}; run `dvc repro` in {study}"
            return Shown(None, said)
        tables.append(table)
    try:
        table = made(*tables)
    except InputError as error:
        return Shown(None, str(error))
    if not len(table):
        return Shown(None, f"{study / files[0]}: found nothing to show in it")
    return Shown(table.reset_index(drop=True), caption, tuple(str(study / file) for file in files))


def _read(path: Path) -> pd.DataFrame:
    study = path.parents[2]
    try:
        return pd.read_csv(path)
    except FileNotFoundError:
        raise InputError(
            f"{path}: no such file: this study has not run; run `dvc repro` in {study}"
        ) from None
    except (pd.errors.ParserError, pd.errors.EmptyDataError, UnicodeDecodeError, OSError) as error:
        raise InputError(
            f"{path}: is damaged ({_first_line(error)}); take it from git, or run `dvc repro` in "
            f"{study}"
        ) from None


def _first_line(error: Any) -> str:
    return str(error).strip().partition("\n")[0]
