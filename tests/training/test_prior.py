import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import minimize_scalar

from heed.training.balancing import element_weights, keep_probabilities, positive_shares
from heed.training.losses import element_losses
from heed.training.prior import prior_logits


def labels_of(positives: list[int], images: int) -> np.ndarray:
    """(images, A) labels with so many positives of each attribute."""
    return np.where(np.arange(images)[:, None] < np.asarray(positives), 1, -1).astype(np.int8)


def test_by_hand():
    labels = labels_of([1, 5, 8], 10)  # shares .1, .5, .8
    np.testing.assert_allclose(prior_logits(labels, "mse", "none"), [-0.8, 0, 0.6], atol=1e-12)
    odds = [1 / 9, 1, 4]
    np.testing.assert_allclose(prior_logits(labels, "bce", "none"), np.log(odds), atol=1e-12)
    for loss in ("mse", "bce"):
        for weighting in ("moon_expectation", "moon_sampling"):
            np.testing.assert_allclose(prior_logits(labels, loss, weighting), 0, atol=1e-12)


def test_attributes_of_one_class():
    labels = labels_of([0, 10], 10)
    for weighting in ("none", "moon_expectation"):
        np.testing.assert_allclose(prior_logits(labels, "mse", weighting), [-1, 1])
        # No image counts as half a one: odds of .05 to 1.
        expected = [np.log(0.05), -np.log(0.05)]
        np.testing.assert_allclose(prior_logits(labels, "bce", weighting), expected)


def test_without_images():
    with pytest.raises(ValueError, match="0 training images"):
        prior_logits(np.empty((0, 3)), "mse", "none")


@given(
    images=st.integers(2, 40),
    share=st.floats(0.01, 0.99),
    loss=st.sampled_from(["mse", "bce"]),
    weighting=st.sampled_from(["none", "moon_expectation"]),
)
def test_no_other_constant_has_a_smaller_loss(images, share, loss, weighting):
    labels = labels_of([min(max(1, round(share * images)), images - 1)], images)
    keep = keep_probabilities(positive_shares(labels))
    tensor = torch.from_numpy(labels)
    weights = (
        torch.ones(tensor.shape)
        if weighting == "none"
        else element_weights(tensor, torch.from_numpy(keep))
    )

    def total(logit: float) -> float:
        logits = torch.full(tensor.shape, logit, dtype=torch.float64)
        return float((weights * element_losses(logits, tensor, loss)).mean())

    least = minimize_scalar(total, bounds=(-6, 6), method="bounded", options={"xatol": 1e-9})
    (found,) = prior_logits(labels, loss, weighting)
    assert found == pytest.approx(least.x, abs=1e-4)
    if weighting == "none" and labels.sum():
        assert np.sign(found) == np.sign(labels.sum())
