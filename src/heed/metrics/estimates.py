"""A number per attribute with all that its interval needs, and the mean over attributes."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from heed.metrics.bootstrap import expansion
from heed.metrics.replicates import hierarchical_interval, training_error, two_sided_p

Floats = NDArray[np.float64]
Bounds = tuple[float, float]

OVERALL: Final = "OVERALL"
"""Name of the row with the unweighted means over the attributes, in every table."""


@dataclass(frozen=True)
class Estimate:
    """One number per attribute. An attribute without samples is missing (NaN), never 0.

    The number is the mean over the *replicates*, trainings of a network that differ in their seed.

    Attributes:
        n: number of faces behind it, (A,) float64: of a group's mean the faces in it, a mean over
            the replicates (see :func:`heed.base.rounding.mean_count`), of a difference the fewer
            of both groups.
        mean: the number, (A,) float64.
        resampled: it in each of R bootstrap resamples of the persons, (R, A) float64; NaN where a
            resample holds none of the faces.
        replicates: it in each training, (K, A) float64. One array; two, those of both networks,
            for a difference between networks. None where no other training is thought of.
        least: fewest faces for which an attribute counts in means over attributes.
    """

    n: Floats
    mean: Floats
    resampled: Floats
    replicates: tuple[Floats, ...] = ()
    least: int = 1

    @property
    def counted(self) -> NDArray[np.bool_]:
        """Which attributes count in means over attributes, (A,): known, of enough faces."""
        return ~np.isnan(self.mean) & (self.n >= self.least)

    @property
    def overall(self) -> float:
        """Unweighted mean over the attributes that count; NaN without any."""
        return float(mean_of_present(self.mean[self.counted]))

    @property
    def overall_resampled(self) -> Floats:
        """The same in each resample, (R,). Where one lacks an attribute, that keeps its mean."""
        return self._over_attributes(self.resampled)

    @property
    def overall_replicates(self) -> tuple[Floats, ...]:
        """The same in each training, (K,) for each array of :attr:`replicates`."""
        return tuple(self._over_attributes(values) for values in self.replicates)

    def interval(self, confidence: float, pool: "Sequence[Estimate]" = ()) -> tuple[Floats, Floats]:
        """Interval per attribute over persons and trainings.

        See :func:`heed.metrics.replicates.hierarchical_interval`.

        Args:
            confidence: share inside the interval.
            pool: the same number of all networks of the run, whose trainings tell how far
                trainings scatter; none for the own ones alone.

        Returns:
            Lower and upper bound, (A,) each.
        """
        error = training_error(self.replicates, _all_replicates(pool))
        return hierarchical_interval(self.resampled, error, confidence)

    def overall_interval(self, confidence: float, pool: "Sequence[Estimate]" = ()) -> Bounds:
        """Interval of :attr:`overall`, over other persons and trainings, of these attributes."""
        return self._overall_interval(self.overall_resampled, confidence, pool)

    def p_values(self, pool: "Sequence[Estimate]" = ()) -> Floats:
        """Two-sided p-values against 0, (A,), see :func:`heed.metrics.replicates.two_sided_p`."""
        error = training_error(self.replicates, _all_replicates(pool))
        return two_sided_p(self.mean, self.resampled, error, self.n)

    def attributes_interval(
        self, confidence: float, seed: int, pool: "Sequence[Estimate]" = ()
    ) -> Bounds:
        """Interval of :attr:`overall` over other persons, trainings *and attributes*.

        Each resample of the persons draws attributes too, with replacement, independently of the
        persons (the pigeonhole bootstrap of Owen 2007, whose variance is never too small in
        expectation). What the draws add is expanded for a small number of attributes, see
        :func:`heed.metrics.bootstrap.expansion`. It answers whether what holds on average of these
        attributes holds of attributes like them.

        Args:
            confidence: share inside the interval.
            seed: of the draws of attributes.
            pool: see :meth:`interval`.
        """
        filled = self._filled(self.resampled)[:, self.counted]
        if filled.shape[1] == 0:
            return np.nan, np.nan
        # Another stream than that of the persons, which the seed alone begins.
        drawn = np.random.default_rng([seed, 1]).integers(0, filled.shape[1], size=filled.shape)
        without = filled.mean(axis=1)
        of_draws = np.take_along_axis(filled, drawn, axis=1).mean(axis=1) - without
        resampled = without + expansion(filled.shape[1], confidence) * of_draws
        return self._overall_interval(resampled, confidence, pool)

    def where(self, chosen: ArrayLike) -> "Estimate":
        """The estimate of some attributes, (A,) bool; the others are missing."""
        chosen = np.asarray(chosen, np.bool_)

        def kept(values: Floats) -> Floats:
            return np.where(chosen, values, np.nan)

        return replace(
            self, n=np.where(chosen, self.n, 0), mean=kept(self.mean),
            resampled=kept(self.resampled), replicates=tuple(map(kept, self.replicates)),
        )  # fmt: skip

    def less(self, other: "Estimate", *, same_trainings: bool) -> "Estimate":
        """This number less another one; missing where either is.

        Two networks that agree in every resample and training are the same as far as this number
        goes: their difference is 0, with an interval without width.

        Args:
            other: of the same resamples.
            same_trainings: whether both are of one network, so that the difference exists for each
                training; else the trainings of the two are independent.
        """
        mean, resampled = self.mean - other.mean, self.resampled - other.resampled
        missing = np.isnan(mean)
        if same_trainings:
            pairs = zip(self.replicates, other.replicates, strict=True)
            replicates = tuple(first - second for first, second in pairs)
        elif _equal(self, other):
            replicates = ()
        else:
            replicates = self.replicates + other.replicates
        return Estimate(
            np.where(missing, 0, np.minimum(self.n, other.n)), mean,
            np.where(missing, np.nan, resampled), replicates, max(self.least, other.least),
        )  # fmt: skip

    def _filled(self, values: Floats) -> Floats:
        return np.where(np.isnan(values), self.mean, values)

    def _over_attributes(self, values: Floats) -> Floats:
        return mean_of_present(self._filled(values)[:, self.counted])

    def _overall_interval(
        self, resampled: Floats, confidence: float, pool: "Sequence[Estimate]"
    ) -> Bounds:
        beside = tuple(values for of in pool for values in of.overall_replicates)
        error = training_error(self.overall_replicates, beside)
        low, high = hierarchical_interval(resampled, error, confidence)
        return float(low), float(high)


@dataclass(frozen=True, kw_only=True)
class GroupEstimate(Estimate):
    """The mean of one score in one group. Empty maps count with the score they have, 0.

    Attributes:
        empty_rate: share of empty maps among the n, (A,) float64.
        mean_without_empty: the mean over the other maps, (A,) float64.
    """

    empty_rate: Floats
    mean_without_empty: Floats


def mean_of_present(values: ArrayLike) -> Floats:
    """Mean over the last axis without the missing values; NaN where all are missing.

    Example:
        >>> nothing = float("nan")
        >>> mean_of_present([[1.0, nothing, 3.0], [nothing, nothing, nothing]]).tolist()
        [2.0, nan]
    """
    values = np.asarray(values, np.float64)
    present = ~np.isnan(values)
    count = present.sum(axis=-1)
    total = np.where(present, values, 0.0).sum(axis=-1)
    return np.divide(total, count, out=np.full(count.shape, np.nan), where=count > 0)


def _all_replicates(pool: Sequence[Estimate]) -> tuple[Floats, ...]:
    return tuple(values for of in pool for values in of.replicates)


def _equal(first: Estimate, second: Estimate) -> bool:
    """Whether two networks have the same number in every resample and training."""
    if len(first.replicates) != len(second.replicates):
        return False
    pairs = zip(
        (first.resampled, *first.replicates), (second.resampled, *second.replicates), strict=True
    )
    return all(np.array_equal(*pair, equal_nan=True) for pair in pairs)
