"""How often predictions are right: accuracy, and balanced accuracy beside it.

A probe is trained on as many samples of each class and tested where most are of one; balanced
accuracy, the mean of the shares of either class that are predicted right, does not reward the guess
of the more frequent one (Brodersen et al. 2010).
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from heed.arguments.arrays import truth_values
from heed.base.errors import InputError

Booleans = NDArray[np.bool_]


@dataclass(frozen=True)
class Rates:
    """Of any number of classifiers.

    Attributes:
        accuracy: (...) share of all samples that are predicted right.
        balanced_accuracy: (...) mean of the shares of positives and of negatives; NaN where the
            samples have no positive, or no negative.
    """

    accuracy: NDArray[np.float64]
    balanced_accuracy: NDArray[np.float64]


def rates(predicted: Booleans, labels: Booleans) -> Rates:
    """Accuracy and balanced accuracy of predictions.

    Args:
        predicted: (m, ...) of m samples by any number of classifiers: truth values, or 0 and 1.
        labels: (m,) whether a sample is positive, likewise.

    Raises:
        InputError: no samples, labels of another number, or no truth values.

    Example:
        >>> found = rates(np.array([True, True, True, False]), np.array([True, True, True, True]))
        >>> float(found.accuracy), float(found.balanced_accuracy)
        (0.75, nan)
    """
    truth, predicted = truth_values("labels", labels), truth_values("predicted", predicted)
    if truth.ndim != 1 or not len(truth) or predicted.shape[:1] != truth.shape:
        raise InputError(
            f"labels: found the shape {truth.shape} for predictions {predicted.shape}; expected "
            "one label for each, and at least one"
        )
    positives = int(truth.sum())
    negatives = len(truth) - positives
    found = np.count_nonzero(predicted[truth], axis=0)
    rejected = negatives - np.count_nonzero(predicted[~truth], axis=0)
    return rates_of_counts(found, rejected, positives, negatives)


def rates_of_counts(
    found: NDArray[np.integer] | int,
    rejected: NDArray[np.integer] | int,
    positives: int,
    negatives: int,
) -> Rates:
    """The same from how many positives and negatives are predicted right."""
    right = np.add(found, rejected) / (positives + negatives)
    nan = float("nan")
    of_positives = np.asarray(found) / positives if positives else np.full(np.shape(found), nan)
    of_negatives = np.asarray(rejected) / negatives if negatives else np.full(np.shape(found), nan)
    return Rates(np.asarray(right, np.float64), np.asarray((of_positives + of_negatives) / 2))
