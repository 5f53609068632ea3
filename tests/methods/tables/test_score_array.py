"""Scores as arrays; means over images and trainings with intervals."""

import numpy as np
import pytest

from heed.base.errors import InputError
from heed.methods.tables.score_array import Bootstrap, mean_of, present_mean, score_array
from tests.methods.tables.made_up import METHODS, METRICS, long, scores


def test_the_table_becomes_the_array_whatever_the_order_of_its_rows() -> None:
    array = scores(seeds=2, images=5)
    table = long(array)
    found = score_array(table.sort_values(["method", "seed", "image"]), METHODS, METRICS)
    order = [found.images.index(image) for image in array.images]
    assert np.array_equal(found.values[:, order], array.values)


def test_a_missing_score_is_noticed() -> None:
    table = long(scores(seeds=2, images=5))
    with pytest.raises(InputError, match=r"found 99 scores.*2 x 5 x 5 x 2.*measure again"):
        score_array(table.iloc[1:], METHODS, METRICS)


def test_a_mean_is_over_what_is_there() -> None:
    values = scores(seeds=2, images=30).values.copy()
    values[0, 3, 1, 0] = np.nan
    values[:, :, 2, 1] = np.nan
    mean = mean_of(values, Bootstrap(100, 0, 0.9))
    assert mean.value[1, 0] == pytest.approx(np.nanmean(values[:, :, 1, 0]))
    assert np.isnan(mean.value[2, 1])
    assert present_mean(values, (0, 1)) == pytest.approx(mean.value, nan_ok=True)
    low, high = mean.interval(0.95)
    known = ~np.isnan(mean.value)
    assert ((low <= mean.value) & (mean.value <= high))[known].all()
    assert np.isnan(low[2, 1])


def test_trainings_that_differ_make_intervals_wider() -> None:
    values = scores(noise=0.01).values
    alike = mean_of(values, Bootstrap(200, 0, 0.9)).interval(0.95)
    apart = values + np.array([-0.2, 0.0, 0.2])[:, None, None, None]
    apart_interval = mean_of(apart, Bootstrap(200, 0, 0.9)).interval(0.95)
    assert (apart_interval[1] - apart_interval[0] > 5 * (alike[1] - alike[0])).all()


def test_the_interval_covers_as_often_as_it_says() -> None:
    """Scores of normal images and trainings: of 90 % intervals, at least 85 % hold the truth."""
    rng, held = np.random.default_rng(0), 0
    for _ in range(200):
        trainings, images = rng.normal(0, 0.1, (3, 1)), rng.normal(0, 0.3, (1, 40))
        low, high = mean_of(trainings + images, Bootstrap(200, 0, 0.9)).interval(0.9)
        held += bool(low <= 0 <= high)
    assert held >= 170
