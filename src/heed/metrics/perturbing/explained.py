"""Maps of a method that metrics ask for again and again."""

from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike, NDArray

from heed.base.errors import InputError
from heed.metrics.real_numbers import real_numbers


def explained(
    explain: Callable[[], ArrayLike], images: int, like: NDArray[np.float64] | None = None
) -> NDArray[np.float64]:
    """The maps of a method, checked and copied: it may write the next ones over them.

    Args:
        explain: gives the maps (N, A, h, w).
        images: N, how many images there are.
        like: the method's maps before, whose shape these must have.

    Returns:
        (N, A, h, w) float64.

    Raises:
        ValueError: these are no such maps, or their shape has changed.
    """
    maps = np.array(real_numbers(explain(), "explain: maps"), np.float64, order="C")
    if maps.ndim != 4 or len(maps) != images or 0 in maps.shape[2:]:
        raise InputError(
            f"explain: found maps {maps.shape}; expected (N, A, h, w) for N = {images} images"
        )
    if like is not None and maps.shape != like.shape:
        raise InputError(
            f"explain: found maps {like.shape} and, asked again, {maps.shape}; expected the same "
            "shape"
        )
    return maps
