"""Draws are balanced, disjoint, of the pool alone, and their own affair."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from heed.base.errors import InputError
from heed.probing.balanced_draws import LEAST, balanced_draws


@given(
    positives=st.integers(0, 60),
    negatives=st.integers(0, 60),
    training=st.integers(1, 25),
    validation=st.integers(1, 25),
    seed=st.integers(0, 3),
)
def test_a_draw_keeps_its_promises(positives, negatives, training, validation, seed) -> None:
    labels = np.r_[np.ones(positives), -np.ones(negatives), np.ones(5)].astype(int)[:, None]
    pool = np.arange(positives + negatives)
    (draw,) = balanced_draws(
        labels, ["Bald"], pool, training=2 * training, validation=2 * validation, seed=seed
    )
    if not draw.defined:
        assert len(draw.validation) == 0
        assert f"{min(positives, negatives)} faces" in draw.why
        return
    assert draw.why == ""
    for part, asked in ((draw.training, training), (draw.validation, validation)):
        values = labels[part, 0]
        assert (values > 0).sum() == (values < 0).sum() <= asked
        assert np.all(np.diff(part) > 0)
        assert set(part) <= set(pool)
    assert not set(draw.training) & set(draw.validation)
    assert len(draw.training) >= 2 * LEAST["training"]
    if min(positives, negatives) >= training + validation:
        assert (len(draw.training), len(draw.validation)) == (2 * training, 2 * validation)
    else:
        every = len(draw.training) + len(draw.validation)
        assert every == 2 * min(positives, negatives)


def test_too_few_faces_are_told_with_their_number() -> None:
    labels = np.r_[np.ones(9), -np.ones(50)].astype(int)[:, None]
    (few,) = balanced_draws(labels, ["Bald"], np.arange(59), training=40, validation=20, seed=0)
    assert few.why == (
        "9 faces with it, which leaves 6 to fit on and 3 to choose on; expected 8 and 2"
    )
    (none,) = balanced_draws(-labels, ["Bald"], np.arange(59), training=40, validation=20, seed=0)
    assert none.why.startswith("9 faces without it")


def test_another_attribute_changes_no_draw() -> None:
    labels = np.where(np.random.default_rng(0).random((200, 3)) < 0.4, 1, -1)
    sizes = {"training": 40, "validation": 20, "seed": 1}
    three = balanced_draws(labels, ["Bald", "Male", "Young"], np.arange(200), **sizes)
    two = balanced_draws(labels[:, [2, 0]], ["Young", "Bald"], np.arange(200), **sizes)
    for one, other in ((three[2], two[0]), (three[0], two[1])):
        np.testing.assert_array_equal(one.training, other.training)
        np.testing.assert_array_equal(one.validation, other.validation)
    (again,) = balanced_draws(labels[:, :1], ["Bald"], np.arange(200), **{**sizes, "seed": 2})
    assert again.training.tolist() != three[0].training.tolist()


@pytest.mark.parametrize("values", [{"training": 7}, {"validation": 0}])
def test_odd_numbers_are_refused(values: dict[str, int]) -> None:
    with pytest.raises(InputError, match="expected an even number"):
        balanced_draws(
            [[1]], ["Bald"], np.arange(1), **{"training": 2, "validation": 2, **values}, seed=0
        )


def test_labels_of_another_shape_are_refused() -> None:
    with pytest.raises(InputError, match=r"found \(1, 1\); expected \(faces, 2\)"):
        balanced_draws([[1]], ["Bald", "Male"], np.arange(1), training=2, validation=2, seed=0)
