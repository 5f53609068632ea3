"""ROAD: what is left of an answer when the cells that a map marks are imputed."""

from collections.abc import Sequence
from typing import Final, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from heed.base.errors import InputError
from heed.metrics.perturbing.orders import curve, in_order
from heed.metrics.perturbing.perturbations import Perturbations

SHARES: Final = (0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9)
"""Shares of the cells that are imputed."""

First = Literal["most", "least"]
"""Which cells go first: the most or the least important ones (MoRF, LeRF)."""


def road(
    maps: ArrayLike,
    perturbations: Perturbations,
    shares: Sequence[float] = SHARES,
    first: First = "most",
) -> NDArray[np.float64]:
    """The probability of the answer when a share of the cells is imputed by their neighbours.

    Remove and Debias (Rong et al. 2022, *A Consistent and Efficient Evaluation Strategy for
    Attribution Methods*): the noisy linear filling hides not only what a cell shows but that it was
    hidden. The paper counts how often the answer stays: that is the mean over images of
    ``road(…) > 0.5`` where answers are binary.

    Args:
        maps: (N, A, h, w) of the grid of the perturbations, signed or not, or (N, A, H, W) in
            pixels, which are summed over the cells.
        perturbations: of N images and a network with A outputs, with the filling ``linear``.
        shares: K shares of the cells above 0 and below 1; cells are counted to the nearest number.
        first: which cells go.

    Returns:
        (N, A, K) float64 in 0..1: with ``most`` lower is better, with ``least`` higher. NaN for a
        map that is constant, as uniform and empty ones are, or has a NaN in it.

    Raises:
        ValueError: maps and perturbations do not fit, or these have another filling.
    """
    if perturbations.filling != "linear":
        raise InputError(
            f"road: found perturbations with the filling {perturbations.filling!r}; expected "
            "'linear', the noisy linear imputation that the metric is defined by"
        )
    if not np.size(shares) or np.ndim(shares) != 1 or not all(0 < share < 1 for share in shares):
        raise InputError(f"road: shares: found {shares}; expected numbers above 0 and below 1")
    if first not in ("most", "least"):
        raise InputError(f"road: first: found {first!r}; expected 'most' or 'least'")
    order, cells = in_order(maps, perturbations), perturbations.cells
    counts = [round(share * cells) for share in shares]
    if first == "most":
        kept = [~order.most(count) for count in counts]
    else:
        kept = [order.most(cells - count) for count in counts]
    return curve(order, kept, perturbations)


def road_difference(
    maps: ArrayLike, perturbations: Perturbations, shares: Sequence[float] = SHARES
) -> NDArray[np.float64]:
    """How much more of the answer is left without the least than without the most important cells.

    The mean over shares of (LeRF - MoRF), see :func:`road`; half of it is ``ROADCombined`` of the
    grad-cam package.

    Args:
        maps: as for :func:`road`.
        perturbations: as for :func:`road`.
        shares: as for :func:`road`.

    Returns:
        (N, A) float64 in -1..1, higher is better, 0 in the mean for random maps; NaN as there.

    Raises:
        ValueError: as :func:`road`.
    """
    least, most = (road(maps, perturbations, shares, first) for first in ("least", "most"))
    return np.asarray((least - most).mean(axis=-1))
