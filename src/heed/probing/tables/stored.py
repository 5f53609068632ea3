"""The tables of the stage answers, read again."""

import os
from collections.abc import Iterable
from pathlib import Path

import pandas as pd


def read_tables(folder: str | os.PathLike[str], names: Iterable[str]) -> dict[str, pd.DataFrame]:
    """Tables by name; in columns of text what is missing is empty, and no NaN.

    Args:
        folder: that the stage has written.
        names: of the tables.
    """
    tables = {}
    for name in names:
        table = pd.read_csv(Path(folder, f"{name}.csv"))
        text = [str(column) for column in table.columns if table[column].dtype.kind == "O"]
        tables[name] = table.assign(**{column: table[column].fillna("") for column in text})
    return tables
