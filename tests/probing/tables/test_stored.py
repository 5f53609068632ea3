"""Tables as they are read again: text is text and numbers are numbers, whatever is missing."""

from pathlib import Path

import numpy as np
import pandas as pd

from heed.base.files import write_csv
from heed.probing.tables.stored import TEXT, read_tables


def again(folder: Path, table: pd.DataFrame) -> pd.DataFrame:
    write_csv(table, folder / "table.csv")
    return read_tables(folder, ["table"])["table"]


def test_text_that_is_missing_everywhere_is_empty_text(tmp_path: Path) -> None:
    """A column without a word is one of NaN in the file's eyes."""
    table = pd.DataFrame({"network": ["a", "b"], "best_layer": ["", ""], "loss": [np.nan] * 2})
    found = again(tmp_path, table)
    assert found["best_layer"].tolist() == ["", ""]
    assert found["loss"].isna().all()
    assert found["loss"].dtype == np.float64


def test_numbers_of_a_table_without_rows_are_numbers(tmp_path: Path) -> None:
    table = pd.DataFrame(columns=["network", "layer", "depth", "balanced_accuracy"])
    found = again(tmp_path, table)
    assert (100 * found["balanced_accuracy"]).dtype == np.float64
    assert found["layer"].dtype == object


def test_every_column_of_text_is_known(tables: dict[str, pd.DataFrame]) -> None:
    """But names that are numbers elsewhere."""
    words = {
        column
        for table in tables.values()
        for column in table.columns
        if len(table) and not pd.api.types.is_numeric_dtype(table[column])
    }
    assert words - {"first", "second"} == TEXT
