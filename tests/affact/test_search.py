"""The search's own parameters and those that it starts from."""

from pathlib import Path
from typing import Any

import pytest

from heed.affact.consistency import check_all
from heed.affact.search import load_search
from heed.base.settings import ParamsError
from tests.affact.changed_params import STUDY, changed, of_setting


@pytest.mark.parametrize("setting", [None, "table_7_1", "affact_b_ub"])
def test_every_setting_can_be_searched_from(tmp_path: Path, setting: str | None) -> None:
    file = of_setting(tmp_path, setting) if setting else STUDY / "params.yaml"
    search, base = load_search(file)
    assert base.network in search.space.network


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"search__base": "none"}, r"networks\.none is missing"),
        ({"search__space__epochs__high": 9}, r"search\.space\.epochs"),
    ],
)
def test_a_search_that_its_base_does_not_fit_stops_no_training(
    tmp_path: Path, values: dict[str, Any], message: str
) -> None:
    path = changed(tmp_path, **values)
    check_all(path)
    with pytest.raises(ParamsError, match=message):
        load_search(path)
