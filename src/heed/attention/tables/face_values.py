"""A number of every face in every training, and its mean with an interval over both.

A fine-tuned network is held against the one that it started from, and against another that started
there: the trainings of one seed are a pair, and so are the answers to one face. What is compared is
therefore the difference face by face and seed by seed, and an interval is that of
:mod:`heed.metrics.replicates`: persons are drawn anew with all their faces, and what another seed
would change comes from Student's distribution with one degree of freedom less than there are seeds.
With one seed nothing is known of others, and the interval is over faces alone.

The deviations of the resamples are those of a percentile bootstrap, expanded for few persons
(:func:`heed.metrics.bootstrap.expansion`).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import special  # and not stats, which takes most of a second to import

from heed.metrics.bootstrap import cluster_weights, expansion
from heed.metrics.estimates import mean_of_present
from heed.metrics.replicates import hierarchical_interval, training_error

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Bootstrap:
    """How intervals are made.

    Attributes:
        resamples: of the persons.
        seed: of the resamples.
        confidence: share inside an interval.
    """

    resamples: int
    seed: int
    confidence: float


@dataclass(frozen=True, eq=False)
class FaceValues:
    """A number of each face, training by training.

    Attributes:
        seeds: of the trainings, (K,).
        numbers: (K, N) float64; NaN where a face has none or is not of the set.
    """

    seeds: tuple[int, ...]
    numbers: Floats

    def less(self, other: "FaceValues") -> "FaceValues":
        """This number less another one of the same faces, for the seeds that both have.

        Example:
            >>> first = FaceValues((0, 1), np.array([[1.0, 0.0], [1.0, 1.0]]))
            >>> found = first.less(FaceValues((1,), np.array([[0.0, 1.0]])))
            >>> found.seeds, found.numbers.tolist()
            ((1,), [[1.0, 0.0]])
        """
        common = [seed for seed in self.seeds if seed in other.seeds]
        own = [self.seeds.index(seed) for seed in common]
        others = [other.seeds.index(seed) for seed in common]
        return FaceValues(tuple(common), self.numbers[own] - other.numbers[others])

    def only(self, rows: NDArray[np.bool_]) -> "FaceValues":
        """The same with NaN for all faces but some, (N,) bool."""
        return FaceValues(self.seeds, np.where(rows, self.numbers, np.nan))

    @property
    def of_faces(self) -> Floats:
        """Means over the trainings, (N,)."""
        return mean_of_present(self.numbers.T)

    @property
    def of_seeds(self) -> Floats:
        """Means over the faces, (K,)."""
        return mean_of_present(self.numbers)


@dataclass(frozen=True)
class Mean:
    """A mean over faces and trainings.

    Attributes:
        faces: how many have the number.
        persons: how many these are of.
        seeds: number of trainings.
        value: the mean over the trainings of the means over the faces; NaN without any.
        low: lower bound; NaN for fewer than two persons.
        high: upper bound.
    """

    faces: int
    persons: int
    seeds: int
    value: float
    low: float
    high: float


def means(columns: Sequence[FaceValues], persons: ArrayLike, bootstrap: Bootstrap) -> list[Mean]:
    """Means of several numbers of the same faces, with intervals.

    All are resampled alike: persons that have no number in any column are not drawn.

    Args:
        columns: C numbers of the N faces.
        persons: who is on each face, (N,) whole numbers.
        bootstrap: how intervals are made.

    Returns:
        (C,) means.

    Example:
        >>> right = FaceValues((0,), np.array([[1.0, 1.0, 0.0, np.nan]]))
        >>> (found,) = means([right], [0, 1, 2, 3], Bootstrap(200, 0, 0.95))
        >>> found.faces, round(found.value, 3), found.low < found.value < found.high
        (3, 0.667, True)
    """
    persons = np.asarray(persons)
    if not columns:
        return []
    of_faces = np.stack([column.of_faces for column in columns], axis=1)
    known = ~np.isnan(of_faces)
    rows = known.any(axis=1)
    resampled = _resampled(of_faces[rows], persons[rows], bootstrap)
    found = []
    for index, column in enumerate(columns):
        chosen = known[:, index]
        count, people = int(chosen.sum()), len(np.unique(persons[chosen]))
        value = float(mean_of_present(column.of_seeds))
        low, high = _interval(value, resampled[:, index], people, column.of_seeds, bootstrap)
        found.append(Mean(count, people, len(column.seeds), value, low, high))
    return found


def over_seeds(values: ArrayLike, confidence: float) -> tuple[Floats, Floats, Floats]:
    """Means over trainings with Student's interval: mean -+ t s / sqrt(K).

    Args:
        values: (K, ...), NaN = missing.
        confidence: share inside the interval.

    Returns:
        Mean, lower and upper bound, (...) each; the bounds are NaN below two trainings.

    Example:
        >>> mean, low, high = over_seeds([1.0, 2.0, 3.0], 0.95)
        >>> float(mean), round(float(high - mean), 3)  # 4.303 / sqrt(3)
        (2.0, 2.484)
    """
    values = np.asarray(values, np.float64)
    mean = mean_of_present(np.moveaxis(values, 0, -1))
    error = training_error([values])
    known = error.df > 0
    t = special.stdtrit(np.where(known, error.df, 1), (1 + confidence) / 2)
    half = np.where(known, t * error.scale, np.nan)
    return mean, mean - half, mean + half


def _resampled(values: Floats, persons: NDArray[np.int64], bootstrap: Bootstrap) -> Floats:
    """Means of the columns of (n, C) in each resample, (R, C); NaN where none has a number."""
    resampled = np.full((bootstrap.resamples, values.shape[1]), np.nan)
    if not len(values):
        return resampled
    known = ~np.isnan(values)
    filled, start = np.where(known, values, 0.0), 0
    everywhere = bool(known.all())
    for weights in cluster_weights(persons, bootstrap.resamples, bootstrap.seed):
        stop = start + len(weights)
        total = weights @ filled
        count = weights.sum(axis=1, keepdims=True) if everywhere else weights @ known
        np.divide(total, count, out=resampled[start:stop], where=np.broadcast_to(
            count > 0, total.shape
        ))  # fmt: skip
        start = stop
    return resampled


def _interval(
    value: float, resampled: Floats, persons: int, of_seeds: Floats, bootstrap: Bootstrap
) -> tuple[float, float]:
    if persons < 2 or np.isnan(value):
        return np.nan, np.nan
    wider = value + expansion(persons, bootstrap.confidence) * (resampled - value)
    low, high = hierarchical_interval(wider, training_error([of_seeds]), bootstrap.confidence)
    return float(low), float(high)
