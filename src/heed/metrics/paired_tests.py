"""Tests of differences over attributes, and of many attributes at once.

They take attributes for a sample of attributes like them, and for independent of each other.
Attributes of faces are neither drawn nor independent (hats hide hair), so that a small p-value says
that a pattern is hardly chance, and no more.
"""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from heed.base.errors import InputError


def sign_test_p(differences: ArrayLike) -> float:
    """Two-sided p-value of the sign test: are there as many above 0 as below?

    Differences of 0 and missing ones are left out (Dixon & Mood 1946).

    Args:
        differences: (A,), one for each attribute; NaN = missing.

    Returns:
        0..1; 1 where all are 0, NaN where all are missing.

    Example:
        >>> round(sign_test_p([0.1] * 20 + [-0.1] * 17), 2)  # 20 of 37: hardly a pattern
        0.74
    """
    present, differing = _differing(differences)
    if not present or not len(differing):
        return 1.0 if present else np.nan
    from scipy import stats  # here: it takes half a second to import, and few stages come to it

    above = int((differing > 0).sum())
    return float(stats.binomtest(above, len(differing)).pvalue)


def signed_rank_p(differences: ArrayLike) -> float:
    """Two-sided p-value of Wilcoxon's signed-rank test (1945): are differences symmetric about 0?

    Other than the sign test it weighs larger differences more. Those of 0 and missing ones are
    left out; the p-value is exact up to 50 differences of different sizes, else the normal
    approximation.

    Args:
        differences: (A,), one for each attribute; NaN = missing.

    Returns:
        0..1; 1 where all are 0, NaN where all are missing.

    Example:
        >>> signed_rank_p([1.0, 2.0, 3.0, 4.0, 5.0, 0.0])  # all of one sign: 2 of the 2^5 ways
        0.0625
    """
    present, differing = _differing(differences)
    if not present or not len(differing):
        return 1.0 if present else np.nan
    from scipy import stats  # here: see above

    return float(stats.wilcoxon(differing).pvalue)


def holm(p: ArrayLike) -> NDArray[np.float64]:
    """P-values corrected for their number by Holm's step-down rule (1979).

    The k-th smallest of m is multiplied by m - k + 1; none is less than one before it, nor above 1.
    Calling those below alpha significant errs in any of the m with a probability of at most alpha,
    however they depend on each other.

    Args:
        p: (m,), 0..1; NaN = not tested, and not counted in m.

    Returns:
        (m,), in the order of ``p``; NaN where that is.

    Raises:
        ValueError: if a value is not in 0..1.

    Example:
        >>> holm([0.04, 0.01, 0.03]).tolist()  # 3 x .01, then 2 x .03; .04 is no less than that
        [0.06, 0.03, 0.06]
    """
    p = np.asarray(p, np.float64)
    tested = np.flatnonzero(~np.isnan(p))
    if ((p[tested] < 0) | (p[tested] > 1)).any():
        raise InputError(f"holm: found p-values {p[tested].tolist()}; expected 0 to 1")
    order = tested[np.argsort(p[tested], kind="stable")]
    steps = p[order] * np.arange(len(order), 0, -1)
    corrected = np.full(p.shape, np.nan)
    corrected[order] = np.minimum(np.maximum.accumulate(steps), 1.0)
    return corrected


def _differing(differences: ArrayLike) -> tuple[int, NDArray[np.float64]]:
    """How many differences there are, and those that are not 0."""
    differences = np.asarray(differences, np.float64)
    present = differences[~np.isnan(differences)]
    return len(present), present[present != 0]
