"""Percentile bootstrap: how far a number would move with another sample of the same size.

Resamples are drawn with replacement and represented by weights: how often each
item was drawn. A mean over a resample is then a weighted mean over the sample,
and many of them are one matrix product. The same seed gives the same resamples,
so that numbers of several classifiers, resampled with one seed, are paired.

Items that belong together, such as several photographs of one person, are drawn
together (:func:`cluster_weights`): they are alike, and a bootstrap that takes
them for independent finds intervals that are too narrow.
"""

from collections.abc import Iterator

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import special  # and not stats, which takes most of a second to import

from heed.base.errors import InputError

BLOCK_ELEMENTS = 4_000_000
"""Largest number of weights held at a time (32 MB as float64)."""


def resample_weights(
    count: int, resamples: int, seed: int, *, block_elements: int = BLOCK_ELEMENTS
) -> Iterator[NDArray[np.float64]]:
    """Draw resamples of ``count`` items, as weights, block by block.

    Each row is a draw from the multinomial distribution with ``count`` trials and
    equal probabilities (Efron 1979). The draws do not depend on the block size.

    Args:
        count: number of items.
        resamples: number of resamples R over all blocks.
        seed: of the random generator.
        block_elements: upper limit of weights per block; one resample at least.

    Yields:
        Weights, (B, count) float64, whole numbers; each row sums to ``count``.

    Raises:
        ValueError: if there are no items or no resamples.

    Example:
        >>> (weights,) = resample_weights(count=4, resamples=3, seed=0)
        >>> weights.sum(axis=1).tolist()  # each resample has as many items as the sample
        [4.0, 4.0, 4.0]
        >>> means = weights @ [0.0, 0.0, 1.0, 1.0] / 4  # the mean of a sample, in each resample
        >>> means.shape
        (3,)
    """
    if count < 1 or resamples < 1:
        raise InputError(
            f"cannot resample: found {count} items and {resamples} resamples; "
            "expected at least 1 of each"
        )
    generator = np.random.default_rng(seed)
    block = max(1, block_elements // count)
    for start in range(0, resamples, block):
        rows = min(block, resamples - start)
        drawn = generator.integers(0, count, size=(rows, count))
        drawn += np.arange(rows)[:, None] * count  # one range of bins per resample
        counts = np.bincount(drawn.ravel(), minlength=rows * count)
        yield counts.reshape(rows, count).astype(np.float64)


def cluster_weights(
    clusters: ArrayLike, resamples: int, seed: int, *, block_elements: int = BLOCK_ELEMENTS
) -> Iterator[NDArray[np.float64]]:
    """Draw resamples of clusters of items, as weights of the items, block by block.

    The cluster bootstrap (Davison & Hinkley 1997, section 3.8): clusters are drawn with
    replacement, each with all its items; of these none is drawn alone. Where every item is a
    cluster of its own the resamples are those of :func:`resample_weights`.

    Args:
        clusters: the cluster of each of N items, (N,) whole numbers; any numbers will do.
        resamples: number of resamples R over all blocks.
        seed: of the random generator.
        block_elements: upper limit of weights per block; one resample at least.

    Yields:
        Weights, (B, N) float64, whole numbers, equal within a cluster. A row's sum varies where
        clusters differ in size.

    Raises:
        ValueError: if ``clusters`` is not a vector, or there are no items or no resamples.

    Example:
        >>> (weights,) = cluster_weights([5, 5, 8], resamples=4, seed=0)
        >>> (weights[:, 0] == weights[:, 1]).all() and (weights[:, 0] + weights[:, 2] == 2).all()
        np.True_
    """
    clusters = np.asarray(clusters)
    if clusters.ndim != 1:
        raise InputError(f"clusters: found shape {clusters.shape}; expected one cluster per item")
    # Numbered by their first item: the draws do not depend on how the clusters are called.
    _, first, codes = np.unique(clusters, return_index=True, return_inverse=True)
    places = np.argsort(np.argsort(first))[codes]
    count = len(first)
    limit = block_elements * count // max(1, len(clusters))  # items and not clusters bound a block
    for weights in resample_weights(count, resamples, seed, block_elements=limit):
        yield weights[:, places]


def expansion(count: int, confidence: float) -> float:
    """By how much the deviations of a mean's resamples are too small for few items.

    A bootstrap's variance lacks the factor n / (n - 1), and its percentiles are a normal's where
    Student's are due (the expanded percentile interval of Hesterberg 2015, The American
    Statistician 69, 371-386).

    Args:
        count: number of items n that are drawn.
        confidence: of the interval that is made of the resamples.

    Returns:
        sqrt(n / (n - 1)) t / z, with the quantiles of Student's distribution of n - 1 degrees of
        freedom and of the normal one; 1 for a single item, which says nothing of others.

    Example:
        >>> round(expansion(10, 0.95), 3), round(expansion(1000, 0.95), 3)
        (1.217, 1.002)
    """
    if count < 2:
        return 1.0
    level = (1 + confidence) / 2
    student, normal = special.stdtrit(count - 1, level), special.ndtri(level)
    return float(np.sqrt(count / (count - 1)) * student / normal)


def percentile_interval(
    resampled: ArrayLike, confidence: float
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Equal-tailed percentile interval over the first axis.

    The bounds are the (1 - confidence)/2 and (1 + confidence)/2 quantiles with
    linear interpolation. A resample in which the number does not exist (NaN) is
    left out; where it exists in none, the bounds are NaN.

    Args:
        resampled: (R, ...), one value per resample.
        confidence: share of the resamples inside the interval, above 0, below 1.

    Returns:
        Lower and upper bound, each of shape (...).

    Raises:
        ValueError: if ``confidence`` is not between 0 and 1.

    Example:
        >>> import numpy as np
        >>> low, high = percentile_interval([*range(101), np.nan], confidence=0.9)
        >>> round(float(low), 6), round(float(high), 6)  # the missing one is left out
        (5.0, 95.0)
    """
    if not 0 < confidence < 1:
        raise InputError(f"confidence: found {confidence}; expected a share between 0 and 1")
    resampled = np.asarray(resampled, np.float64)
    columns = resampled.reshape(len(resampled), -1)
    bounds = np.full((2, columns.shape[1]), np.nan)
    tails = [(1 - confidence) / 2, (1 + confidence) / 2]
    missing = np.isnan(columns).any(axis=0)
    bounds[:, ~missing] = np.quantile(columns[:, ~missing], tails, axis=0)
    for column in np.flatnonzero(missing):
        present = columns[~np.isnan(columns[:, column]), column]
        if present.size:
            bounds[:, column] = np.quantile(present, tails)
    low, high = bounds.reshape(2, *resampled.shape[1:])
    return low, high
