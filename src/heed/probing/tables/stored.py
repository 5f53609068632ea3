"""The tables of the stage answers, read again."""

import os
from collections.abc import Iterable
from pathlib import Path
from typing import Final

import pandas as pd

TEXT: Final = frozenset((
    "attribute", "best_layer", "by", "classifier", "control", "group", "kind", "last_layer",
    "layer", "model", "network", "note", "of", "quantity", "readable_layer", "score", "silenced",
    "unit", "why",
))  # fmt: skip
"""Columns that hold text even where a table says nothing in them, which a file does not tell."""


def read_tables(folder: str | os.PathLike[str], names: Iterable[str]) -> dict[str, pd.DataFrame]:
    """Tables by name; in columns of text what is missing is empty, and no NaN.

    The others are numbers, also where a table has no rows.

    Args:
        folder: that the stage has written.
        names: of the tables.
    """
    tables = {}
    for name in names:
        table = pd.read_csv(Path(folder, f"{name}.csv"))
        words = [str(column) for column in table.columns if table[column].dtype.kind == "O"]
        if table.empty:  # all of it would be text
            words = [column for column in words if column in TEXT]
            table = table.astype({c: "float64" for c in table.columns if c not in words})
        silent = [
            c for c in table.columns if c in TEXT and c not in words and table[c].isna().all()
        ]
        table = table.astype(dict.fromkeys(silent, object))
        tables[name] = table.assign(**{c: table[c].fillna("") for c in (*words, *silent)})
    return tables
