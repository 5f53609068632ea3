"""Verification: whether two faces are of one person, by how alike their features are."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.stats import rankdata

from heed.arguments.arrays import places, real_numbers, truth_values
from heed.base.errors import InputError
from heed.recognition.pairs import Pairs


@dataclass(frozen=True)
class Verification:
    """What verification comes to over folds.

    Attributes:
        by_fold: (F,) share of right decisions in each fold, 0..1.
        thresholds: (F,) the cosine that decided in each fold, chosen on the others.
        false_accepts: (T,) share of pairs of two persons taken for one, at falling thresholds.
        true_accepts: (T,) share of pairs of one person taken for one.
        auc: area under the curve of these two.
    """

    by_fold: NDArray[np.float64]
    thresholds: NDArray[np.float64]
    false_accepts: NDArray[np.float64]
    true_accepts: NDArray[np.float64]
    auc: float

    @property
    def accuracy(self) -> float:
        """Mean over the folds."""
        return float(self.by_fold.mean())

    @property
    def deviation(self) -> float:
        """Standard deviation over the folds (divided by F - 1)."""
        return float(self.by_fold.std(ddof=1))


def verify(features: ArrayLike, pairs: Pairs) -> Verification:
    """Verify pairs by LFW's protocol.

    Args:
        features: (N, D), the features of the images that the pairs are of.
        pairs: in two folds or more.

    Raises:
        InputError: see :func:`accuracy_by_fold` and :func:`receiver_operating_characteristic`.

    Example:
        >>> features = [[1.0, 0.0], [0.9, 0.1], [0.0, 1.0]]
        >>> pairs = Pairs(*map(np.array, ([0, 0] * 2, [1, 2] * 2, [True, False] * 2, [0, 0, 1, 1])))
        >>> verify(features, pairs).accuracy
        1.0
    """
    alike = cosines(features, pairs.first, pairs.second)
    by_fold, thresholds = accuracy_by_fold(alike, pairs.same, pairs.fold)
    false_accepts, true_accepts = receiver_operating_characteristic(alike, pairs.same)
    area = area_under_curve(alike, pairs.same)
    return Verification(by_fold, thresholds, false_accepts, true_accepts, area)


def cosines(features: ArrayLike, first: ArrayLike, second: ArrayLike) -> NDArray[np.float64]:
    """The cosine of the features of two images: the product of their L2-normalised features.

    Args:
        features: (N, D).
        first: (P,) row of one image of each pair.
        second: (P,) row of the other.

    Returns:
        (P,) float64, -1..1; 0 where all features of an image are 0, which has no direction.

    Raises:
        InputError: a feature is infinite or not a number; a row is not there, or the two have
            other lengths.

    Example:
        >>> cosines([[3.0, 0.0], [1.0, 1.0], [0.0, 0.0]], [0, 0], [1, 2]).round(3).tolist()
        [0.707, 0.0]
    """
    values = real_numbers("features", features).astype(np.float64, copy=False)
    if values.ndim != 2 or not values.size:
        raise InputError(f"features: found the shape {values.shape}; expected (N, D), both above 0")
    left, right = places("first", first, len(values)), places("second", second, len(values))
    if len(left) != len(right):
        raise InputError(
            f"found {len(left)} first and {len(right)} second images; expected as many of each"
        )
    if not np.isfinite(values).all():
        row = int(np.flatnonzero(~np.isfinite(values).all(axis=1))[0])
        raise InputError(f"features: found a value in row {row} that is no number; expected none")
    # By the largest first, so that no square is too large or too small for a float.
    values = values / _not_zero(np.abs(values).max(axis=1, keepdims=True))
    values = values / _not_zero(np.linalg.norm(values, axis=1, keepdims=True))
    return np.einsum("pd,pd->p", values[left], values[right])


def accuracy_by_fold(
    similarity: ArrayLike, same: ArrayLike, fold: ArrayLike
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The accuracy in each fold at the threshold that is best in all others.

    Pairs at or above the threshold are taken for one person. Candidates lie half way between
    neighbouring similarities of the other folds, and beyond both ends; of several that are best
    the middle one is taken (of an even number the higher of the two).

    Args:
        similarity: (P,) higher for pairs that are more alike.
        same: (P,) bool.
        fold: (P,) whole numbers.

    Returns:
        (F,) accuracies 0..1 and (F,) thresholds, by ascending number of the fold.

    Raises:
        InputError: there is one fold alone, the lengths differ, or a similarity is NaN.

    Example:
        >>> accuracy, thresholds = accuracy_by_fold(
        ...     [0.9, 0.1, 0.4, 0.3], [True, False, True, False], [0, 0, 1, 1]
        ... )
        >>> accuracy.tolist(), thresholds.tolist()
        ([1.0, 0.5], [0.35, 0.5])
    """
    alike, truth = _numbers(similarity), truth_values("same", same)
    folds = np.asarray(fold)
    if not len(alike) == len(truth) == len(folds):
        raise InputError(
            f"found {len(alike)} similarities, {len(truth)} pairs and {len(folds)} folds; expected "
            "one of each for a pair"
        )
    _check_numbers(alike)
    numbers = np.unique(folds)
    if len(numbers) < 2:
        raise InputError(
            f"found {len(numbers)} folds; expected two or more, as the threshold of a fold is "
            "chosen on the others"
        )
    accuracies, thresholds = [], []
    for number in numbers:
        here = folds == number
        threshold = _best_threshold(alike[~here], truth[~here])
        thresholds.append(threshold)
        accuracies.append(np.mean((alike[here] >= threshold) == truth[here]))
    return np.array(accuracies), np.array(thresholds)


