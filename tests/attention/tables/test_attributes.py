"""What happened to all attributes, against hand calculation."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from heed.attention.tables.answered import Answered
from heed.attention.tables.attributes import of_attributes
from heed.attention.tables.measures import MAP_SCORES
from heed.celeba.attributes import ATTRIBUTES
from tests.attention import by_hand


@pytest.fixture(scope="module")
def tables() -> dict[str, pd.DataFrame]:
    found = Answered.of(by_hand.decisions(), by_hand.regions(), by_hand.faces(), MAP_SCORES)
    return of_attributes(by_hand.STUDY, found, by_hand.attributes(), by_hand.BOOTSTRAP)


def other(tables: dict[str, pd.DataFrame], against: str, quantity: str) -> pd.Series:
    table = tables["others"].query("run == 'smile' and quantity == @quantity")
    return table[table["against"] == against].iloc[0]


def test_levels_are_means_over_the_seeds(tables: dict[str, pd.DataFrame]) -> None:
    levels = tables["attributes"].set_index(["run", "attribute", "quantity"])
    assert levels.loc[("plain", "Bald", "amr"), "value"] == pytest.approx(0.25)
    assert levels.loc[("smile", "Smiling", "error_rate"), "value"] == pytest.approx(3 / 16)
    assert np.isnan(levels.loc[("plain", "Bald", "contribution"), "value"])
    assert len(levels) == 3 * 40 * 4


def test_the_others_are_those_that_lead_nothing(tables: dict[str, pd.DataFrame]) -> None:
    changes = tables["changes"]
    led = changes[changes["led"]]
    assert set(zip(led["run"], led["attribute"], strict=True)) == {("smile", "Smiling")}
    assert set(tables["others"].query("run == 'smile'")["attributes"]) == {39}
    assert set(tables["others"].query("run == 'bce'")["attributes"]) == {40}


def test_the_errors_of_the_others_are_paired(tables: dict[str, pd.DataFrame]) -> None:
    # The control errs about Bald on one face of eight: 1 / (8 x 39), the guided run never.
    found = other(tables, "bce", "error_rate")
    assert found["value"] == 0
    assert found["value_against"] == pytest.approx(1 / 312)
    assert found["difference"] == pytest.approx(-1 / 312)
    assert other(tables, "plain", "error_rate")["difference"] == 0


def test_the_scores_of_the_others_are_over_seeds(tables: dict[str, pd.DataFrame]) -> None:
    found = other(tables, "bce", "amr")
    assert found["difference"] == pytest.approx(0.35)
    half = stats.t.ppf(0.975, 1) * np.std([0.4, 0.3], ddof=1) / 2**0.5
    assert found["difference_low"] == pytest.approx(0.35 - half)
    assert (found["rises"], found["falls"]) == (0, 0)
    both = other(tables, "plain", "amr")  # by 0.4 in either seed: no spread at all
    assert (both["rises"], both["falls"]) == (39, 0)


def test_what_is_not_known_before_or_after_is_left_out(tables: dict[str, pd.DataFrame]) -> None:
    found = other(tables, "bce", "contribution")
    assert found["value"] == pytest.approx(0.5)
    assert found["difference"] == 0


def test_of_one_seed_scores_have_no_interval() -> None:
    decisions, regions, attributes = (
        table[table["seed"] == 0]
        for table in (by_hand.decisions(), by_hand.regions(), by_hand.attributes())
    )
    answered = Answered.of(decisions, regions, by_hand.faces(), MAP_SCORES)
    tables = of_attributes(by_hand.STUDY, answered, attributes, by_hand.BOOTSTRAP)
    scores = tables["changes"].query("quantity == 'amr'")
    assert scores["difference_low"].isna().all()
    assert len(scores) == 3 * len(ATTRIBUTES)
    assert (tables["others"].query("quantity == 'amr'")[["rises", "falls"]] == 0).all(axis=None)
