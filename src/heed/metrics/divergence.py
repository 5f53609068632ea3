"""Kullback-Leibler divergence between two average maps.

Bieri (2023) compares, per attribute, the average map of two networks, of correct
and wrong decisions, and of faces with and without the attribute. Her text
describes the divergence of two probability distributions; her code does not
normalise the maps to sum one. Both are here, as modes. Each divides a map by a
number of the map's own, and so cannot see it fade: the divergence of p and c p is 0.
A third mode compares the maps as they are.
"""

from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import special

from heed.base.errors import InputError
from heed.metrics.real_numbers import real_numbers

Mode = Literal["proper", "thesis", "unnormalised"]


def kl_divergence(
    p: ArrayLike, q: ArrayLike, *, mode: Mode = "proper", epsilon: float = 1e-7
) -> NDArray[np.float64]:
    r"""The Kullback-Leibler divergence KL(p || q) of maps, in nats; not symmetric.

    ``proper`` (Kullback & Leibler 1951): ``epsilon`` is added to every pixel, both maps are
    divided by their sums, and the result is :math:`\sum_i p_i \log(p_i / q_i) \ge 0`.

    ``thesis``: both maps are divided by their maximum (the maps there were 8-bit
    images, whose maximum exceeds 1), and the result is
    :math:`\sum_i p_i \log(p_i / q_i) - p_i + q_i`, with ``q`` raised to at least
    ``epsilon`` so that a single zero pixel does not make it infinite. The maps
    are not distributions there: the value grows with the number of pixels and
    depends on the maps' totals. It is for comparison with Bieri (2023) only.

    ``unnormalised``: the same sum for the maps as they are, undivided: the generalised divergence
    of measures that need not have the sum 1 (I-divergence, Csiszar 1991, Annals of Statistics
    19(4); a Bregman divergence, so >= 0, and 0 for equal maps only). A map that fades shows:
    for ``q = c p`` it is :math:`(c - 1 - \log c) \sum_i p_i`. ``q`` is raised to at least
    ``epsilon`` here too. Divide by the number of pixels to compare maps of several sizes.

    Args:
        p: non-negative maps, (..., H, W), mostly averages over many images; NumPy array or torch
            tensor.
        q: likewise, same shape.
        mode: ``proper``, ``thesis`` or ``unnormalised``.
        epsilon: above 0, in units of the maps (0..1).

    Returns:
        (...) float64, 0 for equal maps; NaN where either map has a NaN or is 0 everywhere: such
        a map has no shape to compare, and is infinitely far from any other as q.

    Raises:
        ValueError: for another mode, an ``epsilon`` not above 0, different shapes,
            or a pixel that is negative or infinite.

    Example:
        >>> p, q = np.array([[1.0, 1.0]]), np.array([[1.0, 3.0]])
        >>> round(float(kl_divergence(p, q)), 4)  # log(2) / 2 + log(2 / 3) / 2
        0.1438
        >>> for mode in ("proper", "thesis", "unnormalised"):  # only the last sees a map fade
        ...     print(mode, round(float(kl_divergence(p, 0.1 * p, mode=mode)), 4))
        proper 0.0
        thesis 0.0
        unnormalised 2.8052
    """
    p, q = (
        real_numbers(each, "kl_divergence: maps").astype(np.float64, copy=False) for each in (p, q)
    )
    if p.shape != q.shape or p.ndim < 2:
        raise InputError(
            f"kl_divergence: found shapes {p.shape} and {q.shape}; "
            "expected two equal shapes (..., H, W)"
        )
    if not epsilon > 0:
        raise InputError(f"kl_divergence: epsilon: found {epsilon}; expected a number above 0")
    if (p < 0).any() or (q < 0).any():
        raise InputError("kl_divergence: found a negative pixel; expected maps >= 0")
    if np.isinf(p).any() or np.isinf(q).any():
        raise InputError("kl_divergence: found an infinite pixel; expected finite maps >= 0")
    # The same for every mode, and NaN stays NaN.
    p, q = _missing_if_empty(p), _missing_if_empty(q)
    if mode == "proper":
        p, q = p + epsilon, q + epsilon
        p = p / p.sum(axis=(-2, -1), keepdims=True)
        q = q / q.sum(axis=(-2, -1), keepdims=True)
        return np.asarray(special.rel_entr(p, q).sum(axis=(-2, -1)))
    if mode == "thesis":
        p, q = _max_scaled(p), _max_scaled(q)
    elif mode != "unnormalised":
        raise InputError(
            f"kl_divergence: mode: found {mode!r}; expected 'proper', 'thesis' or 'unnormalised'"
        )
    return np.asarray(special.kl_div(p, np.maximum(q, epsilon)).sum(axis=(-2, -1)))


def _max_scaled(maps: NDArray[np.float64]) -> NDArray[np.float64]:
    return maps / maps.max(axis=(-2, -1), keepdims=True)


def _missing_if_empty(maps: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.where(maps.any(axis=(-2, -1), keepdims=True), maps, np.nan)
