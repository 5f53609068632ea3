from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from heed.metrics.paired_tests import holm, sign_test_p, signed_rank_p

NAN = np.nan


def test_holm_by_hand():
    """Of five: 5 x .004, 4 x .01, 3 x .03, then .06 and .05 raised to the .09 before them."""
    found = holm([0.03, 0.004, NAN, 0.05, 0.01, 0.04])
    np.testing.assert_allclose(found, [0.09, 0.02, NAN, 0.09, 0.04, 0.09])
    assert holm([0.9, 0.6]).tolist() == [1.0, 1.0]
    assert holm([]).tolist() == []


@given(st.lists(st.floats(0, 1), max_size=12))
def test_holm_rejects_what_stepping_down_rejects(p):
    for alpha in (0.01, 0.05, 0.2):
        rejected = set()
        for step, index in enumerate(np.argsort(p, kind="stable")):
            if p[index] * (len(p) - step) > alpha:
                break
            rejected.add(index)
        assert set(np.flatnonzero(holm(p) <= alpha)) == rejected


def test_a_p_value_is_a_share():
    with pytest.raises(ValueError, match=r"holm: found p-values \[0.1, 1.5\]"):
        holm([0.1, 1.5])


def test_signs_by_counting_all_ways():
    """5 above and 1 below, of 64 ways: as far from even are 0, 1, 5 and 6 above."""
    ways = [sum(signs) for signs in product([0, 1], repeat=6)]
    expected = np.mean([abs(above - 3) >= 2 for above in ways])
    assert sign_test_p([1, 2, 3, -1, 4, 5, 0, NAN]) == pytest.approx(expected)
    assert sign_test_p([0.0] * 30) == 1
    assert np.isnan(sign_test_p([NAN, NAN]))


def test_signed_ranks_by_counting_all_ways():
    differences = np.array([0.5, -0.1, 0.9, 0.4, 0.0, NAN, 0.3])
    kept = np.array([0.5, -0.1, 0.9, 0.4, 0.3])
    ranks = stats.rankdata(np.abs(kept))
    found = ranks[kept < 0].sum()
    ways = [np.dot(signs, ranks) for signs in product([0, 1], repeat=5)]
    expected = np.mean([min(way, 15 - way) <= found for way in ways])
    assert signed_rank_p(differences) == pytest.approx(expected)
    assert signed_rank_p([0.0] * 30) == 1
    assert np.isnan(signed_rank_p([NAN]))
