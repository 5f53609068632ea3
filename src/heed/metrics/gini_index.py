"""Sparsity: the Gini index of a map."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from heed.metrics.maps_and_masks import maps_and_masks
from heed.metrics.real_numbers import real_numbers


def gini_index(maps: ArrayLike) -> NDArray[np.float64]:
    """How unequally a map is spread over its pixels or cells.

        G = sum over k of (2k - n - 1) a_k / (n sum of a),   a_1 <= … <= a_n

    The Gini index (Hurley & Rickard 2009, *Comparing Measures of Sparsity*; of maps, Chalasani et
    al. 2020, *Concise Explanations of Neural Networks*). It compares no map with a mask: a sparse
    map is easy to read, and may be wrong.

    Args:
        maps: (..., H, W), 0 or more: cells or pixels. Enlarged maps are smoother, and so less
            sparse, than their cells; compare like with like.

    Returns:
        (...) float64 in 0..1 - 1/n, higher is sparser: 0 for a uniform map, 1 - 1/n for one pixel
        alone. NaN for an empty map, of which nothing is spread, and for one with a NaN in it.

    Raises:
        ValueError: a value is below 0 or not finite.

    Example:
        >>> gini_index([[[1.0, 1.0], [1.0, 1.0]], [[0.0, 0.0], [0.0, 3.0]]]).tolist()
        [0.0, 0.75]
    """
    values = real_numbers(maps, "gini_index: maps")
    everywhere = np.ones(values.shape[-2:], np.bool_)
    pixels, _, missing = maps_and_masks(values, everywhere, "gini_index", highest=np.inf)
    count = pixels.shape[-2] * pixels.shape[-1]
    rising = np.sort(pixels.reshape(*pixels.shape[:-2], count).astype(np.float64), axis=-1)
    # By a power of two, which is exact: sums of the largest numbers would be infinite.
    rising = np.ldexp(rising, -np.frexp(rising[..., -1:])[1])
    weights = 2 * np.arange(1, count + 1) - count - 1
    total = rising.sum(axis=-1)
    known = ~missing & (total > 0)
    spread = (rising * weights).sum(axis=-1) / count
    return np.divide(spread, total, out=np.full(total.shape, np.nan), where=known)
