"""Maps that no network has a part in: what a metric should rank first, and what last."""

import numpy as np
from numpy.typing import NDArray

from heed.methods.settings import Reference
from heed.metrics.reference_maps import (
    centre_maps,
    edge_maps,
    mask_maps,
    random_maps,
    uniform_maps,
)


def reference_maps(
    name: Reference,
    images: NDArray[np.uint8],
    masks: NDArray[np.bool_],
    cells: int,
    seed: int,
) -> NDArray[np.float32]:
    """The maps of a reference, see :mod:`heed.metrics.reference_maps`.

    Args:
        name: which.
        images: (N, S, S, 3) uint8 RGB.
        masks: (N, S, S).
        cells: side of the grid of the random map.
        seed: of the random map.

    Returns:
        (N, S, S) float32 in 0..1.
    """
    count, size = (len(images),), images.shape[1:3]
    match name:
        case "mask":
            return mask_maps(masks)
        case "edges":
            return edge_maps(images)
        case "centre":
            return centre_maps(count, size)
        case "uniform":
            return uniform_maps(count, size)
        case "random":
            return random_maps(count, size, seed, (cells, cells))
