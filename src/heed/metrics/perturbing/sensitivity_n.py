"""Sensitivity-n: does hiding several cells at once cost what the map says they count together?"""

from collections.abc import Sequence
from numbers import Integral

import numpy as np
from numpy.typing import ArrayLike, NDArray

from heed.base.errors import InputError
from heed.metrics.correlation import pearson
from heed.metrics.perturbing.perturbations import Perturbations


def sensitivity_n(
    maps: ArrayLike,
    perturbations: Perturbations,
    sizes: Sequence[int],
    draws: int = 100,
    seed: int = 0,
) -> NDArray[np.float64]:
    """The correlation of sums over n random cells with what hiding them costs the logit.

        Pearson over sets S of n cells of (sum of the map over S, s z(x) - s z(x without S))

    with s the sign of the answer that the network gives to the whole image (Ancona et al. 2018,
    *Towards better understanding of gradient-based attribution methods*). A map whose cells are
    what they cost by themselves, where the network is linear in them, has 1 for every n. The sets
    are the same for all images, outputs and maps.

    Args:
        maps: (N, A, h, w) of the grid of the perturbations, signed, or (N, A, H, W) in pixels,
            which are summed over the cells.
        perturbations: of N images and a network with A outputs.
        sizes: K numbers n of cells, each from 1 to one less than all.
        draws: how many sets of each size are drawn.
        seed: of the draws.

    Returns:
        (N, A, K) float64 in -1..1, higher is better; 0 in the mean for random maps. NaN where the
        map or the logit is constant over the sets, as of uniform and empty maps, and for a map with
        a NaN in it.

    Raises:
        ValueError: maps and perturbations do not fit, or a size has no sets to choose between.

    Example:
        >>> import torch
        >>> weights = torch.tensor([[[[1.0, 2.0], [3.0, -4.0]]]])
        >>> network = lambda images: (images * weights).sum((2, 3))
        >>> asked = Perturbations(network, torch.ones(1, 1, 2, 2), (2, 2), "zero")
        >>> sensitivity_n(weights.numpy(), asked, sizes=[1, 2]).round(6).tolist()
        [[[1.0, 1.0]]]
    """
    cells = perturbations.cells
    whole = all(isinstance(number, Integral) for number in (*sizes, draws))
    if not whole or not len(sizes) or not all(1 <= size < cells for size in sizes) or draws < 2:
        raise InputError(
            f"sensitivity_n: found sizes {list(sizes)} and {draws} draws; expected whole "
            f"sizes from 1 to {cells - 1}, and at least 2 draws"
        )
    values = perturbations.in_cells(maps)  # (N, A, n)
    signs, own = perturbations.signs(), perturbations.own
    rng = np.random.default_rng(seed)
    found = []
    for size in sizes:
        hidden = np.argsort(rng.random((draws, cells)), axis=-1) < size  # (draws, n)
        logits = perturbations.logits(~hidden[None])  # (N, draws, A)
        cost = (signs * own)[:, None] - signs[:, None] * logits
        constant = values.max(axis=-1) == values.min(axis=-1)  # whose sums differ by rounding alone
        r = pearson(values @ hidden.T, cost.swapaxes(1, 2))
        found.append(np.where(constant, np.nan, r))
    return np.stack(found, axis=-1)
