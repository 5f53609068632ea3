"""Numbers per attribute with what their intervals need: other test faces and other trainings.

The stages hand on shares of right decisions and no single decisions. Test faces with and without an
attribute are two samples, and how often each is read rightly follows from accuracy and balanced
accuracy. Either rate is resampled from Jeffreys' posterior, Beta(k + 1/2, n - k + 1/2) for k of n
(Brown, Cai & DasGupta 2001), whose interval is not without width where all are right, as that of a
bootstrap is. Faces of one person, and what is read of one face for two attributes, are taken for
independent, which they are not quite: the stages do not hand on who is who.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
from scipy import special  # and not stats, which takes most of a second to import

from heed.metrics.estimates import Estimate, mean_of_present
from heed.probing.schema import COUNTS

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Bootstrap:
    """How intervals are made.

    Attributes:
        resamples: of test faces and of attributes.
        seed: of the resamples.
        confidence: share inside an interval.
    """

    resamples: int
    seed: int
    confidence: float


def class_rates(
    accuracy: ArrayLike, balanced_accuracy: ArrayLike, positives: ArrayLike, negatives: ArrayLike
) -> tuple[Floats, Floats]:
    """True positive and true negative rate from accuracy and balanced accuracy.

    With P faces that show the attribute and N that do not, a (P + N) = P TPR + N TNR and
    2 b = TPR + TNR. Where P = N the two equations are one, and both rates are taken to be a, which
    makes the widest interval.

    Args:
        accuracy: a, (...).
        balanced_accuracy: b, (...).
        positives: P, (...).
        negatives: N, (...).

    Returns:
        TPR and TNR, (...) in 0..1; NaN where a number is missing.

    Example:
        >>> rates = class_rates(0.86, 0.7, 10, 90)  # 5 of 10 and 81 of 90 are read rightly
        >>> [round(float(rate), 4) for rate in rates]
        [0.5, 0.9]
    """
    a, b, p, n = (
        np.asarray(each, np.float64) for each in (accuracy, balanced_accuracy, positives, negatives)
    )
    equal = p == n
    positive = np.where(equal, a, (a * (p + n) - 2 * b * n) / np.where(equal, 1.0, p - n))
    negative = np.where(equal, a, 2 * b - positive)
    return np.clip(positive, 0, 1), np.clip(negative, 0, 1)


def jeffreys_resamples(
    rate: ArrayLike, count: ArrayLike, bootstrap: Bootstrap, stream: int = 0
) -> Floats:
    """Rates of other samples of the same size, from Jeffreys' posterior at fixed quantiles.

    The quantiles (r + 1/2)/R of each attribute come in an order of its own. Numbers that are
    subtracted from each other take different streams: they are read from the same faces, and taken
    for independent their difference gets a wide interval rather than a narrow one.

    Args:
        rate: share of right decisions, (A,); NaN = missing.
        count: decisions, (A,).
        bootstrap: number of resamples R, and seed.
        stream: which orders.

    Returns:
        (R, A) float64; NaN where the rate is missing.
    """
    rate, count = np.asarray(rate, np.float64), np.asarray(count, np.float64)
    quantiles = (np.arange(bootstrap.resamples) + 0.5) / bootstrap.resamples
    levels = np.tile(quantiles[:, None], (1, len(rate)))
    # A stream of one number is that of the attributes that heed.metrics draws.
    levels = np.random.default_rng([bootstrap.seed, 0, stream]).permuted(levels, axis=0)
    right = rate * count
    return np.asarray(special.betaincinv(right + 0.5, count - right + 0.5, levels))


def estimates(
    rows: pd.DataFrame,
    attributes: Sequence[str],
    bootstrap: Bootstrap,
    *,
    seeds: Sequence[int],
    stream: int = 0,
) -> tuple[Estimate, Estimate]:
    """Accuracy and balanced accuracy per attribute, means over the trainings.

    Args:
        rows: one for each seed and attribute: ``seed``, ``attribute``, ``accuracy``,
            ``balanced_accuracy``, and ``positives`` and ``negatives`` where they are known.
        attributes: the order of the result; one without rows is missing.
        bootstrap: how faces are resampled.
        seeds: of the trainings, also of such as have no row.
        stream: see :func:`jeffreys_resamples`.

    Returns:
        Accuracy and balanced accuracy. Where the numbers of faces are not known intervals are over
        trainings alone, and missing where there is one.
    """
    names = ("accuracy", "balanced_accuracy")
    per_seed = [by_seed(rows, name, attributes, seeds) for name in names]
    means = mean_of_present(per_seed[0].T), mean_of_present(per_seed[1].T)
    positives, negatives = _counts(rows, attributes)
    known = ~np.isnan(positives + negatives)
    p, n = np.where(known, positives, 1.0), np.where(known, negatives, 1.0)
    rates = class_rates(means[0], means[1], p, n)
    right_p = jeffreys_resamples(rates[0], p, bootstrap, 2 * stream)
    right_n = jeffreys_resamples(rates[1], n, bootstrap, 2 * stream + 1)
    resampled = (right_p * p + right_n * n) / (p + n), (right_p + right_n) / 2
    faces = np.where(known, p + n, 1.0)
    found = []
    for mean, values, other in zip(means, per_seed, resampled, strict=True):
        without = _of_trainings(mean, values, bootstrap)
        kept = np.where(known, other, without.resampled)
        kept = np.where(np.isnan(mean), np.nan, kept)
        found.append(Estimate(np.where(np.isnan(mean), 0.0, faces), mean, kept, (values,)))
    return found[0], found[1]


def of_trainings(
    rows: pd.DataFrame, column: str, attributes: Sequence[str], bootstrap: Bootstrap
) -> Estimate:
    """A number per attribute whose intervals are over trainings alone.

    Args:
        rows: one for each seed and attribute.
        column: the number.
        attributes: the order of the result.
        bootstrap: how many resamples the result has; they are all alike.
    """
    seeds = sorted(rows["seed"].unique())
    values = by_seed(rows, column, attributes, seeds)
    return _of_trainings(mean_of_present(values.T), values, bootstrap)


def by_seed(
    rows: pd.DataFrame, column: str, attributes: Sequence[str], seeds: Sequence[int]
) -> Floats:
    """A column as (K, A), a row for each of the seeds; NaN where the table lacks one."""
    values = np.full((len(seeds), len(attributes)), np.nan)
    places = pd.Index(list(attributes)).get_indexer(rows["attribute"])
    known = places >= 0
    row = pd.Index(list(seeds)).get_indexer(rows["seed"])
    values[row[known], places[known]] = rows[column].to_numpy(np.float64)[known]
    return values


def over_attributes(
    estimate: Estimate, bootstrap: Bootstrap, pool: Sequence[Estimate] = ()
) -> tuple[float, float, float]:
    """The mean over attributes, and its interval over faces, trainings and attributes.

    Args:
        estimate: the number by attribute.
        bootstrap: how the interval is made.
        pool: the same number of all networks, whose trainings tell together how far trainings
            scatter (:mod:`heed.metrics.replicates`): two or three of one network tell little.

    Returns:
        Mean, lower and upper bound; the bounds are missing for fewer than three attributes, which
        say nothing of others.
    """
    if np.count_nonzero(estimate.counted) < 3:
        return estimate.overall, np.nan, np.nan
    return (
        estimate.overall,
        *estimate.attributes_interval(bootstrap.confidence, bootstrap.seed, pool),
    )


def over_these(
    estimate: Estimate, bootstrap: Bootstrap, pool: Sequence[Estimate] = ()
) -> tuple[float, float, float]:
    """The mean over attributes, and its interval over faces and trainings, of these attributes.

    Args:
        estimate: the number by attribute.
        bootstrap: how the interval is made.
        pool: see :func:`over_attributes`.

    Returns:
        Mean, lower and upper bound; the bounds are missing without any attribute, and where one
        has neither numbers of faces nor a second training.
    """
    known = estimate.counted
    if not known.any() or np.isnan(estimate.resampled[:, known]).any():
        return estimate.overall, np.nan, np.nan
    return estimate.overall, *estimate.overall_interval(bootstrap.confidence, pool)


def _of_trainings(mean: Floats, values: Floats, bootstrap: Bootstrap) -> Estimate:
    several = (~np.isnan(values)).sum(axis=0) > 1
    resampled = np.tile(np.where(several, mean, np.nan), (bootstrap.resamples, 1))
    return Estimate((~np.isnan(mean)).astype(np.float64), mean, resampled, (values,))


def _counts(rows: pd.DataFrame, attributes: Sequence[str]) -> tuple[Floats, Floats]:
    """Test faces with and without each attribute; NaN where a table does not say or has none."""
    if not set(COUNTS) <= set(rows.columns):
        return np.full(len(attributes), np.nan), np.full(len(attributes), np.nan)
    first = rows.groupby("attribute")[list(COUNTS)].first().reindex(list(attributes))
    positives, negatives = first.to_numpy(np.float64).T
    present = (positives > 0) & (negatives > 0)
    return np.where(present, positives, np.nan), np.where(present, negatives, np.nan)
