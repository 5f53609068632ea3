"""Verification, by hand and held to scikit-learn."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import roc_auc_score, roc_curve
from sklearn.metrics.pairwise import cosine_similarity

from heed.base.errors import InputError
from heed.recognition.pairs import Pairs
from heed.recognition.verification import (
    accuracy_by_fold,
    area_under_curve,
    cosines,
    receiver_operating_characteristic,
    verify,
)

SCORED = st.lists(
    st.tuples(st.integers(-8, 8).map(lambda n: n / 8), st.booleans()), min_size=2, max_size=60
).filter(lambda pairs: 0 < sum(same for _, same in pairs) < len(pairs))


def test_cosines_are_those_of_scikit_learn():
    features = np.random.default_rng(0).normal(size=(9, 5)).astype(np.float32)
    first, second = np.array([0, 3, 4]), np.array([8, 3, 1])
    expected = cosine_similarity(features.astype(np.float64))[first, second]
    np.testing.assert_allclose(cosines(features, first, second), expected, atol=1e-12)
    # a product as large or as small as it can be written
    for factor in (1e-200, 1e200):
        scaled = features.astype(np.float64) * factor
        np.testing.assert_allclose(cosines(scaled, first, second), expected, atol=1e-7)


def test_features_of_nothing_are_alike_to_none_and_nan_is_refused():
    assert cosines([[0.0, 0.0], [1.0, 0.0]], [0], [1]).tolist() == [0.0]
    with pytest.raises(InputError, match="a value in row 1 that is no number"):
        cosines([[0.0], [np.nan]], [0], [1])


@pytest.mark.parametrize(
    ("features", "first", "second", "said"),
    [
        (np.eye(3), [0], [3], "second: found 3 to 3; expected whole numbers from 0 to 2"),
        (np.eye(3), [-1], [0], "first: found -1 to -1"),
        (np.eye(3), [0.0], [1.0], "first: found float64"),
        (np.eye(3), [True, False, True], [0, 1, 2], "first: found bool .* np.flatnonzero"),
        (np.eye(3), [[0]], [[1]], "first: found int64"),
        (np.eye(3), [0], [1, 1, 1], "found 1 first and 3 second images"),
        (np.eye(3)[0], [0], [0], r"features: found the shape \(3,\)"),
        (np.zeros((0, 3)), [], [], r"features: found the shape \(0, 3\)"),
        (np.eye(3) * 1j, [0], [1], "features: found complex128"),
    ],
)
def test_places_that_are_none_are_refused(features, first, second, said):
    """-1 would be the last image, and one row the partner of many."""
    with pytest.raises(InputError, match=said):
        cosines(features, first, second)


def test_no_pairs_have_no_cosines():
    assert cosines(np.eye(3), [], []).shape == (0,)


def test_minus_one_is_not_taken_for_one_person():
    with pytest.raises(InputError, match="same: found -1; expected truth values"):
        accuracy_by_fold([0.9, 0.1, 0.4, 0.3], [1, -1, 1, -1], [0, 0, 1, 1])
    with pytest.raises(InputError, match="same: found -1"):
        area_under_curve([0.9, 0.5], [1, -1])
    with pytest.raises(InputError, match="similarity: found <U1"):
        area_under_curve(["a", "b"], [1, 0])


def test_three_folds_by_hand():
    """Thresholds from the two other folds; the middle one of those that are best.

    - fold 0 is judged by .9+ .2- .6+ .5-: only between .5 and .6 all four are right, t = .55;
      .8 and .1 of fold 0 are right.
    - fold 1 by .8+ .1- .6+ .5-: t = .55; .9+ is right, and .2- too.
    - fold 2 by .8+ .1- .9+ .2-: only between .2 and .8 all are right, t = .5;
      .6+ is right, and .5- is taken for one person.
    """
    similarity = [0.8, 0.1, 0.9, 0.2, 0.6, 0.5]
    accuracy, thresholds = accuracy_by_fold(similarity, [True, False] * 3, [0, 0, 1, 1, 2, 2])
    np.testing.assert_allclose(thresholds, [0.55, 0.55, 0.5])
    np.testing.assert_allclose(accuracy, [1.0, 1.0, 0.5])


def test_a_threshold_can_lie_beyond_both_ends():
    """The other fold has pairs of one person alone, so all are taken for one; and the reverse."""
    accuracy, thresholds = accuracy_by_fold(
        [0.3, 0.7, 0.2, 0.6], [True, True, False, False], [0, 0, 1, 1]
    )
    # From fold 1 all thresholds above .6 are best, of which there is one: .6 + 1.
    np.testing.assert_allclose(thresholds, [1.6, 0.3 - 1])
    np.testing.assert_allclose(accuracy, [0.0, 0.0])


@given(SCORED, SCORED)
def test_no_threshold_does_better_on_the_other_folds(here, there):
    """A loop over all thresholds that could differ."""
    pairs = here + there
    similarity, same = np.array([s for s, _ in pairs]), np.array([t for _, t in pairs])
    fold = np.repeat([0, 1], [len(here), len(there)])
    _, thresholds = accuracy_by_fold(similarity, same, fold)
    for number, threshold in enumerate(thresholds):
        others, truth = similarity[fold != number], same[fold != number]
        right = ((others >= threshold) == truth).sum()
        assert right == max(((others >= t) == truth).sum() for t in np.arange(-33, 34) / 16 + 0.01)


@given(SCORED)
def test_the_curve_and_its_area_are_those_of_scikit_learn(pairs):
    similarity, same = np.array([s for s, _ in pairs]), np.array([t for _, t in pairs])
    false_accepts, true_accepts = receiver_operating_characteristic(similarity, same)
    expected = roc_curve(same, similarity, drop_intermediate=False)
    np.testing.assert_allclose(false_accepts, expected[0])
    np.testing.assert_allclose(true_accepts, expected[1])
    area = area_under_curve(similarity, same)
    np.testing.assert_allclose(area, roc_auc_score(same, similarity))
    np.testing.assert_allclose(area, np.trapezoid(true_accepts, false_accepts))


def test_mean_and_deviation_are_over_the_folds():
    features = np.array([[1, 0], [1, 0.1], [0, 1], [1, 1]], np.float32)
    first, second = np.array([0, 0, 0, 0, 0, 0]), np.array([1, 2, 1, 2, 2, 1])
    pairs = Pairs(first, second, np.array([True, False] * 3), np.array([0, 0, 1, 1, 2, 2]))
    found = verify(features, pairs)
    np.testing.assert_allclose(found.by_fold, [1, 1, 0])
    assert found.accuracy == pytest.approx(2 / 3)
    assert found.deviation == pytest.approx(np.std([1, 1, 0], ddof=1))
    # Two of one person against 0, 0 and their equal; the third, a 0, against the same.
    assert found.auc == pytest.approx((2 * 2.5 + 1) / 9)


@pytest.mark.parametrize(
    ("similarity", "same", "fold", "said"),
    [
        ([0.1, 0.2], [True, False], [0, 0], "found 1 folds; expected two or more"),
        ([0.1], [True, False], [0, 1], "found 1 similarities, 2 pairs and 2 folds"),
    ],
)
def test_folds_that_do_not_fit_are_refused(similarity, same, fold, said):
    with pytest.raises(InputError, match=said):
        accuracy_by_fold(similarity, same, fold)


@pytest.mark.parametrize(("same", "kind"), [(True, "one person"), (False, "two persons")])
def test_a_curve_needs_both_kinds(same, kind):
    with pytest.raises(InputError, match=f"found pairs of {kind} alone"):
        receiver_operating_characteristic([0.1, 0.2], [same, same])


def test_pairs_of_one_person_may_be_told_by_ones():
    """Of 1 the complement is -2, which no count of pairs may be."""
    similarity, fold = [0.9, 0.1, 0.4, 0.3], [0, 0, 1, 1]
    by_ones = accuracy_by_fold(similarity, [1, 0, 1, 0], fold)
    by_truth = accuracy_by_fold(similarity, [True, False, True, False], fold)
    for found, expected in zip(by_ones, by_truth, strict=True):
        assert found.tolist() == expected.tolist()


@pytest.mark.parametrize("judge", [receiver_operating_characteristic, area_under_curve])
def test_similarities_that_are_none_are_refused(judge):
    with pytest.raises(InputError, match="similarity: found NaN for pair 1"):
        judge([0.9, np.nan, 0.4], [True, False, True])
    with pytest.raises(InputError, match="found 2 similarities and 3 pairs"):
        judge([0.9, 0.4], [True, False, True])


def test_a_fold_with_nan_is_refused():
    with pytest.raises(InputError, match="similarity: found NaN for pair 3"):
        accuracy_by_fold([0.9, 0.1, 0.4, np.nan], [True, False] * 2, [0, 0, 1, 1])
