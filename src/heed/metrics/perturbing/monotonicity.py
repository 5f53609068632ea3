"""Monotonicity: does every cell that comes, from the least to the most important, help?"""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from heed.metrics.perturbing.orders import curve, in_order
from heed.metrics.perturbing.perturbations import Perturbations


def monotonicity(maps: ArrayLike, perturbations: Perturbations) -> NDArray[np.float64]:
    """Whether the probability never falls while cells come in rising importance.

    ``monotonicity_metric`` of AIX360 (Arya et al. 2019, after Luss et al. 2019, *Generating
    Contrastive Explanations with Monotonic Attribute Functions*): cells are put into the filling
    one after the other, the least important first, and the probability of the answer that the
    network gives to the whole image must not fall from the first cell on. With dozens of cells
    hardly a map passes: :func:`rising_steps` says by how much it fails.

    Args:
        maps: (N, A, h, w) of the grid of the perturbations, signed or not, or (N, A, H, W) in
            pixels, which are summed over the cells.
        perturbations: of N images and a network with A outputs; asked about each cell and map.

    Returns:
        (N, A) float64, 1 where it never falls, else 0; higher is better. NaN for a map that is
        constant, as uniform and empty ones and those of one cell are, or has a NaN in it.

    Raises:
        ValueError: maps and perturbations do not fit.

    Example:
        >>> import torch
        >>> weights = torch.tensor([[[[1.0, 2.0], [3.0, 4.0]]]])
        >>> network = lambda images: (images * weights).sum((2, 3))
        >>> asked = Perturbations(network, torch.ones(1, 1, 2, 2), (2, 2), "zero")
        >>> monotonicity(weights.numpy(), asked).tolist()
        [[1.0]]
    """
    known, rises = _rises(maps, perturbations)
    return np.where(known, (rises >= 0).all(axis=-1), np.nan)


def rising_steps(maps: ArrayLike, perturbations: Perturbations) -> NDArray[np.float64]:
    """The share of steps at which the probability does not fall, see :func:`monotonicity`.

    Args:
        maps: as for :func:`monotonicity`.
        perturbations: as for :func:`monotonicity`; the same images in part serve both.

    Returns:
        (N, A) float64 in 0..1, higher is better; NaN as there.

    Raises:
        ValueError: maps and perturbations do not fit.
    """
    known, rises = _rises(maps, perturbations)
    steps = max(perturbations.cells - 1, 1)  # a single cell has no order
    return np.where(known, np.count_nonzero(rises >= 0, axis=-1) / steps, np.nan)


def _rises(
    maps: ArrayLike, perturbations: Perturbations
) -> tuple[NDArray[np.bool_], NDArray[np.float64]]:
    """Where maps have an order, (N, A), and how probabilities change, (N, A, n - 1)."""
    order, cells = in_order(maps, perturbations), perturbations.cells
    kept = [~order.most(cells - count) for count in range(1, cells + 1)]
    return order.known, np.diff(curve(order, kept, perturbations), axis=-1)
