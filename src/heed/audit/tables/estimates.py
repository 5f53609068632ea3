"""Group means and error rates per attribute, each with its bootstrap resamples.

The bootstrap draws persons, not faces and not (face, attribute) pairs: the faces of one person
are alike, and the 40 decisions on one face are not independent. All classifiers, and all
trainings of one, get the same resamples, so that the difference between two of them can be
resampled as well.
"""

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
from numpy.typing import ArrayLike, NDArray

from heed.audit.tables.score_arrays import METRICS, ScoreArrays
from heed.base.errors import InputError
from heed.base.rounding import mean_count
from heed.metrics.bootstrap import cluster_weights
from heed.metrics.estimates import Estimate, GroupEstimate, mean_of_present
from heed.metrics.groups import GROUP_INDEX, GROUPS, membership

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
Quantity = tuple[Floats, Bools]
"""Values, (N, 40), and the faces over which they are averaged, (N, 40)."""

Key = TypeVar("Key", bound=Hashable)

_RATE = "rate"
"""Stands where the others' metric does, in the keys of the error rates."""


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
    replicates: Sequence[ScoreArrays],
    majority: NDArray[np.int8],
    persons: ArrayLike,
    *,
    resamples: int,
    seed: int,
    least_faces: int = 1,
) -> Estimates:
    """Estimate all group means and error rates of one classifier, over all its trainings.

    Each number is the mean of those of its trainings (of those that have one: in one training
    nobody may be predicted bald).

    The rates are shares. With z a logit and t its label:

    - error rate: share of faces with z t < 0 (Bieri 2023);
    - false negative rate (FNR): share with z < 0 among t = +1;
    - false positive rate (FPR): share with z >= 0 among t = -1;
    - balanced error rate: (FNR + FPR) / 2, missing where a class has no face.

    A logit of exactly 0 counts as positive in FNR and FPR and is no error in the
    error rate, as in the sources.

    Args:
        replicates: the scores of each training on the audited faces, at least one training.
        majority: majority class per attribute in training, (40,) int8.
        persons: who is on each face, (N,) whole numbers; see
            :func:`heed.celeba.persons.persons_of`.
        resamples: number of bootstrap resamples R.
        seed: the same for all classifiers, so that their resamples are paired.
        least_faces: fewest faces of a group, as a mean over the trainings, for which an attribute
            counts in means over attributes.

    Raises:
        ValueError: if there is no training, or two are not of the same faces, or the number of
            persons is another one.
    """
    persons = np.asarray(persons)
    _check(replicates, persons)
    trainings = [_quantities(scores, majority) for scores in replicates]
    estimated = estimate_means(
        trainings, persons, resamples=resamples, seed=seed, least_faces=least_faces
    )
    empty = [np.asarray(scores.empty, np.bool_) for scores in replicates]
    groups = {
        key: _with_empty_maps(of_group, [quantities[key] for quantities in trainings], empty)
        for key, of_group in estimated.items()
        if key[0] != _RATE
    }
    rates = {key[1]: of_rate for key, of_rate in estimated.items() if key[0] == _RATE}
    rates["balanced_error_rate"] = _half_sum(rates["fnr"], rates["fpr"])
    return Estimates(groups, rates)


def estimate_means(
    trainings: Sequence[Mapping[Key, Quantity]],
    persons: ArrayLike,
    *,
    resamples: int,
    seed: int,
    least_faces: int = 1,
) -> dict[Key, Estimate]:
    """Estimate means over some faces, per attribute.

    Args:
        trainings: of each training of a classifier, by any key, what is averaged over which faces.
        persons: who is on each face, (N,) whole numbers.
        resamples: number of bootstrap resamples R.
        seed: of the resamples of the persons.
        least_faces: see :func:`estimate`.

    Returns:
        By the same keys the means over the trainings.
    """
    keys = list(trainings[0])
    attributes = trainings[0][keys[0]][0].shape[1]
    resampled = np.empty((len(keys), resamples, attributes))
    start = 0
    for weights in cluster_weights(np.asarray(persons), resamples, seed):
        stop = start + len(weights)
        for index, key in enumerate(keys):
            means = [_weighted_means(*quantities[key], weights) for quantities in trainings]
            resampled[index, start:stop] = _over_trainings(means)
        start = stop
    return {
        key: _estimate([of[key] for of in trainings], resampled[index], least_faces)
        for index, key in enumerate(keys)
    }


def _check(replicates: Sequence[ScoreArrays], persons: NDArray[np.int64]) -> None:
    if not replicates:
        raise InputError("estimate: found no training; expected the scores of at least one")
    reference = replicates[0]
    for number, scores in enumerate(replicates, start=1):
        if scores.images != reference.images or not np.array_equal(scores.labels, reference.labels):
            raise InputError(
                f"estimate: training {number} was scored on other faces or labels than training "
                "1; expected the same faces in the same order: run infer, cams and score again"
            )
    if persons.shape != (len(reference.labels),):
        raise InputError(
            f"estimate: found persons of shape {persons.shape} for {len(reference.labels)} faces; "
            "expected one for each face"
        )


def _quantities(scores: ScoreArrays, majority: NDArray[np.int8]) -> dict[tuple[str, str], Quantity]:
    """By metric and group, or :data:`_RATE` and its name, what is averaged over which faces."""
    members = membership(scores.labels, scores.logits, majority)
    quantities: dict[tuple[str, str], Quantity] = {
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
        "empty_rate": (np.asarray(scores.empty, np.float64), everyone),
    }
    return quantities | {(_RATE, name): quantity for name, quantity in rates.items()}


def _estimate(trainings: Sequence[Quantity], resampled: Floats, least: int) -> Estimate:
    means = np.stack([_mean(*quantity) for quantity in trainings])
    counts = np.stack([_count(*quantity) for quantity in trainings])
    return Estimate(mean_count(counts), _over_trainings(means), resampled, (means,), least)


def _with_empty_maps(
    estimated: Estimate, trainings: Sequence[Quantity], empty: Sequence[Bools]
) -> GroupEstimate:
    rates, means = [], []
    for (values, member), of_training in zip(trainings, empty, strict=True):
        counted = member & ~np.isnan(values)
        rates.append(_mean(of_training.astype(np.float64), counted))
        means.append(_mean(values, counted & ~of_training))
    return GroupEstimate(
        **vars(estimated),
        empty_rate=_over_trainings(rates),
        mean_without_empty=_over_trainings(means),
    )


def _half_sum(first: Estimate, second: Estimate) -> Estimate:
    """The mean of two rates over different faces; missing where one is. It rests on all faces."""
    pairs = zip(first.replicates, second.replicates, strict=True)
    both = (first.n >= first.least) & (second.n >= second.least)
    return Estimate(
        np.where(both, first.n + second.n, np.minimum(first.n, second.n)),
        (first.mean + second.mean) / 2,
        (first.resampled + second.resampled) / 2,
        tuple((one + other) / 2 for one, other in pairs),
        first.least,
    )


def _over_trainings(means: Sequence[Floats] | Floats) -> Floats:
    """Mean over the first axis of those that are there."""
    return mean_of_present(np.moveaxis(np.asarray(means), 0, -1))


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
