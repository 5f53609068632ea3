import math

import pytest
import torch

from heed.training.losses import element_losses

LOGITS = torch.tensor([[0.0, 2.0, -1.5], [30.0, -40.0, 0.3]])
LABELS = torch.tensor([[1, -1, -1], [-1, -1, 1]], dtype=torch.int8)


@pytest.mark.parametrize(
    ("loss", "formula"),
    [
        ("bce", lambda z, t: math.log1p(math.exp(-z * t)) if -z * t < 700 else -z * t),
        ("mse", lambda z, t: (z - t) ** 2),
    ],
)
def test_each_element_is_the_formula(loss, formula):
    losses = element_losses(LOGITS, LABELS, loss)
    expected = [
        [formula(z, t) for z, t in zip(*row, strict=True)]
        for row in zip(LOGITS.tolist(), LABELS.tolist(), strict=True)
    ]
    torch.testing.assert_close(losses, torch.tensor(expected))


def test_bce_is_torchs_on_zeros_and_ones():
    zero_one = (LABELS.float() + 1) / 2
    expected = torch.nn.BCEWithLogitsLoss()(LOGITS, zero_one)
    torch.testing.assert_close(element_losses(LOGITS, LABELS, "bce").mean(), expected)


def test_mse_is_zero_at_the_targets_only():
    assert torch.equal(element_losses(LABELS.float(), LABELS, "mse"), torch.zeros(2, 3))
    assert torch.all(element_losses(LABELS.float() * 2, LABELS, "mse") == 1)
