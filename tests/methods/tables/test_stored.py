"""Tables come back as they were written."""

from pathlib import Path

import pandas as pd
import pytest

from heed.base.files import write_csv
from heed.methods import paths
from heed.methods.tables.stored import stored


@pytest.mark.parametrize("word", ["0.50", "None", "NA", "nan", "1e3", "True", "none"])
def test_a_word_stays_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, word: str) -> None:
    monkeypatch.chdir(tmp_path)
    Path(paths.TABLES).mkdir(parents=True)
    table = pd.DataFrame(
        {"factor": [word], "level": ["few"], "value": [word], "difference": [float("nan")]}
    )
    write_csv(table, Path(paths.TABLES, "factors.csv"))
    found = stored("factors")
    assert found[["factor", "value"]].to_numpy().tolist() == [[word, word]]
    assert found["difference"].isna().all()
