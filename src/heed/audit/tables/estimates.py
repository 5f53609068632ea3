"""Group means and error rates per attribute, each with its bootstrap resamples.

The bootstrap draws faces, not (face, attribute) pairs: the 40 decisions on one
face are not independent. All classifiers get the same resamples, so that the
difference between two of them can be resampled as well.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from heed.audit.tables.score_arrays import METRICS, ScoreArrays
from heed.metrics.bootstrap import resample_weights
from heed.metrics.estimates import Estimate, GroupEstimate
from heed.metrics.groups import GROUP_INDEX, GROUPS, membership

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
Quantity = tuple[Floats, Bools]
"""Values, (N, 40), and the faces over which they are averaged, (N, 40)."""


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
