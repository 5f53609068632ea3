import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from heed.affact.decisions import averaged, decide

LOGITS = arrays(np.float64, (2, 10, 3), elements=st.floats(-50, 50))


def votes(positive: int, high: float = 1.0, low: float = -1.0) -> np.ndarray:
    """Logits of one image and one attribute, ``positive`` of them high."""
    return np.array([high] * positive + [low] * (10 - positive)).reshape(1, 10, 1)


@pytest.mark.parametrize(("positive", "decision"), [(0, False), (4, False), (5, True), (10, True)])
def test_five_votes_of_ten_are_enough(positive, decision):
    found = decide(votes(positive))
    assert found.positive.tolist() == [[decision]]
    assert found.score.tolist() == [[positive / 10]]


def test_a_logit_at_the_threshold_is_a_vote():
    assert decide(votes(5, high=0.0)).positive.all()
    assert not decide(votes(5, high=0.4), threshold=0.5).positive.any()
    assert decide(votes(5, high=0.5), threshold=0.5).positive.all()


def test_votes_and_the_mean_may_differ():
    # six crops are a little for it, four much against it: the mean is (6·1 - 4·9)/10
    logits = votes(6, high=1.0, low=-9.0)
    assert decide(logits, rule="vote").positive.all()
    mean = decide(logits, rule="mean")
    assert not mean.positive.any()
    np.testing.assert_allclose(mean.score, [[-3.0]])
    assert decide(logits, threshold=-3.0, rule="mean").positive.all()


@given(LOGITS, st.floats(-5, 5))
def test_the_vote_counted_crop_by_crop(logits, threshold):
    found = decide(logits, threshold)
    for image in range(2):
        for attribute in range(3):
            ballots = [logits[image, crop, attribute] >= threshold for crop in range(10)]
            assert found.score[image, attribute] == pytest.approx(sum(ballots) / 10)
            assert found.positive[image, attribute] == (sum(ballots) >= 5)


@given(LOGITS, st.permutations(range(10)))
def test_the_order_of_the_crops_does_not_matter(logits, order):
    for rule in ("vote", "mean"):
        one, other = decide(logits, 0.0, rule), decide(logits[:, order], 0.0, rule)
        np.testing.assert_allclose(one.score, other.score, atol=1e-12)
    assert (decide(logits).positive == decide(logits[:, order]).positive).all()


def test_float32_logits_are_taken_as_they_are():
    logits = votes(5).astype(np.float32)
    assert decide(logits).score.dtype == np.float64


def test_another_number_of_crops_is_an_error():
    with pytest.raises(ValueError, match=r"\(4, 9, 40\); expected \(N, 10, 40\)"):
        decide(np.zeros((4, 9, 40)))


def test_a_logit_that_is_no_number_is_an_error():
    logits = np.zeros((2, 10, 40), np.float32)
    logits[1, 3, 7] = np.nan
    with pytest.raises(ValueError, match=r"nan of image 1, crop 3, attribute 7"):
        decide(logits)


def test_tables_and_test_sets_need_no_torch():
    modules = "heed.affact.tables.rates, heed.affact.test_sets, heed.detection.fallback"
    code = f"import sys, {modules}; print('torch' in sys.modules)"
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout == "False\n"


@given(members=st.lists(LOGITS, min_size=1, max_size=4))
def test_an_ensemble_is_the_mean_of_its_members(members):
    found = averaged(members)
    assert found.shape == (2, 10, 3)
    for place in np.ndindex(found.shape):
        expected = sum(float(member[place]) for member in members) / len(members)
        assert found[place] == pytest.approx(expected, abs=1e-12)


def test_a_surer_member_can_outvote_the_others():
    one, sure = np.array([[-1.0, 2.0]]), np.array([[5.0, -2.5]])
    assert (averaged([one, one, sure]) >= 0).tolist() == [[True, True]]


@pytest.mark.parametrize("members", [[], [np.zeros((2, 40)), np.zeros((2, 10, 40))]])
def test_members_of_other_shapes_are_refused(members):
    with pytest.raises(ValueError, match="expected one shape for all members"):
        averaged(members)
