"""Coordinates as an array of numbers, or what they are instead."""

from numbers import Integral
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from heed.base.errors import InputError


def numbers(values: ArrayLike) -> NDArray[np.float64]:
    """Values as float64; None counts as NaN.

    Raises:
        ValueError: they are no numbers; the message says what they are, for the caller's own.

    Example:
        >>> numbers([[1, 2], [3, None]]).tolist()
        [[1.0, 2.0], [3.0, nan]]
    """
    try:
        array = np.asarray(values)
    except ValueError:
        raise ValueError("rows of different lengths") from None
    if array.dtype.kind not in "biufO":
        raise ValueError(f"of type {array.dtype}")
    try:
        return array.astype(np.float64)
    except (TypeError, ValueError):
        raise ValueError(f"no numbers ({str(values)[:60]})") from None


def corners_of(values: ArrayLike, caller: str) -> NDArray[np.float64]:
    """Corners, or the edges of a box, as numbers of any shape.

    Raises:
        InputError: they are none.
    """
    try:
        return numbers(values)
    except ValueError as error:
        raise InputError(f"{caller}: found corners that are {error}; expected numbers") from None


def whole_number(value: Any, name: str, caller: str) -> int:
    """A whole number above 0, such as the side of a crop or a grid.

    Raises:
        InputError: it is none.

    Example:
        >>> whole_number(np.int64(7), "grid", "coverage_of_masks")
        7
    """
    if isinstance(value, bool) or not isinstance(value, Integral) or value < 1:
        raise InputError(f"{caller}: found {name} {value!r}; expected a whole number above 0")
    return int(value)
