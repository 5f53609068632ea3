"""Where metrics take in what they are handed: arrays, nested lists and torch tensors of numbers."""

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from heed.base.errors import InputError
from heed.base.tensors import as_array


def real_numbers(values: ArrayLike, what: str) -> NDArray[Any]:
    """Values as a NumPy array of real numbers.

    Args:
        values: anything that NumPy makes an array of, or a torch tensor, on any device, of any
            precision, with or without a gradient: none flows through a metric.
        what: is taken in, for messages.

    Returns:
        Of the shape and type of the values; float64 for Python objects that are numbers, and
        float32 for floating point that NumPy does not know, such as bfloat16.

    Raises:
        ValueError: the values are complex, text or no numbers at all, or rows differ in length.

    Example:
        >>> real_numbers([[True, False]], "masks")
        array([[ True, False]])
    """
    try:
        found = np.asarray(as_array(values))
        if found.dtype == np.object_:
            found = found.astype(np.float64)
    except (TypeError, ValueError, RuntimeError) as error:
        raise InputError(f"{what}: found no array of numbers ({error}); expected one") from None
    if found.dtype.kind not in "fiub":
        raise InputError(f"{what}: found values of {found.dtype}; expected real numbers")
    return found
