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


def attribute_errors(counts: Tensor) -> Tensor:
    """(FN + FP) / (P + N) of each attribute.

    Args:
        counts: (4, A), as from count_errors.

    Returns:
        (A,) float64, the share of wrong decisions.

    Example:
        >>> counts = count_errors(torch.tensor([[1.0, -1.0], [2.0, 2.0]]), torch.ones(2, 2))
        >>> attribute_errors(counts)
        tensor([0.0000, 0.5000], dtype=torch.float64)
    """
    false_negatives, positives, false_positives, negatives = counts.double()
    return (false_negatives + false_positives) / (positives + negatives)


def mean_error(counts: Tensor) -> float:
    """Average of attribute_errors; ``counts`` as from count_errors."""
    return float(attribute_errors(counts).mean())


def mean_balanced_error(counts: Tensor) -> float:
    """Average (FN/P + FP/N) / 2 over the attributes of which both classes occur.

    Returns:
        The mean, or NaN when no attribute has both classes.
    """
    false_negatives, positives, false_positives, negatives = counts.double()
    rates = (false_negatives / positives + false_positives / negatives) / 2
    return float(rates[(positives > 0) & (negatives > 0)].mean())
