import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy import stats

from heed.metrics.correlation import correlate, pearson

SETTINGS = {"resamples": 200, "confidence": 0.9, "seed": 0}


def sample(n=40, seed=0):
    generator = np.random.default_rng(seed)
    x = generator.random(n)
    return x, 0.4 * x + 0.2 * generator.random(n)


def test_agrees_with_numpy_and_scipy():
    x, y = sample()
    found = correlate(x, y, **SETTINGS)
    np.testing.assert_allclose(found.covariance, np.cov(np.stack([x, y])))
    pearson, spearman = stats.pearsonr(x, y), stats.spearmanr(x, y)
    assert (found.pearson, found.pearson_p) == pytest.approx(tuple(pearson))
    assert (found.spearman, found.spearman_p) == pytest.approx(tuple(spearman))
    assert found.n == 40


def test_the_order_is_amr_then_error_rate():
    x, y = np.array([0.0, 1.0, 2.0, 5.0]), np.array([0.0, 0.1, 0.0, 0.1])
    found = correlate(x, y, **SETTINGS)
    assert found.covariance[0, 0] == pytest.approx(np.var(x, ddof=1))
    assert found.covariance[1, 1] == pytest.approx(np.var(y, ddof=1))


def test_intervals_agree_with_a_loop_over_resamples():
    x, y = sample(12, 4)
    y[3] = y[4]  # a tie, for the ranks
    found = correlate(x, y, **SETTINGS)
    drawn = np.random.default_rng(0).integers(0, 12, size=(200, 12))
    covariances = [np.cov(x[rows], y[rows])[0, 1] for rows in drawn]
    pearsons = [stats.pearsonr(x[rows], y[rows]).statistic for rows in drawn]
    spearmans = [stats.spearmanr(x[rows], y[rows]).statistic for rows in drawn]
    tails = [0.05, 0.95]
    assert found.covariance_interval == pytest.approx(np.quantile(covariances, tails))
    assert found.pearson_interval == pytest.approx(np.quantile(pearsons, tails))
    assert found.spearman_interval == pytest.approx(np.quantile(spearmans, tails))


def test_attributes_with_a_missing_value_are_left_out():
    x, y = sample(10)
    with_missing_x, with_missing_y = np.append(x, [np.nan, 0.3]), np.append(y, [0.2, np.nan])
    found, expected = (
        correlate(with_missing_x, with_missing_y, **SETTINGS),
        correlate(x, y, **SETTINGS),
    )
    assert found.n == 10
    assert found.pearson == expected.pearson
    assert found.pearson_interval == expected.pearson_interval


@pytest.mark.parametrize("n", [0, 1, 2])
def test_too_few_attributes_give_missing_values(n):
    found = correlate(np.arange(n) / 10, np.arange(n) / 10, **SETTINGS)
    assert found.n == n
    assert np.isnan([found.pearson, found.spearman, *found.pearson_interval]).all()
    assert np.isnan(found.covariance).all()


def test_three_attributes_are_enough():
    x, y = np.array([0.0, 0.1, 0.5]), np.array([0.2, 0.3, 0.1])
    found = correlate(x, y, **SETTINGS)
    # deviations (-0.2, -0.1, 0.3) and (0, 0.1, -0.1): products -0.04, squares 0.14 and 0.02
    assert found.n == 3
    assert found.covariance[0, 1] == pytest.approx(-0.04 / 2)
    assert found.pearson == pytest.approx(-0.04 / np.sqrt(0.14 * 0.02))
    assert found.spearman == pytest.approx(-0.5)  # ranks 1, 2, 3 and 2, 3, 1
    assert not np.isnan([*found.pearson_interval, *found.spearman_interval]).any()


def test_constant_amr_has_a_covariance_but_no_correlation():
    found = correlate(np.full(5, 0.3), np.arange(5) / 10, **SETTINGS)
    assert found.covariance[0, 1] == pytest.approx(0)
    assert np.isnan([found.pearson, found.spearman, *found.spearman_interval]).all()


@settings(max_examples=50, deadline=None)
@given(arrays(float, (2, 9), elements=st.floats(0, 1, width=16)))
def test_coefficients_stay_within_one(values):
    found = correlate(*values, resamples=20, confidence=0.9, seed=1)
    bounds = np.array([found.pearson, found.spearman, *found.pearson_interval])
    assert (np.abs(bounds[~np.isnan(bounds)]) <= 1 + 1e-9).all()


def test_vectors_of_different_lengths_are_an_error():
    with pytest.raises(ValueError, match=r"\(3,\) and \(4,\)"):
        correlate(np.zeros(3), np.zeros(4), **SETTINGS)


@given(st.lists(st.tuples(st.integers(0, 100), st.integers(0, 100)), min_size=3, max_size=8))
def test_numbers_of_any_kind_correlate_alike(pairs):
    x, y = zip(*pairs, strict=True)
    arguments = {"resamples": 5, "confidence": 0.9, "seed": 0}
    expected = correlate(np.array(x, np.float64), np.array(y, np.float64), **arguments)
    for kind in (np.int8, np.uint8, np.float32):
        found = correlate(np.array(x, kind), np.array(y, kind), **arguments)
        np.testing.assert_equal(vars(found), vars(expected))
    np.testing.assert_equal(vars(correlate(list(x), list(y), **arguments)), vars(expected))


@given(arrays(np.float64, (2, 3, 7), elements=st.floats(-9, 9)), st.integers(0, 6))
def test_pearson_along_the_last_axis_is_numpys(x, flat):
    y = np.random.default_rng(0).normal(size=(3, 7))
    x[0, 1] = flat
    x[1, 2, 3] = np.nan
    found = pearson(x, y)
    assert found.shape == (2, 3)
    assert np.isnan(found[0, 1])
    assert np.isnan(found[1, 2])
    for place in np.ndindex(2, 3):
        if np.ptp(x[place]) > 1e-3:
            assert found[place] == pytest.approx(np.corrcoef(x[place], y[place[1]])[0, 1], abs=1e-9)
    assert pearson(np.empty((2, 0)), np.empty(0)).shape == (2,)
