"""A mean per attribute with its bootstrap resamples, and the mean over attributes."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from heed.metrics.bootstrap import percentile_interval

Floats = NDArray[np.float64]

OVERALL: Final = "OVERALL"
"""Name of the row with the unweighted means over the attributes, in every table."""


@dataclass(frozen=True)
class Estimate:
    """One mean per attribute. An attribute without samples is missing (NaN), never 0.

    Attributes:
        n: number of faces in the mean, (A,) int64.
        mean: (A,) float64.
        resampled: the mean in each of R bootstrap resamples, (R, A) float64; NaN
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
        """Percentile interval per attribute: lower and upper bound, (A,) each."""
        return percentile_interval(self.resampled, confidence)

    def overall_interval(self, confidence: float) -> tuple[float, float]:
        """Percentile interval of :attr:`overall`."""
        low, high = percentile_interval(self.overall_resampled, confidence)
        return float(low), float(high)


@dataclass(frozen=True)
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
