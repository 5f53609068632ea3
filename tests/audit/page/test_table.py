from collections.abc import Sequence
from itertools import product

import numpy as np
import pandas as pd
import pytest

from heed.audit.page.table import ALWAYS, COLUMNS, AttributeTableError, Cell, attribute_table
from heed.metrics.estimates import OVERALL

NAMES = ("Smiling", "Bald", "Wearing_Hat")
MODELS = ("first", "second")
ER, BER, AMR, PE, GAP, EMPTY, NORMALISED = range(len(COLUMNS))
METRICS = ("amr", "proportional_energy", "active_area")
GROUPS = ("all", "predicted_minority", "predicted_majority")


def group_rows(models: Sequence[str] = MODELS) -> pd.DataFrame:
    """Every mean is 0.2, from 10 faces."""
    keys = product(models, METRICS, GROUPS, [*NAMES, OVERALL])
    table = pd.DataFrame(keys, columns=["model", "metric", "group", "attribute"])
    return table.assign(n=10, mean=0.2, low=0.1, high=0.3, empty_rate=0.0)


def error_rows(models: Sequence[str] = MODELS) -> pd.DataFrame:
    """Every rate is 10 %, of 4 faces with the attribute and 6 without."""
    table = pd.DataFrame(product(models, [*NAMES, OVERALL]), columns=["model", "attribute"])
    bounds = {
        f"{rate}{end}": value
        for rate in ("error_rate", "balanced_error_rate")
        for end, value in (("", 0.1), ("_low", 0.05), ("_high", 0.2))
    }
    return table.assign(positives=4, negatives=6, **bounds)


def normalised_rows(models: Sequence[str] = MODELS) -> pd.DataFrame:
    keys = pd.MultiIndex.from_product([models, [*NAMES, "OVERALL"]], names=["model", "attribute"])
    table = pd.DataFrame({"amr_normalised": 0.4}, index=keys).reset_index()
    table.loc[table["attribute"] == "Bald", "amr_normalised"] = np.nan
    return table


def gap_rows(models: Sequence[str] = MODELS) -> pd.DataFrame:
    """Every gap is 0, of 10 faces; the mean is over 3 attributes."""
    keys = product(models, ("pe_gap", "amr_label_gap"), [*NAMES, OVERALL])
    table = pd.DataFrame(keys, columns=["model", "gap", "attribute"])
    n = table["attribute"].map(dict.fromkeys(NAMES, 10) | {OVERALL: 3})
    return table.assign(n=n, value=0.0, low=-0.1, high=0.1)


@pytest.fixture
def gaps() -> pd.DataFrame:
    return gap_rows()


@pytest.fixture
def groups() -> pd.DataFrame:
    return group_rows()


@pytest.fixture
def errors() -> pd.DataFrame:
    return error_rows()


@pytest.fixture
def attributes() -> pd.DataFrame:
    return pd.DataFrame(
        {"attribute": NAMES, "train_positives": [50, 10, 75], "train_negatives": [50, 90, 25]}
    )


def put(table: pd.DataFrame, values: dict[str, float], **where: str) -> None:
    chosen = np.logical_and.reduce([table[column] == value for column, value in where.items()])
    assert chosen.sum() == 1
    table.loc[chosen, list(values)] = list(values.values())


def test_rows_keep_their_order_and_tell_the_training_classes(
    groups: pd.DataFrame, errors: pd.DataFrame, gaps: pd.DataFrame, attributes: pd.DataFrame
) -> None:
    table = attribute_table(groups, errors, gaps, attributes, normalised_rows(), 5)
    assert [row.name for row in table.rows] == ["Smiling", "Bald", "Wearing Hat"]
    assert [row.positives for row in table.rows] == [0.5, 0.1, 0.75]
    assert [row.minority for row in table.rows] == [0.5, 0.1, 0.25]
    assert [row.region for row in table.rows] == ["mouth", "upper head", "hat"]
    assert table.regions == ["hat", "mouth", "upper head"]
    assert list(table.models) == list(MODELS)


def test_each_number_comes_from_its_own_cell(
    groups: pd.DataFrame, errors: pd.DataFrame, gaps: pd.DataFrame, attributes: pd.DataFrame
) -> None:
    of = {"model": "second", "attribute": "Bald"}
    put(errors, {"error_rate": 0.3, "error_rate_low": 0.25, "error_rate_high": 0.4}, **of)
    put(errors, {"balanced_error_rate": 0.4}, **of)
    put(groups, {"mean": 0.51, "low": 0.5, "high": 0.52, "n": 9}, metric="amr", group="all", **of)
    energy = {"metric": "proportional_energy", **of}
    put(groups, {"mean": 0.61}, group="all", **energy)
    put(groups, {"mean": 0.3, "n": 2}, group="predicted_minority", **energy)
    put(groups, {"mean": 0.45, "n": 8}, group="predicted_majority", **energy)
    put(gaps, {"value": -0.15, "low": -0.25, "high": -0.05}, gap="pe_gap", **of)
    put(groups, {"empty_rate": 0.07}, metric="active_area", group="all", **of)
    cells = (
        attribute_table(groups, errors, gaps, attributes, normalised_rows(), 5)
        .rows[1]
        .cells["second"]
    )
    texts = ["30.0 %", "40.0 %", "0.510", "0.610", "\N{MINUS SIGN}0.150", "7.0 %", "–"]
    assert [cell.text for cell in cells] == texts
    np.testing.assert_allclose(
        [cell.value for cell in cells[:-1]], [0.3, 0.4, 0.51, 0.61, -0.15, 0.07]
    )
    assert cells[ER].bounds == "25.0 to 40.0"
    assert cells[ER].detail == "ER 30.0 % (25.0 to 40.0); n = 10"
    assert cells[AMR].detail == "AMR 0.510 (0.500 to 0.520); n = 9"
    assert "minority class: 0.300 (0.100 to 0.300), n = 2" in cells[GAP].detail
    assert "majority class: 0.450 (0.100 to 0.300), n = 8" in cells[GAP].detail
    assert cells[GAP].bounds == "\N{MINUS SIGN}0.250 to \N{MINUS SIGN}0.050"
    assert cells[EMPTY].bounds == ""


