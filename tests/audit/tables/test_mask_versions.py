import numpy as np
import pytest

from heed.audit.tables.mask_versions import overlap_table, versions_table
from heed.celeba.attributes import ATTRIBUTES

ORDER = np.arange(40)[::-1].copy()


def test_means_leave_missing_values_out_and_count_the_rest() -> None:
    amr, energy = np.full((3, 40), 0.5), np.full((3, 40), 0.25)
    amr[:, 0], energy[:, 0] = [0.2, np.nan, 0.6], [0.1, np.nan, 0.3]
    amr[:, 1] = energy[:, 1] = np.nan
    scores = {("net", "1"): {"amr": amr, "proportional_energy": energy}}
    table = versions_table(scores, ORDER).set_index("attribute")
    assert list(table.index) == [*reversed(ATTRIBUTES), "OVERALL"]
    assert set(table["model"]) == {"net"}
    assert set(table["version"]) == {"1"}
    assert table.loc[ATTRIBUTES[0], ["n", "amr", "proportional_energy"]].tolist() == [2, 0.4, 0.2]
    assert table.loc[ATTRIBUTES[1], "n"] == 0
    assert np.isnan(table.loc[ATTRIBUTES[1], "amr"])
    assert table.loc["OVERALL", "n"] == 38 * 3 + 2
    assert table.loc["OVERALL", "amr"] == pytest.approx((38 * 0.5 + 0.4) / 39)


def test_overlaps_stand_below_each_other_by_version() -> None:
    one = {name: np.full((2, 40), 0.5) for name in ("iou", "precision", "coverage")}
    two = {name: np.zeros((2, 40)) for name in ("iou", "precision", "coverage")}
    table = overlap_table({"1": one, "2": two}, "evidence", ORDER)
    assert table["version"].tolist() == ["1"] * 41 + ["2"] * 41
    assert set(table["reference"]) == {"evidence"}
    overall = table[table["attribute"] == "OVERALL"].set_index("version")["iou"]
    assert overall.to_dict() == {"1": 0.5, "2": 0.0}


def test_the_reference_alone_gives_a_table_without_rows() -> None:
    table = overlap_table({}, "3", ORDER)
    assert table.empty
    assert list(table) == ["reference", "version", "attribute", "n", "iou", "precision", "coverage"]
