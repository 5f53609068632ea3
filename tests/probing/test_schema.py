"""Tables of the stages before are held to their columns."""

from pathlib import Path

import pandas as pd
import pytest

from heed.base.errors import InputError
from heed.probing.schema import checked, gathered
from tests.probing.made_up import recognition
from tests.probing.tables.test_best_units import probe


def test_a_missing_column_is_named() -> None:
    with pytest.raises(InputError, match=r"here.parquet: found no column validation"):
        checked(pd.DataFrame([probe()]).drop(columns="validation"), "probes", "here.parquet")


def test_a_row_that_stands_there_twice_is_named() -> None:
    with pytest.raises(InputError, match=r"network plain, seed 0.*twice"):
        checked(pd.DataFrame([probe(), probe()]), "probes", "here.parquet")


def test_an_unknown_unit_is_named() -> None:
    with pytest.raises(InputError, match="found the unit 'cell'"):
        checked(pd.DataFrame([probe(unit="cell")]), "probes", "here.parquet")


def test_networks_without_a_file_are_left_out(tmp_path: Path) -> None:
    recognition("plain").to_parquet(tmp_path / "plain.parquet")
    recognition("other").to_parquet(tmp_path / "other.parquet")
    names = ["plain", "absent", "other"]
    found = gathered("recognition", names, lambda name: str(tmp_path / f"{name}.parquet"))
    assert list(dict.fromkeys(found["network"])) == ["plain", "other"]
    nothing = gathered("recognition", ["absent"], lambda name: str(tmp_path / name))
    assert nothing.empty
    assert "identification" in nothing.columns
