"""Deletion and insertion: how fast an answer goes, and comes, with the cells that a map marks."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from heed.metrics.perturbing.orders import curve, in_order, steps_of
from heed.metrics.perturbing.perturbations import Perturbations


def deletion_auc(
    maps: ArrayLike, perturbations: Perturbations, steps: int | None = None
) -> NDArray[np.float64]:
    """The mean probability of the answer while cells are hidden, the most important first.

    The area under the curve of the probability against the share of hidden cells, 0 to 1, by
    trapezoids (Petsiuk, Das & Saenko 2018, *RISE*, who hide pixels behind 0: filling ``zero``). The
    answer is the one that the network gives to the whole image. How low the curve ends depends on
    the filling and the network, so that areas compare maps of the same images and network alone.

    Args:
        maps: (N, A, h, w) of the grid of the perturbations, signed or not, or (N, A, H, W) in
            pixels, which are summed over the cells. Rectified maps leave their zeros in the order
            of the grid: signed ones say more.
        perturbations: of N images and a network with A outputs; what monotonicity asks serves here.
        steps: in how many equal steps cells go; by default one at a time.

    Returns:
        (N, A) float64 in 0..1, lower is better. NaN for a map that is constant, as uniform and
        empty ones are, or has a NaN in it.

    Raises:
        ValueError: maps and perturbations do not fit.

    Example:
        >>> import torch
        >>> weights = torch.tensor([[[[9.0, 0.0], [0.0, 0.0]]]])
        >>> network = lambda images: (images * weights).sum((2, 3))
        >>> asked = Perturbations(network, torch.ones(1, 1, 2, 2), (2, 2), "zero")
        >>> deletion_auc(weights.numpy(), asked).round(2).tolist()  # 1, and then 1/2
        [[0.56]]
    """
    order, cells = in_order(maps, perturbations), perturbations.cells
    kept = [~order.most(count) for count in steps_of(cells, steps)]
    return _area(curve(order, kept, perturbations), cells, steps)


def insertion_auc(
    maps: ArrayLike, perturbations: Perturbations, steps: int | None = None
) -> NDArray[np.float64]:
    """The mean probability of the answer while cells come, the most important first.

    As :func:`deletion_auc`, from the filling to the whole image (Petsiuk, Das & Saenko 2018, who
    begin with a blurred image: filling ``blur``).

    Args:
        maps: as for :func:`deletion_auc`.
        perturbations: as for :func:`deletion_auc`.
        steps: in how many equal steps cells come; by default one at a time.

    Returns:
        (N, A) float64 in 0..1, higher is better; NaN as for :func:`deletion_auc`.

    Raises:
        ValueError: maps and perturbations do not fit.
    """
    order, cells = in_order(maps, perturbations), perturbations.cells
    kept = [order.most(count) for count in steps_of(cells, steps)]
    return _area(curve(order, kept, perturbations), cells, steps)


def _area(sure: NDArray[np.float64], cells: int, steps: int | None) -> NDArray[np.float64]:
    shares = np.array(steps_of(cells, steps)) / cells
    return np.asarray(np.trapezoid(sure, shares, axis=-1))
