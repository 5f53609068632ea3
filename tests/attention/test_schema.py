"""The tables that the evaluation hands on: what is refused, and which faces are in E1 and E2."""

import pandas as pd
import pytest

from heed.attention.schema import COLUMNS, KEYS, SETS, Kind, checked, in_sets
from heed.base.errors import InputError
from heed.guidance.concealed import CONCEALMENTS
from tests.attention.few_faces import MOUTH


def row(kind: Kind, **values: object) -> pd.DataFrame:
    return pd.DataFrame([{**dict.fromkeys(COLUMNS[kind], 0), **values}])


@pytest.mark.parametrize("kind", KEYS)
def test_a_table_with_all_columns_is_as_it_was(kind: Kind) -> None:
    table = row(kind, **({"set": "test"} if kind == "decisions" else {}))
    assert checked(table, kind, "file") is table
    for column in COLUMNS[kind]:
        with pytest.raises(InputError, match=rf"file: found no column {column}"):
            checked(table.drop(columns=column), kind, "file")


def test_a_row_stands_there_once() -> None:
    table = row("regions", seed=3, image="a")
    with pytest.raises(InputError, match="run 0, seed 3, pair 0, image a twice"):
        checked(pd.concat([table, table]), "regions", "file")


def test_sets_are_known() -> None:
    assert set(SETS) == {"test", *CONCEALMENTS}
    with pytest.raises(InputError, match="found the set 'hats'; expected test, sunglasses"):
        checked(row("decisions", set="hats"), "decisions", "file")


def test_both_sets_of_a_pair_have_its_attribute() -> None:
    labels = pd.DataFrame({MOUTH.attribute: [1, 1, -1, -1], MOUTH.confounder: [1, -1, 1, -1]})
    found = {name: rows.tolist() for name, rows in in_sets(MOUTH, labels).items()}
    assert found == {"E1": [True, False, False, False], "E2": [False, True, False, False]}
