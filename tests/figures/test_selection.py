import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from heed.figures.selection import spread_over


def test_one_row_is_the_median_and_two_are_the_quartiles() -> None:
    values = np.array([50.0, 10.0, 40.0, 20.0, 30.0])
    assert values[spread_over(values, 1)].tolist() == [30.0]
    hundred = np.random.default_rng(0).permutation(100)
    assert hundred[spread_over(hundred, 2)].tolist() == [25, 75]


@given(st.lists(st.integers(-5, 5), max_size=30), st.integers(0, 12))
def test_rows_differ_and_go_up(values: list[int], count: int) -> None:
    rows = spread_over(np.array(values, float), count)
    assert len(set(rows.tolist())) == len(rows) == min(count, len(values))
    assert (np.diff(np.array(values, float)[rows]) >= 0).all()


def test_equal_values_keep_their_order_and_infinity_is_last() -> None:
    assert spread_over(np.array([1.0, 1.0, 1.0]), 3).tolist() == [0, 1, 2]
    assert spread_over(np.array([np.inf, 0.2, 0.1]), 3).tolist() == [2, 1, 0]
