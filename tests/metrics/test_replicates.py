import numpy as np
import pytest
from scipy import stats

from heed.metrics.bootstrap import percentile_interval
from heed.metrics.replicates import hierarchical_interval, training_error, two_sided_p

NAN = np.nan


def test_the_error_of_one_mean_is_that_of_the_t_test():
    values = np.array([[0.1, 5.0], [0.4, 5.0], [0.3, 5.0]])
    found = training_error([values])
    np.testing.assert_allclose(found.scale, stats.sem(values))
    assert found.df.tolist() == [2, 2]


def test_the_error_of_a_difference_is_that_of_the_pooled_t_test():
    first, second = np.array([1.0, 2.0, 4.0]), np.array([7.0, 7.5])
    found = training_error([first, second])
    expected = stats.ttest_ind(first, second, equal_var=True)
    difference = first.mean() - second.mean()
    assert difference / found.scale == pytest.approx(expected.statistic)
    assert found.df == expected.df == 3


def test_the_spread_is_pooled_over_the_recipes_of_the_run():
    """Squares about the means: 2 of two trainings, 0 of three, 8 of two: 10 over 1 + 2 + 1."""
    first, second, third = [1.0, 3.0], [5.0, 5.0, 5.0], [0.0, 4.0]
    found = training_error([first], pool=[first, second, third])
    assert found.scale == pytest.approx((10 / 4 / 2) ** 0.5)
    assert found.df == 4


def test_missing_trainings_are_left_out_one_training_tells_nothing_and_none_is_exact():
    found = training_error([np.array([[1.0, NAN], [NAN, NAN], [3.0, 2.0]])])
    np.testing.assert_allclose(found.scale, [1.0, 0.0])
    assert found.df.tolist() == [1, 0]
    alone = training_error([np.array([[0.5, 0.6]])])
    assert (alone.scale == 0).all()
    assert training_error([], pool=[[1.0, 2.0]]).scale == 0


def test_without_persons_the_interval_is_students():
    values = np.array([0.2, 0.5, 0.3])
    low, high = hierarchical_interval(np.full(20_000, 1 / 3), training_error([values]), 0.95)
    expected = stats.t.interval(0.95, 2, values.mean(), stats.sem(values))
    np.testing.assert_allclose([low, high], expected, atol=1e-3)


def test_without_replicates_the_interval_is_the_persons():
    resampled = np.random.default_rng(0).normal(size=(50, 3))
    error = training_error([np.ones((1, 3))])
    np.testing.assert_array_equal(
        hierarchical_interval(resampled, error, 0.9), percentile_interval(resampled, 0.9)
    )


def test_both_parts_add_up():
    """With many trainings both parts are normal, and so is their sum: 3² + 4² = 5²."""
    resampled = np.random.default_rng(0).normal(scale=3, size=20_000)
    trainings = np.tile([4.0, -4.0], 5000) * 100  # s = 400 and 10,000 of them
    low, high = hierarchical_interval(resampled, training_error([trainings]), 0.95)
    assert (high - low) / 2 == pytest.approx(1.96 * 5, rel=0.02)


def test_shapes_must_fit():
    error = training_error([np.array([[1.0, 2.0], [2.0, 4.0]])])
    with pytest.raises(ValueError, match=r"resamples \(9, 3\) and an error of shape \(2,\)"):
        hierarchical_interval(np.zeros((9, 3)), error, 0.9)


def test_p_values_of_persons_alone_are_those_of_a_t_test():
    sample = np.random.default_rng(1).normal(0.2, size=30)
    rows = np.random.default_rng(2).integers(0, 30, (20_000, 30))
    nothing = training_error([])
    p = two_sided_p(sample.mean(), sample[rows].mean(axis=1), nothing, 30)
    assert p == pytest.approx(stats.ttest_1samp(sample, 0).pvalue, rel=0.1)


def test_p_values_of_trainings_alone_are_those_of_a_t_test():
    values = np.array([0.2, 0.5, 0.3])
    p = two_sided_p(values.mean(), np.full(5, values.mean()), training_error([values]), 100)
    assert p == pytest.approx(stats.ttest_1samp(values, 0).pvalue)


def test_p_values_without_spread_and_without_value():
    values, resampled = np.array([0.0, 0.3, NAN, 0.3]), np.tile([0.0, 0.3, NAN, 0.3], (4, 1))
    found = two_sided_p(values, resampled, training_error([]), np.array([9, 9, 9, 1]))
    np.testing.assert_array_equal(found, [1.0, 0.0, NAN, NAN])
