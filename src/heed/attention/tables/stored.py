"""The tables of the stage answers, read again."""

import os
from collections.abc import Iterable
from pathlib import Path
from typing import Final

import pandas as pd

TEXT: Final = ("run", "against", "pair", "pairs", "quantity", "set", "attribute", "confounder",
               "label", "kind", "loss", "images")  # fmt: skip
"""Columns of text, in which what is missing is empty and no NaN."""

NAMES: Final = ("values", "seeds", "differences", "mcnemar", "attributes", "changes", "others",
                "sets", "runs", "published")  # fmt: skip


def read_tables(
    folder: str | os.PathLike[str], names: Iterable[str] = NAMES
) -> dict[str, pd.DataFrame]:
    """Tables by name.

    Args:
        folder: that the stage has written.
        names: of the tables.
    """
    kinds = dict.fromkeys(TEXT, str)
    return {
        name: pd.read_csv(
            Path(folder, f"{name}.csv"), dtype=kinds, keep_default_na=False, na_values=[""]
        ).fillna(dict.fromkeys(TEXT, ""))
        for name in names
    }
