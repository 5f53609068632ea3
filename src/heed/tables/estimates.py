"""Group means and error rates per attribute, each with its bootstrap resamples.

The bootstrap draws faces, not (face, attribute) pairs: the 40 decisions on one
face are not independent. All classifiers get the same resamples, so that the
difference between two of them can be resampled as well.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from heed.statistics.bootstrap import percentile_interval, resample_weights
from heed.tables.groups import GROUP_INDEX, GROUPS, membership
from heed.tables.score_arrays import METRICS, ScoreArrays

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
Quantity = tuple[Floats, Bools]
"""Values, (N, 40), and the faces over which they are averaged, (N, 40)."""


@dataclass(frozen=True)
class Estimate:
    """One mean per attribute. An attribute without samples is missing (NaN), never 0.

    Attributes:
        n: number of faces in the mean, (40,) int64.
        mean: (40,) float64.
        resampled: the mean in each of R bootstrap resamples, (R, 40) float64; NaN
            where a resample holds none of the faces.
    """

    n: NDArray[np.int64]
    mean: Floats
    resampled: Floats

    @property
    def overall(self) -> float:
        """Unweighted mean over the attributes that have samples."""
        return float(mean_of_present(self.mean))

    @property
    def overall_resampled(self) -> Floats:
        """The same in each resample, (R,) float64."""
        return mean_of_present(self.resampled)

    def interval(self, confidence: float) -> tuple[Floats, Floats]:
        """Percentile interval per attribute: lower and upper bound, (40,) each."""
        return percentile_interval(self.resampled, confidence)

    def overall_interval(self, confidence: float) -> tuple[float, float]:
        """Percentile interval of :attr:`overall`."""
        low, high = percentile_interval(self.overall_resampled, confidence)
        return float(low), float(high)


@dataclass(frozen=True)
class GroupEstimate(Estimate):
    """The mean of one score in one group. Empty maps count with the score they have, 0.

    Attributes:
        empty_rate: share of empty maps among the n, (40,) float64.
        mean_without_empty: the mean over the other maps, (40,) float64.
    """

    empty_rate: Floats
    mean_without_empty: Floats


@dataclass(frozen=True)
class Estimates:
    """Everything estimated for one classifier.

    Attributes:
        groups: by (metric, group), every score of ``METRICS`` in every group of ``GROUPS``.
        rates: ``error_rate``, ``fnr``, ``fpr``, ``balanced_error_rate``, and
            ``empty_rate``, the share of empty maps.
    """

    groups: Mapping[tuple[str, str], GroupEstimate]
    rates: Mapping[str, Estimate]


def estimate(
    scores: ScoreArrays, majority: NDArray[np.int8], *, resamples: int, seed: int
) -> Estimates:
    """Estimate all group means and error rates of one classifier.

    The rates are shares. With z a logit and t its label:

    - error rate: share of faces with z t < 0 (Bieri 2023);
    - false negative rate (FNR): share with z < 0 among t = +1;
    - false positive rate (FPR): share with z >= 0 among t = -1;
    - balanced error rate: (FNR + FPR) / 2, missing where a class has no face.

    A logit of exactly 0 counts as positive in FNR and FPR and is no error in the
    error rate, as in the sources.

    Args:
        scores: of the audited faces.
        majority: majority class per attribute in training, (40,) int8.
        resamples: number of bootstrap resamples R.
        seed: the same for all classifiers, so that their resamples are paired.
    """
    empty = np.asarray(scores.empty, np.bool_)
    members = membership(scores.labels, scores.logits, majority)
    groups: dict[tuple[str, str], Quantity] = {
        (metric, group): (scores.values[metric], member)
        for metric in METRICS
        for group, member in zip(GROUPS, members, strict=True)
    }
    everyone = members[GROUP_INDEX["all"]]
    positive = members[GROUP_INDEX["predicted_positive"]].astype(np.float64)
    rates: dict[str, Quantity] = {
        "error_rate": (members[GROUP_INDEX["incorrect"]].astype(np.float64), everyone),
        "fnr": (1 - positive, members[GROUP_INDEX["gt_positive"]]),
        "fpr": (positive, members[GROUP_INDEX["gt_negative"]]),
        "empty_rate": (empty.astype(np.float64), everyone),
    }
    quantities = [*groups.values(), *rates.values()]
    resampled = np.empty((len(quantities), resamples, scores.labels.shape[1]))
    start = 0
    for weights in resample_weights(len(scores.labels), resamples, seed):
        stop = start + len(weights)
        for index, quantity in enumerate(quantities):
            resampled[index, start:stop] = _weighted_means(*quantity, weights)
        start = stop
    group_estimates = {
        key: _group_estimate(*quantity, empty, resampled[index])
        for index, (key, quantity) in enumerate(groups.items())
    }
    rate_estimates = {
        name: Estimate(_count(*quantity), _mean(*quantity), resampled[len(groups) + index])
        for index, (name, quantity) in enumerate(rates.items())
    }
    fnr, fpr = rate_estimates["fnr"], rate_estimates["fpr"]
    rate_estimates["balanced_error_rate"] = Estimate(
        fnr.n + fpr.n, (fnr.mean + fpr.mean) / 2, (fnr.resampled + fpr.resampled) / 2
    )
    return Estimates(group_estimates, rate_estimates)


def mean_of_present(values: ArrayLike) -> Floats:
    """Mean over the last axis without the missing values; NaN where all are missing."""
    values = np.asarray(values, np.float64)
    present = ~np.isnan(values)
    count = present.sum(axis=-1)
    total = np.where(present, values, 0.0).sum(axis=-1)
    return np.divide(total, count, out=np.full(count.shape, np.nan), where=count > 0)


def _group_estimate(
    values: Floats, member: Bools, empty: Bools, resampled: Floats
) -> GroupEstimate:
    counted = member & ~np.isnan(values)
    return GroupEstimate(
        n=_count(values, member),
        mean=_mean(values, member),
        resampled=resampled,
        empty_rate=_mean(empty.astype(np.float64), counted),
        mean_without_empty=_mean(values, counted & ~empty),
    )


def _count(values: Floats, member: Bools) -> NDArray[np.int64]:
    return np.count_nonzero(member & ~np.isnan(values), axis=0).astype(np.int64)


def _mean(values: Floats, member: Bools) -> Floats:
    return _weighted_means(values, member, np.ones((1, len(values))))[0]


def _weighted_means(values: Floats, member: Bools, weights: Floats) -> Floats:
    """Means of (N, 40) values over the members under (B, N) weights: (B, 40)."""
    counted = member & ~np.isnan(values)
    totals = weights @ counted.astype(np.float64)
    sums = weights @ np.where(counted, values, 0.0)
    return np.divide(sums, totals, out=np.full_like(sums, np.nan), where=totals > 0)
