"""Faithfulness: does hiding a cell cost as much as the map says it counts?"""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from heed.metrics.correlation import pearson
from heed.metrics.perturbing.perturbations import Perturbations


def faithfulness(maps: ArrayLike, perturbations: Perturbations) -> NDArray[np.float64]:
    """The correlation of a map's cells with what hiding them, one at a time, costs.

        - Pearson(map, p),   p_i = probability of the answer with cell i alone filled in

    ``faithfulness_metric`` of AIX360 (Arya et al. 2019, *One Explanation Does Not Fit All*, after
    Alvarez-Melis & Jaakkola 2018), with cells as features and the filling as base. The answer is
    the one that the network gives to the whole image, so that maps should explain that one, as
    ``result.pixels("predicted")`` does. The images in part serve all outputs and all maps: one pass
    a cell and image, and one for the whole image.

    Args:
        maps: (N, A, h, w) of the grid of the perturbations, signed or not, or (N, A, H, W) in
            pixels, which are summed over the cells.
        perturbations: of N images and a network with A outputs.

    Returns:
        (N, A) float64 in -1..1, higher is better; 0 in the mean for random maps. NaN where the map
        or the probability is constant over the cells, as of uniform and empty maps, and for a map
        with a NaN in it.

    Raises:
        ValueError: maps and perturbations do not fit.

    Example:
        >>> import torch
        >>> weights = torch.tensor([[[[1.0, 2.0], [3.0, 4.0]]]])
        >>> network = lambda images: (images * weights).sum((2, 3))
        >>> asked = Perturbations(network, 0.1 * torch.ones(1, 1, 2, 2), (2, 2), "zero")
        >>> faithfulness(weights.numpy(), asked).round(2).tolist()  # almost linear
        [[1.0]]
    """
    values = perturbations.in_cells(maps)  # (N, A, n)
    all_but_one = ~np.eye(perturbations.cells, dtype=np.bool_)[None]
    sure = perturbations.probabilities(perturbations.logits(all_but_one))  # (N, n, A)
    return -pearson(values, sure.swapaxes(1, 2))
