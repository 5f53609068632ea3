import numpy as np
import torch
from numpy.testing import assert_allclose

from heed.training.error_counts import (
    attribute_errors,
    count_errors,
    mean_balanced_error,
    mean_error,
)

RNG = np.random.default_rng(0)
LOGITS = torch.from_numpy(RNG.normal(size=(30, 4)).astype(np.float32))
LABELS = torch.from_numpy(RNG.choice([-1, 1], size=(30, 4)).astype(np.int8))


def naive(logits, labels):
    """Error and balanced error per attribute, image by image."""
    errors, balanced = [], []
    for z, t in zip(logits.T.tolist(), labels.T.tolist(), strict=True):
        wrong = [(value >= 0) != (label == 1) for value, label in zip(z, t, strict=True)]
        errors.append(sum(wrong) / len(wrong))
        rates = [
            sum(w for w, label in zip(wrong, t, strict=True) if label == side) / t.count(side)
            for side in (1, -1)
        ]
        balanced.append(sum(rates) / 2)
    return np.array(errors), np.mean(balanced)


def test_batches_add_up_to_the_naive_rates():
    counts = sum(count_errors(LOGITS[rows], LABELS[rows]) for rows in (slice(0, 7), slice(7, 30)))
    errors, balanced = naive(LOGITS, LABELS)
    assert_allclose(attribute_errors(counts), errors)
    assert_allclose(mean_error(counts), errors.mean())
    assert_allclose(mean_balanced_error(counts), balanced)


def test_zero_is_a_positive_decision():
    counts = count_errors(torch.zeros(1, 2), torch.tensor([[1, -1]]))
    assert counts.tolist() == [[0, 0], [1, 0], [0, 1], [0, 1]]


def test_an_attribute_with_one_class_is_left_out_of_the_balanced_error():
    logits = torch.tensor([[1.0, 1.0], [1.0, -1.0]])
    labels = torch.tensor([[1, 1], [1, 1]])
    labels[0, 1] = -1  # the second attribute: both wrong
    counts = count_errors(logits, labels)
    assert mean_error(counts) == 0.5
    assert mean_balanced_error(counts) == 1.0
    assert np.isnan(mean_balanced_error(counts[:, :1]))
