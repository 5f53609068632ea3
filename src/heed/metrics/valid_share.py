"""How many explanations are valid: those whose score reaches what counts as valid."""

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from heed.base.errors import InputError
from heed.metrics.real_numbers import real_numbers

VALID: Final = (0.5, 0.75)
"""IoU from which an explanation counts as valid: as usual, and as Mysianov (2021) asks for."""


def valid_share(iou: ArrayLike, valid: Sequence[float] = VALID) -> NDArray[np.float64]:
    """The share of maps whose intersection over union is at least so much.

    Args:
        iou: (N, ...) in 0..1, of regions or boxes: further axes may be outputs and thresholds.
        valid: V numbers: from which on a map counts.

    Returns:
        (V, ...) float64 in 0..1, higher is better: over the maps that have an IoU (those of empty
        masks have none); NaN where none has.

    Raises:
        ValueError: ``iou`` holds no numbers, or ``valid`` is no list.

    Example:
        >>> valid_share([0.4, 0.6, 0.8, np.nan]).round(3).tolist()
        [0.667, 0.333]
    """
    if np.ndim(valid) != 1:
        raise InputError(f"valid_share: valid: found {valid}; expected a list of numbers")
    scores = real_numbers(iou, "valid_share: iou").astype(np.float64)
    known = np.count_nonzero(~np.isnan(scores), axis=0)
    counts = np.array([np.count_nonzero(scores >= each, axis=0) for each in valid])
    return np.divide(counts, known, out=np.full(counts.shape, np.nan), where=known > 0)
