"""QDA on each feature alone is scikit-learn's on that feature, for all of them at once."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from heed.base.errors import InputError
from heed.pls.discriminant import QuadraticDiscriminant
from heed.pls.rates import rates
from heed.pls.single_units import fit_single_units


def drawn(seed: int, n: int, w: int) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    rng = np.random.default_rng(seed)
    labels = np.arange(n) % 3 == 0
    x = rng.normal(size=(n, w)) * np.where(labels[:, None], rng.uniform(0.2, 3, w), 1)
    return np.maximum(x + rng.normal(size=w), -0.5) * 10 ** rng.uniform(-3, 3, w) + 2, labels


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 10**6), st.integers(6, 60), st.sampled_from([2e-4, 1e-3, 0.5, 1.0]))
def test_is_qda_of_each_feature(seed: int, n: int, regularisation: float) -> None:
    x, labels = drawn(seed, n, 6)
    x[:, 4] = 0.1  # constant
    further, truth = drawn(seed + 1, 300, 6)
    units = fit_single_units(x, labels, regularisation)
    found = units.rates(further, truth)
    for unit in range(6):
        oracle = QuadraticDiscriminant(x[:, [unit]], labels, regularisation)
        predicted = oracle.predict(further[:, [unit]])
        np.testing.assert_array_equal(units.predict(further)[:, unit], predicted)
        wanted = rates(predicted, truth)
        assert found.accuracy[unit] == wanted.accuracy
        assert found.balanced_accuracy[unit] == wanted.balanced_accuracy


def test_in_float32_it_is_nearly_so() -> None:
    x, labels = drawn(0, 500, 40)
    whole = fit_single_units(x, labels)
    half = fit_single_units(x.astype(np.float32), labels)
    assert half.predict(x.astype(np.float32)).dtype == bool
    assert (half.predict(x.astype(np.float32)) == whole.predict(x)).mean() > 0.999


def test_equal_classes_and_a_constant_feature_say_no() -> None:
    labels = np.array([True, False, True, False])
    units = fit_single_units(np.full((4, 1), 0.3, np.float32), labels)
    found = units.rates(np.full((4, 1), 0.3, np.float32), labels)
    assert (found.accuracy[0], found.balanced_accuracy[0]) == (0.5, 0.5)


def test_what_does_not_fit_is_refused() -> None:
    x, labels = drawn(0, 9, 3)
    with pytest.raises(InputError, match="at least 2 of each"):
        fit_single_units(x, np.arange(9) < 1)
    with pytest.raises(InputError, match="NaN or an infinite value in column 2"):
        fit_single_units(np.where(np.arange(3) == 2, np.nan, x), labels)
    with pytest.raises(InputError, match=r"expected \(m, 3\)"):
        fit_single_units(x, labels).rates(x[:, :2], labels)
    with pytest.raises(InputError, match=r"expected \(m, 3\)"):
        fit_single_units(x, labels).predict(x[:, :1])
    with pytest.raises(InputError, match="labels: found"):
        fit_single_units(x, labels).rates(x, labels[:2])


@pytest.mark.parametrize("dtype", [np.uint8, np.int64, np.float16])
def test_features_of_other_types_are_what_they_are_in_float64(dtype: type) -> None:
    """In whole numbers the mean would lose its fraction, and differences might wrap around."""
    features = np.array([[0, 3], [1, 200], [2, 100], [2, 250]], dtype)
    labels = [False, False, True, True]
    found = fit_single_units(features, labels).predict(features)
    wide = features.astype(np.float64)
    assert found.tolist() == fit_single_units(wide, labels).predict(wide).tolist()


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_features_that_are_not_finite_are_named_not_counted_as_a_no(
    value: float, dtype: type
) -> None:
    x, labels = drawn(0, 300, 3)
    wrong = x.astype(dtype)
    wrong[280, 1] = value
    said = (
        r"features: found NaN or an infinite value in column 1 \(row .*\); expected finite numbers"
    )
    with pytest.raises(InputError, match=said):
        fit_single_units(wrong, labels)
    units = fit_single_units(x, labels)
    with pytest.raises(InputError, match=said):
        units.predict(wrong)
    with pytest.raises(InputError, match=said):
        units.rates(wrong, labels)


def test_large_features_are_finite() -> None:
    """Their decision may be infinite in float32, and has a sign all the same."""
    x, labels = drawn(0, 300, 3)
    units = fit_single_units(x, labels)
    far = np.full((2, 3), 1e30)
    np.testing.assert_array_equal(units.predict(far.astype(np.float32)), units.predict(far))
    with pytest.raises(InputError, match="column 0 whose squares are beyond float64"):
        fit_single_units(x * 1e200, labels)


@pytest.mark.parametrize("wrong", [np.ones((4, 2)) * 1j, np.full((4, 2), "a"), [[1], [2, 3]]])
def test_features_that_are_no_real_numbers_are_refused(wrong: object) -> None:
    labels = [False, False, True, True]
    with pytest.raises(InputError, match=r"features: found .* real numbers"):
        fit_single_units(wrong, labels)
    units = fit_single_units(np.arange(8.0).reshape(4, 2), labels)
    with pytest.raises(InputError, match=r"features: found .* real numbers"):
        units.predict(wrong)
