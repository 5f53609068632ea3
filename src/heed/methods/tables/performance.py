"""How well the networks tell the classes: ROC AUC, TPR, FPR, accuracy and calibration."""

from collections.abc import Callable, Mapping, Sequence
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from heed.methods.tables.score_array import END, Bootstrap, Mean
from heed.metrics.bootstrap import resample_weights

Floats = NDArray[np.float64]

BINS: Final = 15
"""Of the expected calibration error, as in Guo et al. 2017."""


def roc_auc(logits: ArrayLike, labels: ArrayLike, weights: ArrayLike) -> Floats:
    """Area under the ROC curve: how often a positive image has the higher logit; ties count half.

    Args:
        logits: (N,).
        labels: (N,) -1 or +1.
        weights: (R, N), how often each image counts, in each of R samples.

    Returns:
        (R,); NaN where a sample lacks a class.

    Example:
        >>> roc_auc([0.1, 0.4, 0.4, 0.8], [-1, -1, 1, 1], np.ones((1, 4))).tolist()
        [0.875]
    """
    logits, positive = np.asarray(logits, np.float64), np.asarray(labels) > 0
    weights = np.asarray(weights, np.float64)
    _, group = np.unique(logits, return_inverse=True)
    groups = np.zeros((len(logits), group.max() + 1))
    groups[np.arange(len(logits)), group] = 1
    of_positive, of_negative = (weights * positive) @ groups, (weights * ~positive) @ groups
    below = np.cumsum(of_negative, axis=1) - of_negative
    wins = (of_positive * (below + of_negative / 2)).sum(axis=1)
    return _share(wins, of_positive.sum(axis=1) * of_negative.sum(axis=1))


def accuracy(logits: ArrayLike, labels: ArrayLike, weights: ArrayLike) -> Floats:
    """Share of the images whose logit has the sign of the label (0 counts as +1); see roc_auc."""
    right = (np.asarray(logits) >= 0) == (np.asarray(labels) > 0)
    weights = np.asarray(weights, np.float64)
    return _share(weights @ right, weights.sum(axis=1))


def true_positive_rate(logits: ArrayLike, labels: ArrayLike, weights: ArrayLike) -> Floats:
    """TPR = TP / (TP + FN); see :func:`roc_auc` for the arguments."""
    return _found(logits, np.asarray(labels) > 0, weights)


def false_positive_rate(logits: ArrayLike, labels: ArrayLike, weights: ArrayLike) -> Floats:
    """FPR = FP / (FP + TN); see :func:`roc_auc` for the arguments."""
    return _found(logits, np.asarray(labels) < 0, weights)


def calibration_error(logits: ArrayLike, labels: ArrayLike, weights: ArrayLike) -> Floats:
    """Expected calibration error (Guo et al. 2017, *On Calibration of Modern Neural Networks*).

    ECE = sum over bins of |B| / N x |accuracy(B) - confidence(B)|, with the confidence the
    probability of the predicted class, from 0.5 to 1, in 15 bins of equal width from 0 to 1.

    Args:
        logits: (N,).
        labels: (N,) -1 or +1.
        weights: (R, N), see :func:`roc_auc`.

    Example:
        >>> calibration_error([100.0, 100.0], [1, -1], np.ones((1, 2))).tolist()  # sure, half wrong
        [0.5]
    """
    z, weights = np.asarray(logits, np.float64), np.asarray(weights, np.float64)
    confidence = 1 / (1 + np.exp(-np.abs(z)))
    right = (z >= 0) == (np.asarray(labels) > 0)
    bins = np.minimum((confidence * BINS).astype(int), BINS - 1)
    gaps = np.zeros((len(z), BINS))
    gaps[np.arange(len(z)), bins] = right - confidence
    return _share(np.abs(weights @ gaps).sum(axis=1), weights.sum(axis=1))


OUTCOMES: Final[Mapping[str, Callable[[ArrayLike, ArrayLike, ArrayLike], Floats]]] = {
    "roc_auc": roc_auc,
    "accuracy": accuracy,
    "tpr": true_positive_rate,
    "fpr": false_positive_rate,
    "ece": calibration_error,
}
"""By the name of their column."""

LABELS: Final[Mapping[str, str]] = {
    "roc_auc": "ROC AUC",
    "accuracy": "Accuracy",
    "tpr": "TPR",
    "fpr": "FPR",
    "ece": "ECE",
}
"""What they are called in figures and on the page."""


def performance_of(predictions: pd.DataFrame, bootstrap: Bootstrap, epoch: int = END) -> Mean:
    """The outcomes of one level at one epoch.

    Args:
        predictions: columns ``seed``, ``epoch``, ``class``, ``logit``, of one level.
        bootstrap: how the intervals are made.
        epoch: which.

    Returns:
        A mean whose last axis are the :data:`OUTCOMES`: the mean of the trainings' outcomes.
    """
    of_epoch = predictions[predictions["epoch"] == epoch]
    values, resampled = [], []
    for _, of_run in of_epoch.groupby("seed", sort=True):
        logits, labels = of_run["logit"].to_numpy(), of_run["class"].to_numpy()
        one = np.ones((1, len(logits)))
        values.append([function(logits, labels, one)[0] for function in OUTCOMES.values()])
        parts = [
            np.stack([function(logits, labels, w) for function in OUTCOMES.values()], axis=1)
            for w in resample_weights(len(logits), bootstrap.resamples, bootstrap.seed)
        ]
        resampled.append(np.concatenate(parts))
    replicates = np.array(values)
    return Mean(replicates.mean(axis=0), np.mean(resampled, axis=0), replicates)


def runs_table(levels: Mapping[str, pd.DataFrame], factors: Mapping[str, str]) -> pd.DataFrame:
    """The outcomes of every run at the end of its training.

    Args:
        levels: by level its predictions.
        factors: by level its factor.

    Returns:
        Columns ``run``, ``factor``, ``level``, ``seed``, and the :data:`OUTCOMES`.
    """
    rows = []
    for level, predictions in levels.items():
        found = performance_of(predictions, Bootstrap(1, 0, 0.5))  # of each run alone
        seeds: Sequence[int] = sorted(predictions["seed"].unique())
        for seed, of_run in zip(seeds, found.replicates, strict=True):
            outcomes = dict(zip(OUTCOMES, of_run.tolist(), strict=True))
            rows.append(
                {"run": f"{level}/{seed}", "factor": factors[level], "level": level, "seed": seed}
                | outcomes
            )
    return pd.DataFrame(rows)


def _found(logits: ArrayLike, among: NDArray[np.bool_], weights: ArrayLike) -> Floats:
    weights = np.asarray(weights, np.float64) * among
    return _share(weights @ (np.asarray(logits) >= 0), weights.sum(axis=1))


def _share(counted: Floats, among: Floats) -> Floats:
    return np.divide(counted, among, out=np.full(np.shape(among), np.nan), where=among > 0)
