"""Images for training and identification, persons for verification."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from heed.base.errors import InputError
from heed.recognition.division import divide_images, persons_apart

IDENTITIES = st.lists(st.integers(0, 9), min_size=2, max_size=80)
SHARES = st.floats(0.01, 0.99)


@given(IDENTITIES, SHARES, st.integers(0, 5))
def test_each_person_trains_and_is_identified(identity, share, seed):
    values = np.array(identity)
    numbers, counts = np.unique(values, return_counts=True)
    if (counts >= 2).sum() < 2:
        with pytest.raises(InputError, match="persons with at least two images"):
            divide_images(values, share, seed)
        return
    division = divide_images(values, share, seed)
    assert division.persons == tuple(numbers[counts >= 2].tolist())
    assert division.left_out == tuple(numbers[counts == 1].tolist())
    assert not set(division.training_rows) & set(division.held_out_rows)
    for label, person in enumerate(division.persons):
        rows = np.flatnonzero(values == person)
        assert (division.classes[rows] == label).all()
        held_out = int(division.held_out[rows].sum())
        assert 1 <= held_out < len(rows)
        assert abs(held_out - share * len(rows)) < 1 or held_out in (1, len(rows) - 1)
    assert (division.classes[np.isin(values, division.left_out)] == -1).all()
    again = divide_images(values, share, seed)
    np.testing.assert_array_equal(again.held_out, division.held_out)


def test_the_seed_decides_which_images():
    identity = np.repeat([1, 2], 20)
    first, second = (divide_images(identity, 0.5, seed).held_out for seed in (0, 1))
    assert (first != second).any()


def test_who_is_left_out_is_said():
    division = divide_images(["Bo", "Bo", "Ann", "Ann", "Cy"], 0.5, 0)
    assert division.summary() == (
        "2 persons: 2 images train, 2 are identified; left out 1 person with a single image"
    )


@given(IDENTITIES, SHARES, st.integers(0, 5))
def test_persons_are_apart_as_a_whole(identity, share, seed):
    values = np.array(identity)
    if len(np.unique(values)) < 2:
        with pytest.raises(InputError, match="expected two or more"):
            persons_apart(values, share, seed)
        return
    apart = persons_apart(values, share, seed)
    assert not set(values[apart]) & set(values[~apart])
    assert 0 < apart.sum() < len(values)
    more = persons_apart(values, min(0.999, share * 1.3), seed)
    assert (more | ~apart).all()  # a larger share holds those of a smaller one


@pytest.mark.parametrize(("share", "held_out"), [(0.01, 1), (0.5, 2), (0.99, 3)])
def test_one_image_trains_and_one_is_identified_at_any_share(share, held_out):
    division = divide_images([1] * 4 + [2] * 4, share, 0)
    assert np.bincount(division.classes[division.held_out]).tolist() == [held_out, held_out]


@pytest.mark.parametrize("divide", [divide_images, persons_apart])
@pytest.mark.parametrize("identity", [["a", None, "a", "b", "b"], [1, np.nan, 1, 2, 2]])
def test_images_of_unknown_persons_are_refused(divide, identity):
    with pytest.raises(InputError, match="found 1 of 5 images whose person is not known"):
        divide(identity, 0.5, 0)


@pytest.mark.parametrize("divide", [divide_images, persons_apart])
@pytest.mark.parametrize("share", [0, 1, 5, float("nan"), "a"])
def test_a_share_out_of_its_range_is_refused(divide, share):
    with pytest.raises(InputError, match="share: found"):
        divide([1, 1, 2, 2], share, 0)
