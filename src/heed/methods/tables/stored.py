"""The tables of the stage answers, as later stages read them back."""

from pathlib import Path
from typing import Final

import pandas as pd

from heed.methods import paths

WORDS: Final = {"factors": ("factor", "level", "value"), "runs": ("run", "factor", "level")}
"""By table the columns with words of ``params.yaml``: a level may be called 0.50, None or NA."""


def stored(name: str) -> pd.DataFrame:
    """A table of ``metrics/tables``; what is a word stays one.

    Args:
        name: of the file, without its suffix.
    """
    path = Path(paths.TABLES, f"{name}.csv")
    words = dict.fromkeys(WORDS.get(name, ()), str)
    return pd.read_csv(path, dtype=words, keep_default_na=False, na_values=[""])
