"""The published table 7.1, read from the package."""

import pandas as pd
import pytest

from heed.affact.tables.table_7_1 import NETWORKS, TOTAL, table_7_1
from heed.affact.test_sets import SETS
from heed.celeba.attributes import ATTRIBUTES
from tests.places import SHARED

REFERENCE = SHARED / "reference/affact_table_7_1_error_percent.csv"


def test_every_set_and_network_has_every_attribute() -> None:
    table = table_7_1()
    assert table["attribute"].tolist() == [*ATTRIBUTES, TOTAL]
    pairs = [f"{test_set}_{network}" for test_set in SETS for network in NETWORKS]
    assert list(table.columns) == ["attribute", *pairs]
    assert table[pairs].notna().all(axis=None)
    assert table[pairs].ge(0).all(axis=None)
    assert table[pairs].le(50).all(axis=None)


def test_totals_are_the_means_of_their_columns() -> None:
    """A digit lost in one row would show: rows and totals have two decimals."""
    table = table_7_1().set_index("attribute")
    means = table.drop(TOTAL).mean()
    assert table.loc[TOTAL].to_numpy() == pytest.approx(means.to_numpy(), abs=0.0101)


def test_numbers_that_the_report_argues_with() -> None:
    total = table_7_1().set_index("attribute").loc[TOTAL]
    assert total[["A_resnet51s", "T_resnet51s"]].tolist() == [8.15, 13.14]
    assert total[["A_affact", "T_affact", "T_affact_ext"]].tolist() == [8.21, 8.44, 8.43]


@pytest.mark.skipif(not REFERENCE.exists(), reason="needs the shared reference tables")
def test_the_packages_copy_is_the_reference() -> None:
    pd.testing.assert_frame_equal(table_7_1(), pd.read_csv(REFERENCE))
