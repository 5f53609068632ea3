import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from heed.metrics.gini_index import gini_index

some_maps = arrays(np.float64, (3, 4), elements=st.floats(0, 1e3)).filter(
    lambda map_: map_.sum() > 1e-3
)


@given(some_maps)
def test_it_is_half_the_relative_mean_difference_of_all_pairs(map_):
    values = map_.ravel()
    pairs = np.abs(values[:, None] - values).mean()
    assert gini_index(map_) == pytest.approx(pairs / (2 * values.mean()), abs=1e-12)


@given(some_maps, st.floats(0.01, 100), st.permutations(range(12)))
def test_neither_scale_nor_order_matters(map_, factor, order):
    other = (map_.ravel()[order] * factor).reshape(4, 3)
    assert gini_index(other) == pytest.approx(gini_index(map_), abs=1e-9)


def test_uniform_single_empty_and_missing():
    maps = np.zeros((4, 5, 5), np.float32)
    maps[0], maps[1, 2, 2], maps[3, 0, 0] = 0.25, 7, np.nan
    np.testing.assert_allclose(gini_index(maps), [0, 1 - 1 / 25, np.nan, np.nan], atol=1e-12)
    with pytest.raises(ValueError, match="gini_index: found a map with the value -2"):
        gini_index(np.full((2, 2), -2.0))


def test_numbers_at_the_ends_of_floating_point():
    for value in (1e308, 5e-324):
        maps = np.zeros((2, 2, 2))
        maps[0], maps[1, 1, 0] = value, value
        np.testing.assert_array_equal(gini_index(maps), [0, 0.75])


@pytest.mark.parametrize("shape", [(0, 3, 5, 7), (2, 0, 5, 7)])
def test_no_maps_have_no_index(shape):
    assert gini_index(np.ones(shape)).shape == shape[:2]
