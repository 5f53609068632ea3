"""Numbers of eight faces against hand calculation, and tests against SciPy."""

from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from heed.attention.tables.answered import HAVING, LACKING, Answered
from heed.attention.tables.comparisons import compared, mcnemar, within_difference
from heed.attention.tables.face_values import Mean
from heed.attention.tables.measures import MAP_SCORES, measures
from heed.base.errors import HeedError
from tests.attention import by_hand


@pytest.fixture(scope="module")
def tables() -> dict[str, pd.DataFrame]:
    found = Answered.of(by_hand.decisions(), by_hand.regions(), by_hand.faces(), MAP_SCORES)
    return compared(by_hand.STUDY, found, by_hand.BOOTSTRAP)


def row(table: pd.DataFrame, **wanted: Any) -> pd.Series:
    for name, value in wanted.items():
        table = table[table[name] == value]
    assert len(table) == 1
    return table.iloc[0]


@pytest.mark.parametrize(
    ("run", "quantity", "on", "faces", "value"),
    [
        ("plain", "recall", "E1", 3, 1.0),
        ("plain", "recall", "E2", 4, (1 / 4 + 2 / 4) / 2),
        ("bce", "recall", "E2", 4, (1 / 4 + 1 / 4) / 2),
        ("smile", "recall", "E1", 3, (2 / 3 + 1) / 2),
        ("smile", "recall", "E2", 4, (3 / 4 + 3 / 4) / 2),
        ("plain", "accuracy", "test", 8, (5 / 8 + 5 / 8) / 2),
        ("smile", "accuracy", "test", 8, (6 / 8 + 7 / 8) / 2),
        ("plain", "proportional_energy", HAVING, 7, 0.25 + 0.03),
        ("smile", "proportional_energy", "E2", 4, 0.65 + 0.045),
        ("smile", "cell_iou", "E1", 3, 0.65 / 4),
        ("bce", "empty", "E1", 3, 1 / 3),
        ("plain", "fpr", LACKING, 1, (0 + 1) / 2),
        ("smile", "fpr", LACKING, 1, 0.0),
    ],
)
def test_values_are_those_of_the_set(
    tables: dict[str, pd.DataFrame], run: str, quantity: str, on: str, faces: int, value: float
) -> None:
    found = row(tables["values"], run=run, pair="smile", quantity=quantity, set=on)
    assert found["faces"] == faces
    assert found["value"] == pytest.approx(value)
    assert found["seeds"] == 2


def test_the_error_of_all_forty_is_of_no_pair(tables: dict[str, pd.DataFrame]) -> None:
    found = row(tables["values"], run="bce", pair="", quantity="error_rate")
    # Of 8 x 40 answers: 3 and 4 wrong about Smiling, and one about Bald, in either seed.
    assert found["value"] == pytest.approx((4 + 5) / 2 / 320)


def test_shares_keep_their_bounds(tables: dict[str, pd.DataFrame]) -> None:
    values = tables["values"]
    assert (values["value_low"].dropna() >= 0).all()
    assert (values["value_high"].dropna() <= 1).all()


def test_differences_are_run_less_base_over_the_same_seeds(
    tables: dict[str, pd.DataFrame],
) -> None:
    table = tables["differences"]
    recall = {"pair": "smile", "quantity": "recall", "set": "E2"}
    assert row(table, run="smile", against="bce", **recall)["difference"] == pytest.approx(0.5)
    assert row(table, run="smile", against="plain", **recall)["difference"] == pytest.approx(0.375)
    assert row(table, run="bce", against="plain", **recall)["difference"] == pytest.approx(-0.125)
    energy = row(table, run="smile", against="bce", quantity="proportional_energy", set=HAVING)
    assert energy["difference"] == pytest.approx(((0.6 - 0.2) + (0.7 - 0.4)) / 2)
    # All faces move alike, so that the interval is Student's over two seeds.
    half = stats.t.ppf(0.975, 1) * np.std([0.4, 0.3], ddof=1) / 2**0.5
    assert energy["difference_high"] - energy["difference"] == pytest.approx(half, rel=0.2)
    assert set(zip(table["run"], table["against"], strict=True)) == {
        ("bce", "plain"), ("smile", "plain"), ("smile", "bce"),
    }  # fmt: skip


def test_single_trainings_are_kept(tables: dict[str, pd.DataFrame]) -> None:
    own = tables["seeds"].query("run == 'plain' and quantity == 'recall' and set == 'E2'")
    assert dict(zip(own["seed"], own["value"], strict=True)) == {0: 0.25, 1: 0.5}


def test_mcnemars_counts_are_of_one_seed(tables: dict[str, pd.DataFrame]) -> None:
    wanted = {"run": "smile", "against": "bce", "pair": "smile", "set": "test"}
    found = row(tables["mcnemar"], seed=0, **wanted)
    # Seed 0: 01111101 against 11110001: faces 5 and 6 are gained, face 1 is lost.
    assert (found["gained"], found["lost"]) == (2, 1)
    assert found["p"] == pytest.approx(stats.binomtest(2, 3).pvalue)
    assert (tables["mcnemar"]["p_holm"] >= tables["mcnemar"]["p"]).all()


def test_mcnemars_test_is_binomial() -> None:
    differences = np.array([1.0] * 9 + [-1.0] * 2 + [0.0] * 30 + [np.nan] * 5)
    assert mcnemar(differences) == (9, 2, pytest.approx(stats.binomtest(9, 11).pvalue))
    assert mcnemar(np.zeros(4))[2] == 1.0
    assert np.isnan(mcnemar(np.full(3, np.nan))[2])


def test_every_measure_is_there_once(tables: dict[str, pd.DataFrame]) -> None:
    # Nobody was seen concealed: two of the measures of a pair have no row.
    expected = len(list(measures(by_hand.STUDY.pairs))) - 2
    assert len(tables["values"]) == 3 * expected


def test_networks_that_were_asked_about_different_faces_are_refused() -> None:
    decisions = by_hand.decisions()
    gone = (decisions["run"] == "smile") & (decisions["image"] == "3.jpg")
    with pytest.raises(HeedError, match=r"smile, set test, seed 0: found 7 faces .* have 8"):
        Answered.of(decisions[~gone], by_hand.regions(), by_hand.faces(), MAP_SCORES)


def test_where_all_agree_there_are_no_bounds_but_of_no_difference(
    tables: dict[str, pd.DataFrame],
) -> None:
    found = row(tables["values"], run="plain", quantity="recall", set="E1")
    assert found["value"] == 1
    assert np.isnan([found["value_low"], found["value_high"]]).all()
    table = tables["differences"].query("run == 'bce' and quantity == 'recall' and set == 'E1'")
    assert table[["difference", "difference_low", "difference_high"]].to_numpy().tolist() == [
        [0.0, 0.0, 0.0]
    ]
    one = Mean(4, 4, 2, 1.0, 1.0, 1.0)
    assert np.isnan(within_difference(one).low)
    assert within_difference(Mean(4, 4, 2, 0.5, -1.5, 2.5)).high == 1
