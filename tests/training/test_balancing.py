import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from heed.training.balancing import (
    element_weights,
    keep_probabilities,
    positive_shares,
    sampled_weights,
)


def moon(share, target):
    """MOON's two cases as its paper writes them, for labels -1 and +1."""

    def p(own, other, own_target, other_target):
        return 1.0 if own_target > own else (other * own_target) / (own * other_target)

    return p(1 - share, share, 1 - target, target), p(share, 1 - share, target, 1 - target)


def test_shares_are_counted_per_attribute():
    labels = np.array([[1, -1, 1], [-1, -1, 1], [-1, -1, 1], [-1, -1, 1]], dtype=np.int8)
    assert positive_shares(labels).tolist() == [0.25, 0.0, 1.0]


def test_no_image_has_no_share():
    with pytest.raises(ValueError, match="0 training images"):
        positive_shares(np.empty((0, 40), dtype=np.int8))


def test_probabilities_worked_out_by_hand():
    # 1 of 5 positive: negatives are kept with odds 1/4; 3 of 4 positive: positives with 1/3.
    keep = keep_probabilities([0.2, 0.5, 0.75])
    np.testing.assert_allclose(keep, [[0.25, 1, 1], [1, 1, 1 / 3]])


@given(
    share=st.floats(0.001, 0.999),
    target=st.floats(0.01, 0.99),
)
def test_probabilities_are_moons(share, target):
    np.testing.assert_allclose(
        keep_probabilities([share], target)[:, 0], moon(share, target), rtol=1e-9
    )


@given(positive=st.integers(1, 500), negative=st.integers(1, 500), target=st.floats(0.05, 0.95))
def test_weighted_shares_are_the_target(positive, negative, target):
    labels = np.array([[1]] * positive + [[-1]] * negative)
    keep = torch.from_numpy(keep_probabilities(positive_shares(labels), target))
    weights = element_weights(torch.from_numpy(labels), keep).numpy()
    assert weights.max() == 1
    assert weights[:positive].sum() / weights.sum() == pytest.approx(target)


def test_one_class_keeps_its_weight():
    keep = keep_probabilities([0.0, 1.0])
    assert np.array_equal(keep, np.ones((2, 2)))


@pytest.mark.parametrize("target", [0.0, 1.0, -0.5])
def test_target_out_of_range(target):
    with pytest.raises(ValueError, match=f"target share {target}"):
        keep_probabilities([0.5], target)


@pytest.mark.parametrize("share", [-0.1, 1.1, np.nan])
def test_share_out_of_range(share):
    with pytest.raises(ValueError, match="from 0 to 1"):
        keep_probabilities([share])


def uniform(seed, weights):
    return np.random.default_rng(seed).random(tuple(weights.shape), dtype=np.float32)


def test_sampling_keeps_with_the_probability():
    probabilities = torch.tensor([0.1, 0.5, 1.0]).expand(20_000, 3)
    drawn = sampled_weights(probabilities, uniform(0, probabilities))
    assert set(drawn.unique().tolist()) == {0.0, 1.0}
    # Four standard errors of a share of 20,000 draws are at most 0.0142.
    np.testing.assert_allclose(drawn.mean(dim=0), [0.1, 0.5, 1.0], atol=0.0142)


def test_sampling_keeps_what_is_drawn_below_the_probability():
    """Of the draws 0, 1/4, 1/2 and 3/4, each as likely, a probability of 1/4 keeps one."""
    draws = np.array([[0, 0.25, 0.5, 0.75]], np.float32)
    for probability, kept in ((0.25, 1), (0.5, 2), (1.0, 4)):
        found = sampled_weights(torch.full((1, 4), probability), draws)
        assert found.tolist() == [[1.0] * kept + [0.0] * (4 - kept)]


def test_sampling_repeats_with_its_draws():
    probabilities = torch.full((50, 40), 0.5)
    first, again, other = (
        sampled_weights(probabilities, uniform(seed, probabilities)) for seed in (1, 1, 2)
    )
    assert torch.equal(first, again)
    assert not torch.equal(first, other)
