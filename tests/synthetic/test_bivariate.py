import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import multivariate_normal, norm

from heed.synthetic.bivariate import both_above, completed, positive_definite, tetrachoric

CUT = st.floats(-3.5, 3.5)


@given(a=CUT, b=CUT, r=st.floats(-0.98, 0.98))
@settings(max_examples=60)
def test_both_above_is_scipys(a: float, b: float, r: float) -> None:
    wanted = multivariate_normal(cov=[[1, r], [r, 1]]).cdf([-a, -b])  # by symmetry
    assert both_above(a, b, r) == pytest.approx(wanted, abs=2e-6)


def test_infinite_cuts_are_never_or_always_exceeded() -> None:
    assert both_above(np.inf, 0.3, 0.9) == 0
    assert both_above(-np.inf, 0.3, -0.9) == pytest.approx(norm.sf(0.3))


@given(
    a=st.tuples(CUT, CUT), b=st.tuples(CUT, CUT), r=st.floats(-0.9, 0.9), share=st.floats(0.1, 0.9)
)
@settings(max_examples=60)
def test_tetrachoric_finds_the_correlation_of_two_groups(
    a: tuple[float, float], b: tuple[float, float], r: float, share: float
) -> None:
    shares = np.array([share, 1 - share])
    cuts = np.array(a)[:, None], np.array(b)[:, None]
    wanted = shares @ both_above(*cuts, r)
    found = tetrachoric(*cuts, shares, wanted)
    # Where cuts are far out, many correlations give nearly the same table.
    np.testing.assert_allclose(shares @ both_above(*cuts, found), wanted, atol=1e-9)


def test_tetrachoric_of_four_fifths_by_hand() -> None:
    # Cuts at 0: P(both) = 1/4 + asin(r) / (2 pi).
    cut = np.zeros((1, 1))
    found = tetrachoric(cut, cut, np.ones(1), np.array([0.25 + np.arcsin(0.8) / (2 * np.pi)]))
    assert found == pytest.approx(0.8, abs=1e-6)


def test_tetrachoric_of_what_never_meets_is_near_minus_one() -> None:
    cut = np.ones((1, 1))
    (found,) = tetrachoric(cut, cut, np.ones(1), np.zeros(1))
    assert -1 < found < -0.95


@given(seed=st.integers(0, 2**32 - 1), size=st.integers(2, 12))
@settings(max_examples=50)
def test_positive_definite(seed: int, size: int) -> None:
    wild = np.random.default_rng(seed).uniform(-1, 1, (size, size))
    made = positive_definite(wild)
    np.testing.assert_allclose(np.diag(made), 1)
    np.testing.assert_allclose(made, made.T)
    assert np.linalg.eigvalsh(made)[0] > 0


def test_positive_definite_keeps_what_already_is() -> None:
    matrix = np.array([[1, 0.5, 0.2], [0.5, 1, -0.1], [0.2, -0.1, 1]])
    np.testing.assert_allclose(positive_definite(matrix), matrix)


def test_free_entries_give_way_to_the_others() -> None:
    # .8 and .8 ask of the third at least 2 * .8^2 - 1 = .28; it is not kept at -.9.
    matrix = np.array([[1, 0.8, 0.8], [0.8, 1, -0.9], [0.8, -0.9, 1]])
    free = np.zeros((3, 3), bool)
    free[1, 2] = free[2, 1] = True
    made = completed(matrix, free)
    np.testing.assert_allclose(made[0], matrix[0], atol=0.01)
    assert made[1, 2] > 0.27
    assert np.abs(positive_definite(matrix)[0] - matrix[0]).max() > 0.1
