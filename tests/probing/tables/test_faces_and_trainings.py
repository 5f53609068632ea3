"""Intervals over test faces and trainings, against SciPy and by hand."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from heed.metrics.estimates import Estimate
from heed.probing.tables.faces_and_trainings import (
    Bootstrap,
    by_seed,
    class_rates,
    estimates,
    jeffreys_resamples,
    of_trainings,
    over_attributes,
    over_these,
)

BOOTSTRAP = Bootstrap(resamples=2000, seed=0, confidence=0.95)


@given(
    st.integers(1, 400), st.integers(1, 400), st.floats(0, 1), st.floats(0, 1),
)  # fmt: skip
def test_rates_of_the_classes_come_back(p: int, n: int, tpr: float, tnr: float) -> None:
    hits, rejections = round(p * tpr), round(n * tnr)
    accuracy = (hits + rejections) / (p + n)
    balanced = (hits / p + rejections / n) / 2
    found = class_rates(accuracy, balanced, p, n)
    if p == n:
        assert float(found[0]) == float(found[1]) == accuracy
    else:
        assert found[0] == pytest.approx(hits / p, abs=1e-9)
        assert found[1] == pytest.approx(rejections / n, abs=1e-9)


def test_resamples_are_jeffreys_posterior() -> None:
    drawn = jeffreys_resamples([0.9, 1.0], [50, 50], BOOTSTRAP)
    for column, right in zip(drawn.T, (45, 50), strict=True):
        expected = stats.beta.ppf([0.025, 0.975], right + 0.5, 50 - right + 0.5)
        assert np.quantile(column, [0.025, 0.975]) == pytest.approx(expected, abs=1e-3)
    other = jeffreys_resamples([0.9, 1.0], [50, 50], BOOTSTRAP, stream=1)
    assert not np.array_equal(drawn, other)
    assert abs(np.corrcoef(drawn.T)[0, 1]) < 0.1, "attributes are independent"


def rows(values: dict[int, list[float]], counts: tuple[int, int] | None) -> pd.DataFrame:
    table = pd.DataFrame(
        {"seed": seed, "attribute": name, "accuracy": value, "balanced_accuracy": value}
        for seed, each in values.items()
        for name, value in zip("abc", each, strict=False)
    )
    return table if counts is None else table.assign(positives=counts[0], negatives=counts[1])


def test_one_training_has_the_interval_of_the_faces() -> None:
    table = rows({0: [0.8, 0.9]}, (40, 60))
    accuracy, balanced = estimates(table, ["a", "b", "missing"], BOOTSTRAP, seeds=[0])
    assert accuracy.mean[:2].tolist() == [0.8, 0.9]
    assert np.isnan(accuracy.mean[2])
    low, high = balanced.interval(0.95)
    # Of independent rates of 32 of 40 and 48 of 60 the mean has this standard error.
    error = np.sqrt(0.8 * 0.2 / 40 + 0.8 * 0.2 / 60) / 2
    assert high[0] - low[0] == pytest.approx(2 * 1.96 * error, rel=0.05)
    assert np.isnan([low[2], high[2]]).all()


def test_a_perfect_score_has_an_interval_with_width() -> None:
    accuracy, _ = estimates(rows({0: [1.0]}, (30, 70)), ["a"], BOOTSTRAP, seeds=[0])
    low, high = accuracy.interval(0.95)
    assert 0.95 < low[0] < high[0] <= 1


def test_without_numbers_of_faces_trainings_alone_tell() -> None:
    one = estimates(rows({0: [0.8]}, None), ["a"], BOOTSTRAP, seeds=[0])[0]
    assert np.isnan(one.interval(0.95)).all(), "nothing is known of another face or training"
    three = estimates(
        rows({0: [0.7], 1: [0.8], 2: [0.9]}, None), ["a"], BOOTSTRAP, seeds=[0, 1, 2]
    )[0]
    low, high = three.interval(0.95)
    t = stats.t.ppf(0.975, 2) * 0.1 / np.sqrt(3)
    assert [low[0], high[0]] == pytest.approx([0.8 - t, 0.8 + t], abs=5e-3)


def test_what_nothing_is_known_of_has_no_bounds_over_attributes_either() -> None:
    one = estimates(rows({0: [0.8, 0.9]}, None), ["a", "b"], BOOTSTRAP, seeds=[0])[0]
    mean, low, high = over_these(one, BOOTSTRAP)
    assert mean == pytest.approx(0.85)
    assert np.isnan([low, high]).all(), "an interval without width would settle everything"
    known = estimates(rows({0: [0.8, 0.9]}, (40, 60)), ["a", "b"], BOOTSTRAP, seeds=[0])[0]
    mean, low, high = over_these(known, BOOTSTRAP)
    assert low < 0.85 < high


def test_more_trainings_make_wider_what_they_scatter_in() -> None:
    same = estimates(rows({0: [0.8], 1: [0.8]}, (40, 60)), ["a"], BOOTSTRAP, seeds=[0, 1])[0]
    apart = estimates(rows({0: [0.7], 1: [0.9]}, (40, 60)), ["a"], BOOTSTRAP, seeds=[0, 1])[0]
    widths = [float(np.diff(each.interval(0.95), axis=0)[0, 0]) for each in (same, apart)]
    assert widths[0] < widths[1]


def test_a_seed_without_a_row_is_missing() -> None:
    table = rows({0: [0.8, 0.9]}, None)
    assert by_seed(table, "accuracy", ["b", "a"], [0, 1])[0].tolist() == [0.9, 0.8]
    assert np.isnan(by_seed(table, "accuracy", ["b", "a"], [0, 1])[1]).all()


def test_too_few_attributes_say_nothing_of_others() -> None:
    two = of_trainings(rows({0: [0.8, 0.9]}, None), "accuracy", ["a", "b"], BOOTSTRAP)
    mean, low, high = over_attributes(two, BOOTSTRAP)
    assert mean == pytest.approx(0.85)
    assert np.isnan([low, high]).all()
    values = np.linspace(0.6, 0.9, 30)
    many = Estimate(np.ones(30), values, np.tile(values, (2000, 1)), (values[None],))
    mean, low, high = over_attributes(many, BOOTSTRAP)
    t = stats.t.ppf(0.975, 29) * values.std(ddof=1) / np.sqrt(30)
    assert [low, high] == pytest.approx([mean - t, mean + t], abs=4e-3)