def test_missing_numbers_are_missing(
    groups: pd.DataFrame, errors: pd.DataFrame, gaps: pd.DataFrame, attributes: pd.DataFrame
) -> None:
    nothing = {"value": np.nan, "low": np.nan, "high": np.nan, "n": 0}
    put(gaps, nothing, gap="pe_gap", model="first", attribute="Bald")
    put(gaps, {"value": 0.2, "n": 2}, gap="pe_gap", model="first", attribute=OVERALL)
    table = attribute_table(groups, errors, gaps, attributes, normalised_rows(), 5)
    gap = table.rows[1].cells["first"][GAP]
    assert (gap.text, gap.value) == ("\N{EN DASH}", None)
    assert table.overall.cells["first"][GAP].text == "+0.200"
    assert "mean over 2 attributes" in table.overall.cells["first"][GAP].detail
    assert table.overall.cells["second"][GAP].text == "0.000"


def test_a_gap_of_few_faces_is_in_brackets_and_does_not_count(
    groups: pd.DataFrame, errors: pd.DataFrame, gaps: pd.DataFrame, attributes: pd.DataFrame
) -> None:
    put(gaps, {"value": 0.25, "n": 4}, gap="pe_gap", model="first", attribute="Bald")
    put(gaps, {"value": 0.25, "n": 5}, gap="pe_gap", model="first", attribute="Smiling")
    table = attribute_table(groups, errors, gaps, attributes, normalised_rows(), 5)
    smiling, bald = (row.cells["first"][GAP] for row in table.rows[:2])
    assert (smiling.text, smiling.few) == ("+0.250", False)
    assert (bald.text, bald.value, bald.few) == ("(+0.250)", 0.25, True)
    assert not table.rows[1].cells["first"][PE].few
    # Bald has no range either, in both networks
    assert list(table.counts["first"]) == [3, 3, 3, 3, 2, 3, 2]
    assert list(table.counts["second"]) == [3, 3, 3, 3, 3, 3, 2]


def test_a_network_that_gives_one_answer_needs_no_interval_of_its_balanced_error(
    groups: pd.DataFrame, errors: pd.DataFrame, gaps: pd.DataFrame, attributes: pd.DataFrame
) -> None:
    of = {"model": "first", "attribute": "Bald"}
    half = {"balanced_error_rate": 0.5, "balanced_error_rate_low": 0.47}
    put(errors, half | {"balanced_error_rate_high": 0.53}, **of)

    def cell() -> Cell:
        table = attribute_table(groups, errors, gaps, attributes, normalised_rows(), 5)
        return table.rows[1].cells["first"][BER]

    groups["n"] = groups["n"].astype(float)
    # no face in any training; where an empty mask leaves no PE, that says nothing of the answers
    put(groups, {"n": 0}, metric="proportional_energy", group="predicted_minority", **of)
    assert cell().bounds == "47.0 to 53.0"
    put(groups, {"n": 0.3}, metric="active_area", group="predicted_minority", **of)
    assert cell().bounds == "47.0 to 53.0"
    put(groups, {"n": 0}, metric="active_area", group="predicted_minority", **of)
    assert (cell().text, cell().bounds) == ("50.0 %", ALWAYS)
    assert cell().detail == f"BER 50.0 %; {ALWAYS}"


def test_models_may_be_many(attributes: pd.DataFrame) -> None:
    models = ("a", "b", "c")
    table = attribute_table(
        group_rows(models),
        error_rows(models),
        gap_rows(models),
        attributes,
        normalised_rows(models),
        5,
    )
    assert list(table.rows[0].cells) == list(models)
    assert table.overall.name == "Mean over the attributes that count"


def test_a_missing_row_is_named(
    groups: pd.DataFrame, errors: pd.DataFrame, gaps: pd.DataFrame, attributes: pd.DataFrame
) -> None:
    without = groups[(groups["model"] != "second") | (groups["attribute"] != "Bald")]
    with pytest.raises(AttributeTableError, match=r"groups.csv: found no row second.*Bald"):
        attribute_table(without, errors, gaps, attributes, normalised_rows(), 5)
    few = gaps[gaps["attribute"] != "Bald"]
    with pytest.raises(AttributeTableError, match=r"gaps.csv: found no row first, Bald"):
        attribute_table(groups, errors, few, attributes, normalised_rows(), 5)
    fewer = errors[(errors["model"] != "first") | (errors["attribute"] != OVERALL)]
    with pytest.raises(AttributeTableError, match=r"errors.csv: found no row first, OVERALL"):
        attribute_table(groups, fewer, gaps, attributes, normalised_rows(), 5)


def test_an_attribute_without_range_has_a_dash(
    groups: pd.DataFrame, errors: pd.DataFrame, gaps: pd.DataFrame, attributes: pd.DataFrame
) -> None:
    table = attribute_table(groups, errors, gaps, attributes, normalised_rows(), 5)
    smiling, bald = (row.cells["second"][NORMALISED] for row in table.rows[:2])
    assert (smiling.text, smiling.value) == ("0.400", 0.4)
    assert (bald.text, bald.value) == ("–", None)
    assert "no range" in bald.detail
