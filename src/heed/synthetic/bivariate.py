"""Two standard normal numbers at a time: how often both are high, and how they must correlate.

A 2x2 table of two binary labels says how often both are positive. If each label is a normal
latent above a cut, one correlation of the latents gives that table: the tetrachoric
correlation (Pearson 1900).
"""

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import ndtr

SMALLEST_EIGENVALUE = 1e-3
LARGEST_CORRELATION = 0.995

_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(24)
_HALVINGS, _PROJECTIONS = 30, 50


def both_above(a: ArrayLike, b: ArrayLike, correlation: ArrayLike) -> NDArray[np.float64]:
    """The probability that two correlated standard normal numbers exceed their cuts.

    By Plackett's identity the derivative with respect to the correlation r is the density
    at the cuts, so that with r = sin(t), t from 0 to asin(r),

        P(X > a, Y > b) = P(X > a) P(Y > b)
            + 1/(2 pi) * integral of exp(-(a^2 - 2 a b sin t + b^2) / (2 cos^2 t)) dt

    by Gauss-Legendre quadrature of 24 nodes.

    Args:
        a: cut of X, any shape; an infinite one is never (or always) exceeded.
        b: cut of Y, likewise; all three are broadcast.
        correlation: of X and Y, above -1 and below 1.

    Returns:
        float64 of the broadcast shape.

    Example:
        >>> both_above(0, 0, [0, 0.5, -0.5]).round(4).tolist()  # 1/4 + asin(r) / (2 pi)
        [0.25, 0.3333, 0.1667]
    """
    a, b, r = np.broadcast_arrays(*(np.asarray(v, np.float64) for v in (a, b, correlation)))
    end = np.arcsin(r)[..., None]
    angle = end * (_NODES + 1) / 2
    finite = np.isfinite(a) & np.isfinite(b)
    x, y = (np.where(finite, v, 0.0)[..., None] for v in (a, b))
    exponent = -(x**2 - 2 * x * y * np.sin(angle) + y**2) / (2 * np.cos(angle) ** 2)
    integral = (np.exp(exponent) * _WEIGHTS).sum(-1) * end[..., 0] / 2
    return ndtr(-a) * ndtr(-b) + np.where(finite, integral / (2 * np.pi), 0.0)


def tetrachoric(
    a: NDArray[np.float64],
    b: NDArray[np.float64],
    shares: NDArray[np.float64],
    wanted: NDArray[np.float64],
) -> NDArray[np.float64]:
    """The correlation with which both latents exceed their cuts as often as wanted.

    The latents correlate alike in several groups whose cuts differ: the r that solves
    ``sum_g shares_g P(X > a_g, Y > b_g; r) = wanted``, by bisection.

    Args:
        a: (groups, n) cuts of X.
        b: (groups, n) cuts of Y.
        shares: (groups,) of the groups, with sum 1.
        wanted: (n,) probability that both labels are positive, over all groups.

    Returns:
        (n,) float64 within :data:`LARGEST_CORRELATION`, which also stands for what no
        correlation reaches.

    Example:
        >>> cut = np.zeros((1, 1))
        >>> tetrachoric(cut, cut, np.ones(1), np.array([1 / 3])).round(3).tolist()
        [0.5]
    """
    low = np.full(wanted.shape, -LARGEST_CORRELATION)
    high = -low
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        too_often = shares @ both_above(a, b, middle) > wanted
        low, high = np.where(too_often, low, middle), np.where(too_often, middle, high)
    return (low + high) / 2


def positive_definite(correlation: NDArray[np.float64]) -> NDArray[np.float64]:
    """A correlation matrix near ``correlation``: symmetric, unit diagonal, positive definite.

    Eigenvalues are raised to :data:`SMALLEST_EIGENVALUE` and the diagonal scaled back to one.

    Args:
        correlation: (n, n); only its part off the diagonal is used.
    """
    symmetric = np.clip((correlation + correlation.T) / 2, -1, 1)
    np.fill_diagonal(symmetric, 1.0)
    raised = _raised(symmetric)
    scale = 1 / np.sqrt(np.diag(raised))
    return raised * scale[:, None] * scale


def completed(correlation: NDArray[np.float64], free: NDArray[np.bool_]) -> NDArray[np.float64]:
    """A positive definite matrix near ``correlation`` that may differ where it is ``free``.

    By turns the eigenvalues are raised and the entries that are not free put back, 50 times;
    at last :func:`positive_definite` settles what they cannot agree on.

    Args:
        correlation: (n, n), symmetric.
        free: (n, n), symmetric: entries that nothing is asked of.
    """
    matrix = np.where(free, 0.0, correlation)
    for _ in range(_PROJECTIONS):
        matrix = np.where(free, _raised(matrix), correlation)
        np.fill_diagonal(matrix, 1.0)
    return positive_definite(matrix)


def _raised(symmetric: NDArray[np.float64]) -> NDArray[np.float64]:
    values, vectors = np.linalg.eigh(symmetric)
    return (vectors * np.maximum(values, SMALLEST_EIGENVALUE)) @ vectors.T
