"""QDA is scikit-learn's; what would break it is defined."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.discriminant_analysis import QuadraticDiscriminantAnalysis
from sklearn.metrics import accuracy_score, balanced_accuracy_score

from heed.base.errors import InputError
from heed.pls.discriminant import QuadraticDiscriminant
from heed.pls.rates import rates
from heed.pls.single_units import fit_single_units

RNG = np.random.default_rng(2)
LABELS = np.arange(60) % 2 == 0
X = RNG.normal(size=(60, 4)) * np.where(LABELS, 3, 1)[:, None] + [0, 5, -9, 100]


def test_is_scikit_learns_on_standardised_features() -> None:
    """Against posteriors written out with its formula."""
    z = (X - X.mean(axis=0)) / X.std(axis=0)
    posterior = []
    for wanted in (False, True):
        rows = z[wanted == LABELS]
        s = 0.99 * np.cov(rows.T, bias=True) + 0.01 * np.eye(4)
        d = z - rows.mean(axis=0)
        distance = np.einsum("ij,jk,ik->i", d, np.linalg.inv(s), d)
        posterior.append(np.log(0.5) - (np.linalg.slogdet(s)[1] + distance) / 2)
    predicted = QuadraticDiscriminant(X, LABELS, regularisation=0.01).predict(X)
    np.testing.assert_array_equal(predicted, posterior[1] > posterior[0])
    bare = QuadraticDiscriminantAnalysis().fit(z, LABELS).predict(z)
    assert (QuadraticDiscriminant(X, LABELS).predict(X) == bare).mean() > 0.95


def test_collinear_features_count_once() -> None:
    """Eight copies of a neuron, of which scikit-learn alone makes an error."""
    copies = np.repeat(X[:, :1], 8, axis=1) * np.arange(1, 9)
    with pytest.raises(np.linalg.LinAlgError):
        QuadraticDiscriminantAnalysis().fit(copies, LABELS)
    once = QuadraticDiscriminant(X[:, :1], LABELS).predict(X[:, :1])
    assert (QuadraticDiscriminant(copies, LABELS).predict(copies) == once).mean() > 0.9


def test_a_constant_feature_has_no_say() -> None:
    with_it = np.c_[X, np.full(60, 0.1)]
    np.testing.assert_array_equal(
        QuadraticDiscriminant(with_it, LABELS).predict(with_it),
        QuadraticDiscriminant(X, LABELS).predict(X),
    )


def test_too_few_samples_are_refused_with_a_remedy() -> None:
    labels = np.arange(60) < 3
    with pytest.raises(InputError, match=r"3 positives and 57 negatives; .* 4 of each.*Draw more"):
        QuadraticDiscriminant(X, labels)
    with pytest.raises(InputError, match="at least 2 of each"):
        QuadraticDiscriminant(X[:, :1], np.arange(60) < 1)
    QuadraticDiscriminant(X, np.arange(60) < 4)  # as many as features are enough


@pytest.mark.parametrize("regularisation", [0, 1e-4, 1.1, np.nan, "a"])
def test_a_regularisation_out_of_range_is_refused(regularisation: float) -> None:
    with pytest.raises(InputError, match="regularisation: found"):
        QuadraticDiscriminant(X, LABELS, regularisation)


def test_features_that_are_none_are_refused() -> None:
    with pytest.raises(InputError, match="NaN"):
        QuadraticDiscriminant(np.where(X > 100, np.nan, X), LABELS)
    with pytest.raises(InputError, match="features: found the shape"):
        QuadraticDiscriminant(X[0], LABELS)
    with pytest.raises(InputError, match="labels: found the shape"):
        QuadraticDiscriminant(X, LABELS[:3])
    for wrong in (X * 1j, X.astype(str)):
        with pytest.raises(InputError, match=r"features: found .* expected real numbers"):
            QuadraticDiscriminant(wrong, LABELS)
        with pytest.raises(InputError, match=r"features: found .* expected real numbers"):
            QuadraticDiscriminant(X, LABELS).predict(wrong)


def test_minus_one_is_not_taken_for_true() -> None:
    signs = np.where(LABELS, 1, -1)
    for call in (
        lambda: QuadraticDiscriminant(X, signs),
        lambda: fit_single_units(X, signs),
        lambda: fit_single_units(X, LABELS).rates(X, signs),
        lambda: rates(LABELS, signs),
        lambda: rates(signs, LABELS),
    ):
        with pytest.raises(
            InputError, match=r"found -1; expected truth values, or 0 and 1: .* > 0"
        ):
            call()
    ones = LABELS.astype(np.int8)
    assert rates(ones, ones).accuracy == 1
    assert QuadraticDiscriminant(X, ones).predict(X).shape == LABELS.shape


@given(st.lists(st.tuples(st.booleans(), st.booleans()), min_size=1, max_size=30))
def test_rates_are_scikit_learns(pairs: list[tuple[bool, bool]]) -> None:
    predicted, labels = np.array(pairs).T
    found = rates(np.c_[predicted, ~predicted], labels)
    assert found.accuracy[0] == pytest.approx(accuracy_score(labels, predicted))
    if labels.any() and not labels.all():
        assert found.balanced_accuracy[0] == balanced_accuracy_score(labels, predicted)
        assert found.balanced_accuracy[1] == balanced_accuracy_score(labels, ~predicted)
    else:
        assert np.isnan(found.balanced_accuracy).all()


def test_rates_of_nothing_are_refused() -> None:
    with pytest.raises(InputError, match="labels: found"):
        rates(np.zeros((0, 2), bool), np.zeros(0, bool))
    with pytest.raises(InputError, match=r"labels: found the shape \(2,\) for predictions \(3,\)"):
        rates(np.zeros(3, bool), np.zeros(2, bool))


def test_other_features_than_were_fitted_are_refused() -> None:
    fitted = QuadraticDiscriminant([[0.0], [1.0], [8.0], [9.0]], [False, False, True, True])
    with pytest.raises(InputError, match=r"found \(1, 2\); expected \(m, 1\)"):
        fitted.predict([[1.0, 2.0]])
