"""Error rates that are counted batch by batch, for the curves of a training."""

import torch
from torch import Tensor


def count_errors(logits: Tensor, labels: Tensor) -> Tensor:
    """Count per attribute; counts of batches add up.

    Args:
        logits: (B, A) float; z >= 0 is a positive decision.
        labels: (B, A) -1 or +1.

    Returns:
        (4, A) int64: false negatives, positives, false positives, negatives.
    """
    present, predicted = labels > 0, logits >= 0
    return torch.stack(
        [
            (present & ~predicted).sum(dim=0),
            present.sum(dim=0),
            (~present & predicted).sum(dim=0),
            (~present).sum(dim=0),
        ]
    )


def mean_error(counts: Tensor) -> float:
    """Average (FN + FP) / (P + N) over the attributes; ``counts`` as from count_errors."""
    false_negatives, positives, false_positives, negatives = counts.double()
    return float(((false_negatives + false_positives) / (positives + negatives)).mean())


def mean_balanced_error(counts: Tensor) -> float:
    """Average (FN/P + FP/N) / 2 over the attributes of which both classes occur.

    Returns:
        The mean, or NaN when no attribute has both classes.
    """
    false_negatives, positives, false_positives, negatives = counts.double()
    rates = (false_negatives / positives + false_positives / negatives) / 2
    return float(rates[(positives > 0) & (negatives > 0)].mean())
