"""Outcomes of a classification against scikit-learn and by hand."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn import metrics

from heed.methods.tables.performance import (
    OUTCOMES,
    calibration_error,
    performance_of,
    roc_auc,
    runs_table,
)
from heed.methods.tables.score_array import Bootstrap


@given(
    st.lists(st.tuples(st.integers(-4, 4), st.booleans()), min_size=4, max_size=40),
)
def test_the_area_is_scikit_learns(pairs: list[tuple[int, bool]]) -> None:
    logits, labels = np.array([p[0] for p in pairs]), np.where([p[1] for p in pairs], 1, -1)
    found = roc_auc(logits, labels, np.ones((1, len(pairs))))[0]
    if len(set(labels)) == 1:
        assert np.isnan(found)
    else:
        assert found == pytest.approx(metrics.roc_auc_score(labels > 0, logits))


def test_weights_are_copies() -> None:
    rng = np.random.default_rng(0)
    logits, labels = rng.normal(size=30), np.where(rng.random(30) < 0.4, 1, -1)
    weights = rng.integers(0, 3, 30)
    for name, function in OUTCOMES.items():
        of_weights = function(logits, labels, weights[None].astype(float))[0]
        copies = np.repeat(logits, weights), np.repeat(labels, weights)
        expected = function(*copies, np.ones((1, int(weights.sum()))))[0]
        assert of_weights == pytest.approx(expected), name


def test_rates_by_hand() -> None:
    logits, labels = np.array([2.0, -1.0, 0.0, -3.0, 1.0]), np.array([1, 1, 1, -1, -1])
    found = {name: f(logits, labels, np.ones((1, 5)))[0] for name, f in OUTCOMES.items()}
    assert found["accuracy"] == pytest.approx(3 / 5)
    assert found["tpr"] == pytest.approx(2 / 3)  # a logit of 0 says present
    assert found["fpr"] == pytest.approx(1 / 2)


def test_calibration_by_a_loop() -> None:
    rng = np.random.default_rng(1)
    logits, labels = 3 * rng.normal(size=200), np.where(rng.random(200) < 0.5, 1, -1)
    confidence = 1 / (1 + np.exp(-np.abs(logits)))
    right = (logits >= 0) == (labels > 0)
    total = 0.0
    for low in np.arange(15) / 15:
        inside = (confidence >= low) & (confidence < low + 1 / 15)
        if inside.any():
            total += inside.mean() * abs(right[inside].mean() - confidence[inside].mean())
    assert calibration_error(logits, labels, np.ones((1, 200)))[0] == pytest.approx(total, abs=1e-9)


def predictions(shift: float = 0.0) -> pd.DataFrame:
    rng = np.random.default_rng(0)
    labels = np.where(np.arange(40) % 2 == 0, 1, -1)
    rows = [
        pd.DataFrame(
            {"seed": seed, "epoch": -1, "class": labels, "logit": labels + rng.normal(shift, 1, 40)}
        )
        for seed in (0, 1)
    ]
    return pd.concat(rows, ignore_index=True)


def test_the_outcome_of_a_level_is_the_mean_of_its_trainings() -> None:
    table = predictions()
    mean = performance_of(table, Bootstrap(50, 0, 0.9))
    runs = runs_table({"base": table}, {"base": "none"})
    assert mean.value == pytest.approx(runs[list(OUTCOMES)].mean().to_numpy())
    assert mean.resampled.shape == (50, len(OUTCOMES))
    assert runs["run"].tolist() == ["base/0", "base/1"]
    low, high = mean.interval(0.9)
    assert (low < mean.value).all()
    assert (high > mean.value).all()
