"""The table of moves, against pandas."""

import numpy as np
import pandas as pd
import pytest

from heed.audit.moves import Moves
from heed.audit.tables.causal import causal_table
from heed.celeba.attributes import ATTRIBUTES

N = 24
PERSONS = np.arange(N) // 2
SETTINGS = {"resamples": 200, "confidence": 0.9, "seed": 1, "least_faces": 5}


def moves(seed: int, *, flips: bool = True) -> Moves:
    rng = np.random.default_rng(seed)
    found = Moves(rng.normal(size=(N, 40)), rng.uniform(0.5, 2, 40))
    for name in ("flip", "off_target", "first", "top", "random", "mask"):
        values = rng.normal(0.3, 1, (N, 40))
        values[rng.random((N, 40)) < 0.3] = np.nan
        if flips or name in ("top", "random", "mask"):
            setattr(found, name, values)
    found.top[4:, 3] = np.nan  # four faces: too few to count
    return found


def table_of(trainings, **changed):
    table = causal_table(trainings, PERSONS, np.arange(40), **SETTINGS | changed)
    return table.set_index(["model", "metric", "attribute"]).sort_index()


def test_means_are_those_of_the_faces_that_were_tried_over_all_trainings() -> None:
    trainings = {"a": [moves(0), moves(1)], "b": [moves(2)]}
    table = table_of(trainings)
    for metric, values in (
        ("flip", [m.flip / m.deviation for m in trainings["a"]]),
        ("flip_logit", [m.flip for m in trainings["a"]]),
        ("top_less_random", [(m.top - m.random) / m.deviation for m in trainings["a"]]),
    ):
        expected = np.mean([pd.DataFrame(of_one).mean() for of_one in values], axis=0)
        rows = table.loc[("a", metric)]
        np.testing.assert_allclose(rows["mean"][list(ATTRIBUTES)], expected)
        assert (rows["low"] <= rows["high"])[rows["n"] > 1].all()
    top = table.loc[("a", "top")]
    counted = [name for name in ATTRIBUTES if name != ATTRIBUTES[3]]
    assert top.loc["OVERALL", "mean"] == pytest.approx(top.loc[counted, "mean"].mean())
    assert top.loc["OVERALL", "n"] == pytest.approx(top.loc[counted, "n"].sum())


def test_intervals_of_distances_and_shares_end_where_these_do() -> None:
    table = table_of({"a": [moves(0)], "b": [moves(2)]})
    distances, shares = (table.xs(name, level="metric") for name in ("off_target", "flip_first"))
    assert distances["low"].min() == 0  # without the end some were below
    assert shares["low"].min() == 0
    assert shares["high"].max() == 1
    assert table.xs("flip", level="metric")["low"].min() < 0


def test_without_flips_there_are_no_rows_of_them() -> None:
    table = table_of({"a": [moves(0, flips=False)]})
    found = set(table.index.get_level_values("metric"))
    assert found == {"top", "random", "mask", "top_less_random", "mask_less_random",
                     "top_less_mask"}  # fmt: skip
