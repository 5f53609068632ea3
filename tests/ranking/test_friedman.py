"""Ranks, Friedman's test and Nemenyi's critical differences against published numbers and SciPy."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from heed.base.errors import InputError
from heed.ranking.friedman import kendall, nemenyi_difference, rank_agreement, ranking

# Demšar 2006, Table 6: AUC of four classifiers on 14 data sets.
DEMSAR = np.array(
    [
        [0.763, 0.768, 0.771, 0.798],
        [0.599, 0.591, 0.590, 0.569],
        [0.954, 0.971, 0.968, 0.967],
        [0.628, 0.661, 0.654, 0.657],
        [0.882, 0.888, 0.886, 0.898],
        [0.936, 0.931, 0.916, 0.931],
        [0.661, 0.668, 0.609, 0.685],
        [0.583, 0.583, 0.563, 0.625],
        [0.775, 0.838, 0.866, 0.875],
        [1.000, 1.000, 1.000, 1.000],
        [0.940, 0.962, 0.965, 0.962],
        [0.619, 0.666, 0.614, 0.669],
        [0.972, 0.981, 0.9751, 0.975],
        [0.957, 0.978, 0.946, 0.970],
    ]
)


def test_the_ranks_are_those_of_the_published_example() -> None:
    found = ranking(DEMSAR)
    assert found.ranks == pytest.approx([3.143, 2.000, 2.893, 1.964], abs=5e-4)
    assert found.blocks == 14
    chi_squared = 12 * 14 / (4 * 5) * ((found.ranks**2).sum() - 4 * 25 / 4)
    assert chi_squared == pytest.approx(9.28, abs=0.01)  # as printed there
    assert found.p < 0.05


@pytest.mark.parametrize(
    ("treatments", "quantile"),
    # Demšar 2006, Table 5 (a).
    [(2, 1.960), (3, 2.343), (4, 2.569), (5, 2.728), (6, 2.850), (8, 3.031), (10, 3.164)],
)
def test_the_critical_difference_has_the_published_quantiles(
    treatments: int, quantile: float
) -> None:
    expected = quantile * np.sqrt(treatments * (treatments + 1) / (6 * 20))
    assert nemenyi_difference(treatments, 20) == pytest.approx(expected, abs=1e-3)


def test_who_differs_from_the_best() -> None:
    rng = np.random.default_rng(0)
    good, other, bad = rng.normal(1, 0.1, (3, 60)) - np.array([[0.0], [0.01], [2.0]])
    found = ranking(np.stack([bad, good, other], axis=1))
    assert found.best() == [1, 2]
    upside_down = ranking(np.stack([bad, good, other], axis=1), higher_is_better=False)
    assert upside_down.best() == [0]


def test_blocks_with_a_missing_value_are_left_out() -> None:
    values = DEMSAR.copy()
    values[3, 2] = np.nan
    assert ranking(values).ranks == pytest.approx(ranking(np.delete(DEMSAR, 3, axis=0)).ranks)
    assert ranking(values).blocks == 13


def test_equal_treatments_do_not_differ() -> None:
    found = ranking(np.ones((5, 3)))
    assert found.p == 1.0
    assert found.ranks.tolist() == [2.0, 2.0, 2.0]


def test_too_little_is_refused() -> None:
    with pytest.raises(InputError, match="found 2 treatments in 4 whole blocks"):
        ranking(np.ones((4, 2)))


@given(st.lists(st.integers(0, 5), min_size=4, max_size=9))
def test_kendall_is_scipys_and_missing_where_there_is_no_order(values: list[int]) -> None:
    other = np.arange(len(values))
    found = kendall(values, other)
    if len(set(values)) == 1:
        assert np.isnan(found)
    else:
        assert found == pytest.approx(stats.kendalltau(values, other).statistic)


def test_agreement_is_a_mean_over_pairs() -> None:
    rows = [[1.0, 2, 3], [1, 2, 3], [2, 1, 3]]
    assert rank_agreement(rows) == pytest.approx((1 + 1 / 3 + 1 / 3) / 3)
    assert np.isnan(rank_agreement(rows[:1]))
