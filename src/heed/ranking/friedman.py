"""Do several treatments differ over many blocks, and which of them? Ranks, Friedman, Nemenyi.

Demšar (2006, *Statistical Comparisons of Classifiers over Multiple Data Sets*) compares k
classifiers over N data sets by their ranks; here methods are compared over images. Two treatments
differ where their average ranks are further apart than the critical difference

    CD = q sqrt(k (k + 1) / (6 N)),

q the quantile of the studentised range of k groups and infinite degrees of freedom, over sqrt 2
(Nemenyi 1963).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from heed.base.errors import InputError

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Ranking:
    """k treatments ranked over N blocks.

    Attributes:
        ranks: (k,) average rank; 1 is the best.
        blocks: N, those in which every treatment has a value.
        p: of Friedman's test, that all treatments are alike.
        critical_difference: how far apart average ranks must be at least to differ.
    """

    ranks: Floats
    blocks: int
    p: float
    critical_difference: float

    def best(self) -> list[int]:
        """The treatments that do not differ from the one with the lowest average rank."""
        near = self.ranks - np.nanmin(self.ranks) < self.critical_difference
        return np.flatnonzero(near).tolist()


def ranking(values: ArrayLike, *, higher_is_better: bool = True, alpha: float = 0.05) -> Ranking:
    """Rank treatments within each block, and test whether they differ.

    Args:
        values: (N, k), a row for each block; a row with NaN is left out. Equal values share the
            mean of their ranks.
        higher_is_better: whether the highest value has rank 1.
        alpha: probability of an error that the critical difference allows for.

    Raises:
        ValueError: fewer than three treatments, or fewer than two whole blocks.

    Example:
        >>> found = ranking([[0.9, 0.5, 0.1], [0.8, 0.6, 0.2], [0.7, 0.6, 0.5]])
        >>> found.ranks.tolist(), round(found.p, 3), round(found.critical_difference, 2)
        ([1.0, 2.0, 3.0], 0.05, 1.91)
    """
    from scipy import stats  # here: it takes half a second to import

    values = np.asarray(values, np.float64)
    whole = values[~np.isnan(values).any(axis=1)]
    blocks, treatments = whole.shape
    if treatments < 3 or blocks < 2:
        raise InputError(
            f"ranking: found {treatments} treatments in {blocks} whole blocks; expected at least 3 "
            "in at least 2"
        )
    ranks = stats.rankdata(-whole if higher_is_better else whole, axis=1)
    alike = bool((ranks == ranks[:, :1]).all())  # the test would divide by 0
    p = 1.0 if alike else float(stats.friedmanchisquare(*whole.T).pvalue)
    return Ranking(ranks.mean(axis=0), blocks, p, nemenyi_difference(treatments, blocks, alpha))


def nemenyi_difference(treatments: int, blocks: int, alpha: float = 0.05) -> float:
    """Nemenyi's critical difference of average ranks.

    Args:
        treatments: k.
        blocks: N.
        alpha: probability of an error in any of the pairs.

    Example:
        >>> round(nemenyi_difference(4, 14), 2)  # Demšar's example
        1.25
    """
    from scipy import stats  # here: see above

    quantile = stats.studentized_range.ppf(1 - alpha, treatments, np.inf) / np.sqrt(2)
    return float(quantile * np.sqrt(treatments * (treatments + 1) / (6 * blocks)))


def rank_agreement(rows: Sequence[ArrayLike]) -> float:
    """Mean of Kendall's tau-b over all pairs of rankings; NaN below two, or where none has one.

    Args:
        rows: values of the same treatments, (k,) each; NaN = missing.

    Example:
        >>> rank_agreement([[1, 2, 3], [10, 20, 30], [3, 2, 1]]).__round__(3)
        -0.333
    """
    taus = [kendall(first, second) for n, first in enumerate(rows) for second in rows[:n]]
    known = [tau for tau in taus if not np.isnan(tau)]
    return float(np.mean(known)) if known else float("nan")


def kendall(first: ArrayLike, second: ArrayLike) -> float:
    """Kendall's tau-b of two values of the same treatments; NaN where one is constant.

    Args:
        first: (k,); NaN = missing.
        second: likewise.
    """
    from scipy import stats  # here: see above

    a, b = np.asarray(first, np.float64), np.asarray(second, np.float64)
    both = ~(np.isnan(a) | np.isnan(b))
    a, b = a[both], b[both]
    if len(a) < 2 or (a == a[0]).all() or (b == b[0]).all():
        return float("nan")
    return float(stats.kendalltau(a, b).statistic)
