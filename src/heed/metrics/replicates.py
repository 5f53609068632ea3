"""Intervals that cover another training as well as another sample of persons.

A network's number would be another one if other persons were photographed, and another one if
the network were trained again with another seed. Both are random and independent of each other.
The estimate is the mean over K trainings; its error has two parts:

- *persons*: the resamples of the cluster bootstrap (:mod:`heed.metrics.bootstrap`), the same
  persons drawn for all trainings;
- *trainings*: the standard error s sqrt(1/K), s the standard deviation between trainings of one
  recipe. With K of two or three a bootstrap over trainings cannot work: it knows few distinct
  draws, and is too narrow by sqrt((K - 1)/K). So the deviation is taken from Student's
  distribution, with s pooled over all recipes of the run and their sum of (K - 1) degrees of
  freedom, as in the t-test of samples of equal variance (Student 1908; Welch 1938).

The interval is that of the sum of both. A t-distributed deviation added to another, each taken
from the data, is the Behrens-Fisher solution (Behrens 1929; Fisher 1935), which covers at
least as often as it says, and little more. What a training does with a single person is in both
parts, which widens intervals too (by sqrt(2) at the very most).

Pooling takes recipes of one run to scatter alike. With K = 1 everywhere nothing is known of
another training, and the interval is that of the persons alone.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import special  # and not stats, which takes most of a second to import

from heed.base.errors import InputError
from heed.metrics.bootstrap import percentile_interval

Floats = NDArray[np.float64]

SHUFFLE_SEED = 0
"""Orders the quantiles of Student's distribution; a resample's number says nothing of its size."""


@dataclass(frozen=True)
class TrainingDeviation:
    """What another training would change in an estimate.

    Attributes:
        scale: standard error of the mean over the trainings, (...); 0 where it is not known.
        df: degrees of freedom behind it, (...) whole numbers; 0 where it is not known.
    """

    scale: Floats
    df: NDArray[np.int64]


def training_error(
    replicates: Sequence[ArrayLike], pool: Sequence[ArrayLike] = ()
) -> TrainingDeviation:
    """The standard error that comes of the trainings, by the spread between replicates.

    With s² = sum of squared deviations from each recipe's own mean / sum of (K - 1), the error is
    s sqrt(sum of 1/K), the latter sum over the means that enter the estimate.

    Args:
        replicates: for each mean that enters the estimate with weight 1 or -1 (two for a
            difference between networks) the value of each training, (K, ...); NaN = missing.
            Without any the error is 0.
        pool: the recipes from which the spread is taken, likewise; none for the former's own.

    Example:
        >>> first, second = [1.0, 3.0], [6.0, 6.0]  # two trainings of each of two recipes
        >>> found = training_error([first, second])  # of the difference of their means
        >>> float(found.scale), int(found.df)  # s² = 2 / 2
        (1.0, 2)
    """
    if not replicates:
        return TrainingDeviation(np.zeros(()), np.zeros((), np.int64))
    squares, df = np.zeros(()), np.zeros((), dtype=np.int64)
    for values in pool or replicates:
        count, _, deviations = _deviations(values)
        squares = squares + (deviations**2).sum(axis=0)
        df = df + np.maximum(count - 1, 0)
    share = np.zeros(())
    for values in replicates:
        count, *_ = _deviations(values)
        share = share + np.divide(1.0, count, out=np.zeros(count.shape), where=count > 0)
    variance = np.divide(squares, df, out=np.zeros(np.shape(squares)), where=df > 0)
    return TrainingDeviation(np.sqrt(variance * share), np.asarray(df))


def hierarchical_interval(
    resampled: ArrayLike, error: TrainingDeviation, confidence: float
) -> tuple[Floats, Floats]:
    """Interval of an estimate over persons and trainings.

    To the R resamples of the persons R deviations are added, the quantiles (r + 1/2)/R of Student's
    distribution times the error's scale, in an order that is drawn once; the interval
    is equal-tailed, of percentiles of the sums.

    Args:
        resampled: the mean over the trainings in each resample of the persons, (R, ...).
        error: of the same shape without the first axis.
        confidence: share inside the interval, above 0, below 1.

    Returns:
        Lower and upper bound, each of shape (...). Without trainings to compare they are those
        of :func:`heed.metrics.bootstrap.percentile_interval`.

    Raises:
        ValueError: if the shapes differ, or ``confidence`` is not between 0 and 1.

    Example:
        >>> persons = np.zeros(1000)  # other persons change nothing here
        >>> low, high = hierarchical_interval(persons, training_error([[1.0, 2.0, 3.0]]), 0.95)
        >>> t = 4.303  # of two degrees of freedom, and s = 1
        >>> round(float(high), 1) == round(t / 3**0.5, 1)
        True
    """
    resampled = np.asarray(resampled, np.float64)
    if not (error.scale > 0).any():
        return percentile_interval(resampled, confidence)
    if resampled.shape[1:] != error.scale.shape:
        raise InputError(
            f"hierarchical_interval: found resamples {resampled.shape} and an error of shape "
            f"{error.scale.shape}; expected (R, ...) and (...)"
        )
    resamples = len(resampled)
    levels = (np.random.default_rng(SHUFFLE_SEED).permutation(resamples) + 0.5) / resamples
    summed = resampled.copy()
    for df in np.unique(error.df[error.df > 0]):
        chosen = error.df == df
        summed[:, chosen] += special.stdtrit(df, levels)[:, None] * error.scale[chosen]
    return percentile_interval(summed, confidence)


def two_sided_p(
    value: ArrayLike, resampled: ArrayLike, error: TrainingDeviation, n: ArrayLike
) -> Floats:
    """Two-sided p-value of an estimate against 0.

    The value over its standard error is held against Student's distribution. The squared error
    is the variance of the resamples plus that of the trainings; its degrees of freedom are
    those of Satterthwaite (1946), with n - 1 for the persons. (Counting resamples beyond 0 would
    give no p-value below 2/R, too coarse for a correction of forty.)

    Args:
        value: the estimate, (...); NaN = missing.
        resampled: it in each resample of the persons, (R, ...).
        error: of the trainings, (...).
        n: faces behind the estimate, the fewer of a difference's two groups, (...).

    Returns:
        (...) float64, 0..1; NaN where the value is missing or rests on one face; 1 for a value of
        0 without any spread (equal networks), 0 for another one without spread.
    """
    value, n = np.asarray(value, np.float64), np.asarray(n)
    persons = _variance(np.asarray(resampled, np.float64))
    trainings = error.scale**2
    total = persons + trainings
    below = np.divide(persons**2, n - 1.0, out=np.zeros(value.shape), where=n > 1)
    below += np.divide(trainings**2, error.df, out=np.zeros(value.shape), where=error.df > 0)
    df = np.divide(total**2, below, out=np.ones(value.shape), where=below > 0)
    size = np.divide(np.abs(value), np.sqrt(total), out=np.zeros(value.shape), where=total > 0)
    p = 2 * special.stdtr(df, -size)
    p = np.where(total > 0, p, np.where(value == 0, 1.0, 0.0))
    return np.where(np.isnan(value) | (n < 2), np.nan, p)


def _deviations(values: ArrayLike) -> tuple[NDArray[np.int64], Floats, Floats]:
    """Number of trainings with a value, their mean, and each one's deviation (0 if missing)."""
    values = np.asarray(values, np.float64)
    present = ~np.isnan(values)
    count = present.sum(axis=0)
    total = np.where(present, values, 0.0).sum(axis=0)
    mean = np.divide(total, count, out=np.full(count.shape, np.nan), where=count > 0)
    return count, mean, np.where(present, values - mean, 0.0)


def _variance(resampled: Floats) -> Floats:
    """Variance over the first axis without the missing values; 0 below two of them."""
    count, _, deviations = _deviations(resampled)
    squares = (deviations**2).sum(axis=0)
    return np.divide(squares, count - 1, out=np.zeros(np.shape(squares)), where=count > 1)
