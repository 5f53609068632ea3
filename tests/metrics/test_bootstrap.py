import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from heed.metrics.bootstrap import cluster_weights, percentile_interval, resample_weights


def test_weights_count_the_draws_of_each_item():
    weights = np.concatenate(list(resample_weights(7, 50, seed=3)))
    drawn = np.random.default_rng(3).integers(0, 7, size=(50, 7))
    expected = [[np.count_nonzero(row == item) for item in range(7)] for row in drawn]
    np.testing.assert_array_equal(weights, expected)


@settings(max_examples=30)
@given(st.integers(1, 40), st.integers(1, 30), st.integers(1, 200))
def test_draws_do_not_depend_on_the_block_size(count, resamples, block_elements):
    whole = np.concatenate(list(resample_weights(count, resamples, 5)))
    blocks = list(resample_weights(count, resamples, 5, block_elements=block_elements))
    assert all(len(block) == 1 or block.size <= block_elements for block in blocks)
    np.testing.assert_array_equal(np.concatenate(blocks), whole)
    np.testing.assert_array_equal(whole.sum(axis=1), count)


@pytest.mark.parametrize(("count", "resamples"), [(0, 10), (10, 0)])
def test_nothing_to_resample_is_an_error(count, resamples):
    with pytest.raises(ValueError, match=f"{count} items and {resamples} resamples"):
        next(resample_weights(count, resamples, 0))


def test_interval_of_a_mean_agrees_with_scipy():
    sample = np.random.default_rng(0).exponential(size=60)
    means = np.concatenate([w @ sample / w.sum(1) for w in resample_weights(60, 20_000, 1)])
    low, high = percentile_interval(means, 0.9)
    other = stats.bootstrap(
        (sample,), np.mean, confidence_level=0.9, n_resamples=20_000, method="percentile", rng=2
    ).confidence_interval
    spread = other.high - other.low
    assert abs(low - other.low) < 0.03 * spread
    assert abs(high - other.high) < 0.03 * spread


def test_missing_resamples_are_left_out_and_all_missing_is_missing():
    resampled = np.arange(12, dtype=float).reshape(4, 3)
    resampled[1, 0] = np.nan
    resampled[:, 2] = np.nan
    low, high = percentile_interval(resampled, 0.5)
    expected = np.quantile([0, 6, 9], [0.25, 0.75])
    np.testing.assert_allclose([low[0], high[0]], expected)
    np.testing.assert_allclose([low[1], high[1]], np.quantile([1, 4, 7, 10], [0.25, 0.75]))
    assert np.isnan(low[2])
    assert np.isnan(high[2])


@pytest.mark.parametrize("confidence", [0, 1, 95])
def test_confidence_is_a_share(confidence):
    with pytest.raises(ValueError, match=f"confidence: found {confidence}"):
        percentile_interval(np.zeros((3, 2)), confidence)


def test_an_interval_of_integers_and_lists():
    expected = percentile_interval(np.array([[1.0, 4], [2, 8], [9, 0]]), 0.9)
    for resampled in ([[1, 4], [2, 8], [9, 0]], np.array([[1, 4], [2, 8], [9, 0]], np.uint8)):
        np.testing.assert_array_equal(percentile_interval(resampled, 0.9), expected)


def test_clusters_are_drawn_whole():
    clusters = np.array([30, 4, 30, 7, 4, 30])
    (weights,) = cluster_weights(clusters, 200, seed=3)
    drawn = np.random.default_rng(3).integers(0, 3, size=(200, 3))
    for row, persons in zip(weights, drawn, strict=True):
        # 30, 4 and 7 are the first, second and third cluster to come
        times = [np.count_nonzero(persons == place) for place in range(3)]
        assert row.tolist() == [times[{30: 0, 4: 1, 7: 2}[cluster]] for cluster in clusters]


@settings(max_examples=30)
@given(
    st.lists(st.integers(-5, 5), min_size=1, max_size=40), st.integers(1, 30), st.integers(1, 200)
)
def test_draws_of_clusters_depend_on_neither_block_size_nor_names(clusters, resamples, elements):
    whole = np.concatenate(list(cluster_weights(clusters, resamples, 5)))
    blocks = list(cluster_weights(clusters, resamples, 5, block_elements=elements))
    assert all(len(block) == 1 or block.size <= elements for block in blocks)
    np.testing.assert_array_equal(np.concatenate(blocks), whole)
    renamed = np.concatenate(list(cluster_weights(7 - np.array(clusters), resamples, 5)))
    np.testing.assert_array_equal(renamed, whole)


def test_clusters_of_one_are_items():
    (items,) = resample_weights(9, 20, seed=1)
    (clusters,) = cluster_weights(range(9), 20, seed=1)
    np.testing.assert_array_equal(items, clusters)


def test_clusters_have_one_number_for_each_item():
    with pytest.raises(ValueError, match=r"clusters: found shape \(2, 2\)"):
        next(cluster_weights([[1, 2], [3, 4]], 3, 0))
