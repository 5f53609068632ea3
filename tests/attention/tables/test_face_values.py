"""Means of faces and trainings against hand calculation and SciPy."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from scipy import stats

from heed.attention.tables.face_values import Bootstrap, FaceValues, means, over_seeds

BOOTSTRAP = Bootstrap(resamples=4000, seed=0, confidence=0.95)
RNG = np.random.default_rng(3)


def one(values: np.ndarray, persons: np.ndarray | None = None) -> tuple[float, float, float]:
    numbers = np.atleast_2d(np.asarray(values, np.float64))
    persons = np.arange(numbers.shape[1]) if persons is None else persons
    (found,) = means([FaceValues(tuple(range(len(numbers))), numbers)], persons, BOOTSTRAP)
    return found.value, found.low, found.high


def test_a_mean_is_over_the_faces_that_have_the_number_and_over_the_seeds() -> None:
    nothing = np.nan
    values = FaceValues((0, 1), np.array([[1.0, 0.0, nothing, 1.0], [1.0, 1.0, nothing, 1.0]]))
    (found,) = means([values], [0, 0, 1, 2], BOOTSTRAP)
    assert (found.faces, found.persons, found.seeds) == (3, 2, 2)
    assert found.value == pytest.approx((2 / 3 + 1) / 2)


def test_a_difference_is_of_common_seeds_face_by_face() -> None:
    before = FaceValues((0, 1, 2), np.array([[0.0, 0.0], [1.0, 0.0], [1.0, 1.0]]))
    after = FaceValues((2, 0), np.array([[1.0, 0.0], [1.0, 1.0]]))
    less = after.less(before)
    assert less.seeds == (2, 0)
    assert less.numbers.tolist() == [[0.0, -1.0], [1.0, 1.0]]


def test_of_one_seed_the_interval_is_that_of_the_faces() -> None:
    values = RNG.normal(0.4, 0.2, 60)
    value, low, high = one(values)
    expected = stats.t.interval(0.95, 59, values.mean(), values.std(ddof=1) / 60**0.5)
    assert value == pytest.approx(values.mean())
    assert (low, high) == pytest.approx(expected, abs=0.006)


def test_of_few_faces_the_interval_is_as_wide_as_students() -> None:
    values = RNG.normal(0.4, 0.2, 6)
    _, low, high = one(values)
    expected = stats.t.interval(0.95, 5, values.mean(), values.std(ddof=1) / 6**0.5)
    assert high - low == pytest.approx(expected[1] - expected[0], rel=0.12)


def test_seeds_add_students_deviation() -> None:
    # All faces alike: nothing comes of other faces, and all of other seeds.
    per_seed = np.array([0.5, 0.6, 0.9])
    _, low, high = one(np.tile(per_seed[:, None], 40))
    expected = stats.t.interval(0.95, 2, per_seed.mean(), per_seed.std(ddof=1) / 3**0.5)
    assert (low, high) == pytest.approx(expected, rel=0.02)


def test_faces_of_one_person_are_drawn_together() -> None:
    values = RNG.normal(0.4, 0.2, 50)
    _, low, high = one(values)
    _, low_of_pairs, high_of_pairs = one(np.repeat(values, 2), np.repeat(np.arange(50), 2))
    assert high_of_pairs - low_of_pairs == pytest.approx(high - low, rel=0.05)
    _, low_alone, high_alone = one(np.repeat(values, 2))
    assert high_alone - low_alone < 0.8 * (high - low)


def test_a_difference_is_narrower_than_its_parts_where_faces_go_together() -> None:
    hard = RNG.random(300)
    before = FaceValues((0,), (hard < 0.5)[None].astype(np.float64))
    after = FaceValues((0,), (hard < 0.55)[None].astype(np.float64))
    found = means([before, after.less(before)], np.arange(300), BOOTSTRAP)
    assert found[1].high - found[1].low < 0.6 * (found[0].high - found[0].low)
    assert found[1].low > 0


def test_one_person_says_nothing_of_others() -> None:
    value, low, high = one(np.array([1.0, 0.0]), np.array([7, 7]))
    assert value == 0.5
    assert np.isnan([low, high]).all()


def test_without_any_face_there_is_no_number() -> None:
    value, low, high = one(np.full((2, 3), np.nan))
    assert np.isnan([value, low, high]).all()


def test_over_seeds_is_students_interval() -> None:
    values = RNG.normal(0, 1, (4, 3))
    values[0, 1] = np.nan
    values[1:, 2] = np.nan
    mean, low, high = over_seeds(values, 0.9)
    for column in (0, 1):
        known = values[~np.isnan(values[:, column]), column]
        spread = known.std(ddof=1) / len(known) ** 0.5
        expected = stats.t.interval(0.9, len(known) - 1, known.mean(), spread)
        assert mean[column] == pytest.approx(known.mean())
        assert (low[column], high[column]) == pytest.approx(expected)
    assert mean[2] == pytest.approx(values[0, 2])
    assert np.isnan([low[2], high[2]]).all()


ANSWERS = arrays.arrays(
    np.float64, st.tuples(st.integers(1, 3), st.integers(2, 12)),
    elements=st.sampled_from([0.0, 1.0, np.nan]),
)  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(ANSWERS, st.integers(0, 2**31))
def test_the_order_of_seeds_and_faces_changes_no_mean(values: np.ndarray, seed: int) -> None:
    rng = np.random.default_rng(seed)
    moved = rng.permutation(rng.permutation(values, axis=0), axis=1)
    few = Bootstrap(resamples=50, seed=0, confidence=0.9)
    persons = np.arange(values.shape[1])
    columns = [FaceValues(tuple(range(len(values))), each) for each in (values, moved)]
    for column in columns:
        (found,) = means([column], persons, few)
        assert found.faces == int((~np.isnan(values)).any(axis=0).sum())
        known = [row[~np.isnan(row)].mean() for row in values if (~np.isnan(row)).any()]
        assert found.value == pytest.approx(np.mean(known) if known else np.nan, nan_ok=True)
        assert np.isnan(found.low) or found.low <= found.high


@settings(max_examples=60, deadline=None)
@given(ANSWERS)
def test_a_difference_the_other_way_round_is_the_same_with_another_sign(
    values: np.ndarray,
) -> None:
    first = FaceValues(tuple(range(len(values))), values)
    second = FaceValues(first.seeds, np.nan_to_num(1 - values))
    there, back = first.less(second), second.less(first)
    np.testing.assert_array_equal(there.numbers, -back.numbers)
    few = Bootstrap(resamples=50, seed=0, confidence=0.9)
    found = means([there, back], np.arange(values.shape[1]), few)
    assert found[0].value == pytest.approx(-found[1].value, nan_ok=True)
