"""Does a classifier that errs more on an attribute also look less where it should?

Bieri (2023) asks this with the covariance matrix of acceptable mask ratio (AMR)
and error rate (ER) over the 40 attributes, and Pearson's coefficient from it.
Spearman's coefficient, p-values and bootstrap intervals are added here.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from heed.base.errors import InputError
from heed.metrics.bootstrap import percentile_interval

Interval = tuple[float, float]


@dataclass(frozen=True)
class Correlation:
    """How AMR and ER vary together over attributes.

    Attributes:
        n: number of attributes for which both are known.
        covariance: 2 x 2 matrix in the order [AMR, ER]; sample covariance
            (divisor n - 1), both as fractions.
        covariance_interval: bootstrap interval of the off-diagonal entry.
        pearson: Pearson's r.
        pearson_p: its two-sided p-value under independence.
        pearson_interval: its bootstrap interval.
        spearman: Spearman's rank correlation.
        spearman_p: its two-sided p-value.
        spearman_interval: its bootstrap interval.
    """

    n: int
    covariance: NDArray[np.float64]
    covariance_interval: Interval
    pearson: float
    pearson_p: float
    pearson_interval: Interval
    spearman: float
    spearman_p: float
    spearman_interval: Interval


def correlate(
    amr: ArrayLike,
    error_rate: ArrayLike,
    *,
    resamples: int,
    confidence: float,
    seed: int,
) -> Correlation:
    """Covariance and correlation of AMR and ER over attributes.

    Attributes for which either is missing are left out. The bootstrap draws
    attributes with replacement. A coefficient that is not defined (fewer than
    three attributes, or one of the two constant) is NaN.

    Args:
        amr: mean AMR per attribute, (A,); NaN = missing.
        error_rate: ER per attribute as a fraction, (A,); NaN = missing.
        resamples: number of bootstrap resamples.
        confidence: of the intervals.
        seed: of the random generator.

    Raises:
        ValueError: if the two differ in length.

    Example:
        >>> amr, error_rate = [0.9, 0.7, 0.6, float("nan")], [0.1, 0.2, 0.4, 0.5]
        >>> found = correlate(amr, error_rate, resamples=100, confidence=0.95, seed=0)
        >>> found.n, round(found.pearson, 3), found.spearman  # the fourth attribute has no AMR
        (3, -0.929, -1.0)
    """
    amr, error_rate = np.asarray(amr, np.float64), np.asarray(error_rate, np.float64)
    if amr.shape != error_rate.shape or amr.ndim != 1:
        raise InputError(
            f"correlate: found shapes {amr.shape} and {error_rate.shape}; "
            "expected two vectors with one value per attribute"
        )
    present = ~(np.isnan(amr) | np.isnan(error_rate))
    x, y = amr[present], error_rate[present]
    n = len(x)
    nowhere = (np.nan, np.nan)
    if n < 3:
        return Correlation(
            n, np.full((2, 2), np.nan), nowhere, np.nan, np.nan, nowhere, np.nan, np.nan, nowhere
        )
    from scipy import stats  # here: it takes half a second to import, and few stages come to it

    pearson, pearson_p, spearman, spearman_p = (np.nan,) * 4
    if np.ptp(x) > 0 and np.ptp(y) > 0:
        pearson, pearson_p = stats.pearsonr(x, y)
        spearman, spearman_p = stats.spearmanr(x, y)

    drawn = np.random.default_rng(seed).integers(0, n, size=(resamples, n))
    ranks_x, ranks_y = stats.rankdata(x[drawn], axis=1), stats.rankdata(y[drawn], axis=1)
    covariance, r = _rowwise(x[drawn], y[drawn])
    _, rank_r = _rowwise(ranks_x, ranks_y)
    return Correlation(
        n,
        np.cov(x, y, ddof=1),
        _interval(covariance, confidence),
        float(pearson),
        float(pearson_p),
        _interval(r, confidence),
        float(spearman),
        float(spearman_p),
        _interval(rank_r, confidence),
    )


def rank_correlation(x: ArrayLike, y: ArrayLike) -> float:
    """Spearman's rank correlation; NaN for fewer than three pairs, or where one is constant.

    Args:
        x: (n,), without missing values.
        y: (n,).

    Example:
        >>> round(rank_correlation([1, 2, 3], [1, 8, 27]), 6)
        1.0
    """
    x, y = np.asarray(x, np.float64), np.asarray(y, np.float64)
    if len(x) < 3 or np.ptp(x) == 0 or np.ptp(y) == 0:
        return np.nan
    from scipy import stats  # here: see above

    return float(stats.spearmanr(x, y)[0])


def pearson(x: ArrayLike, y: ArrayLike) -> NDArray[np.float64]:
    """Pearson's correlation along the last axis; NaN where one is constant or has a NaN.

    Args:
        x: (..., n).
        y: (..., n); leading axes broadcast.

    Returns:
        (...) float64 in -1..1.

    Example:
        >>> pearson([[1, 2, 3], [1, 1, 1]], [2, 4, 6]).tolist()
        [1.0, nan]
    """
    a, b = np.broadcast_arrays(np.asarray(x, np.float64), np.asarray(y, np.float64))
    if not a.shape[-1]:
        return np.full(a.shape[:-1], np.nan)
    constant = (np.ptp(a, axis=-1) == 0) | (np.ptp(b, axis=-1) == 0)
    a = a - a.mean(axis=-1, keepdims=True)
    b = b - b.mean(axis=-1, keepdims=True)
    norms = np.sqrt((a**2).sum(axis=-1) * (b**2).sum(axis=-1))
    r = np.full(norms.shape, np.nan)
    np.divide((a * b).sum(axis=-1), norms, out=r, where=~constant & (norms > 0))
    return np.clip(r, -1, 1)


def _rowwise(
    x: NDArray[np.float64], y: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Sample covariance and Pearson's r of each row of two (R, n) arrays."""
    constant = (np.ptp(x, axis=1) == 0) | (np.ptp(y, axis=1) == 0)
    x = x - x.mean(axis=1, keepdims=True)
    y = y - y.mean(axis=1, keepdims=True)
    products = (x * y).sum(axis=1)
    norms = np.sqrt((x**2).sum(axis=1) * (y**2).sum(axis=1))
    r = np.full(len(x), np.nan)
    np.divide(products, norms, out=r, where=~constant & (norms > 0))
    return products / (x.shape[1] - 1), r


def _interval(resampled: NDArray[np.float64], confidence: float) -> Interval:
    low, high = percentile_interval(resampled, confidence)
    return float(low), float(high)