def receiver_operating_characteristic(
    similarity: ArrayLike, same: ArrayLike
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The shares of pairs taken for one person, as the threshold falls (Fawcett 2006).

    Args:
        similarity: (P,) higher for pairs that are more alike.
        same: (P,) bool, with both kinds.

    Returns:
        (T,) share of pairs of two persons, and (T,) of one; from 0 and 0 to 1 and 1, with a point
        for each different similarity.

    Raises:
        InputError: one kind of pair is missing, the lengths differ, or a similarity is NaN.
    """
    alike, truth = _both_kinds(similarity, same)
    order = np.argsort(-alike, kind="stable")
    last_of_equals = np.flatnonzero(np.append(np.diff(alike[order]) != 0, True))
    hits = np.cumsum(truth[order])[last_of_equals]
    false_alarms = 1 + last_of_equals - hits
    return (
        np.concatenate([[0.0], false_alarms / (~truth).sum()]),
        np.concatenate([[0.0], hits / truth.sum()]),
    )


def area_under_curve(similarity: ArrayLike, same: ArrayLike) -> float:
    """The probability that a pair of one person is more alike than a pair of two; equal ones half.

    Args:
        similarity: (P,) higher for pairs that are more alike.
        same: (P,) bool, with both kinds.

    Raises:
        InputError: one kind of pair is missing, the lengths differ, or a similarity is NaN.

    Example:
        >>> area_under_curve([0.9, 0.5, 0.5, 0.1], [True, True, False, False])
        0.875
    """
    alike, truth = _both_kinds(similarity, same)
    positives, negatives = int(truth.sum()), int((~truth).sum())
    above = rankdata(alike)[truth].sum() - positives * (positives + 1) / 2
    return float(above / (positives * negatives))


def _numbers(similarity: ArrayLike) -> NDArray[np.float64]:
    return real_numbers("similarity", similarity).astype(np.float64, copy=False)


def _both_kinds(
    similarity: ArrayLike, same: ArrayLike
) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    alike, truth = _numbers(similarity), truth_values("same", same)
    if len(alike) != len(truth):
        raise InputError(
            f"found {len(alike)} similarities and {len(truth)} pairs; expected one for a pair"
        )
    _check_numbers(alike)
    if truth.all() or not truth.any():
        kind = "one person" if truth.any() else "two persons"
        raise InputError(f"found pairs of {kind} alone; expected pairs of both kinds")
    return alike, truth


def _check_numbers(alike: NDArray[np.float64]) -> None:
    """NaN is above and below nothing, so that it would count as a pair of two persons."""
    if np.isnan(alike).any():
        pair = int(np.flatnonzero(np.isnan(alike))[0])
        raise InputError(f"similarity: found NaN for pair {pair}; expected numbers")


def _best_threshold(alike: NDArray[np.float64], truth: NDArray[np.bool_]) -> float:
    values, place = np.unique(alike, return_inverse=True)
    ones = np.bincount(place, weights=truth, minlength=len(values))
    twos = np.bincount(place, weights=~truth, minlength=len(values))
    # Right at threshold t between values: pairs of two below it, and pairs of one above it.
    right = np.append(0, np.cumsum(twos)) + np.append(np.cumsum(ones[::-1])[::-1], 0)
    best = np.flatnonzero(right == right.max())
    chosen = int(best[len(best) // 2])
    if chosen == 0:
        return float(values[0] - 1)
    if chosen == len(values):
        return float(values[-1] + 1)
    return float((values[chosen - 1] + values[chosen]) / 2)


def _not_zero(lengths: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.where(lengths == 0, 1.0, lengths)
