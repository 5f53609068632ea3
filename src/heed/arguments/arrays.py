"""Arrays that functions are given: real numbers, truth values, or places, and nothing like them.

NumPy turns complex numbers into their real parts, text that looks like numbers into these, and -1
into true. Each would give a result, and a wrong one.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from heed.base.errors import InputError


def real_numbers(name: str, values: Any) -> NDArray[Any]:
    """An array of real numbers: floating point, whole numbers or truth values, NaN among them.

    Args:
        name: of the argument, for the message.
        values: whatever NumPy takes.

    Returns:
        The array as it is; the same one where it is one, mapped files among them.

    Raises:
        InputError: complex numbers, text, objects, or rows of different lengths.

    Example:
        >>> real_numbers("targets", ["a", "b"])
        Traceback (most recent call last):
        heed.base.errors.InputError: targets: found <U1 (2,); expected real numbers
    """
    try:
        found = np.asanyarray(values)
    except (ValueError, TypeError, RuntimeError) as error:
        raise InputError(
            f"{name}: found {type(values).__name__} of which NumPy makes no array; expected real "
            f"numbers, as many in each row ({error})"
        ) from None
    if found.dtype.kind not in "biuf":
        raise InputError(f"{name}: found {found.dtype} {found.shape}; expected real numbers")
    return found


def truth_values(name: str, values: Any) -> NDArray[np.bool_]:
    """An array of truth values, from them or from 0 and 1.

    Args:
        name: of the argument, for the message.
        values: whatever NumPy takes.

    Raises:
        InputError: another value; -1, which CelebA's labels have for no, would be true.

    Example:
        >>> truth_values("labels", [0, 1, 1]).tolist()
        [False, True, True]
        >>> truth_values("labels", [-1, 1, 1])
        Traceback (most recent call last):
        heed.base.errors.InputError: labels: found -1; expected truth values, or 0 and 1: ...
    """
    found = real_numbers(name, values)
    if found.dtype != np.bool_ and (other := found[(found != 0) & (found != 1)]).size:
        raise InputError(
            f"{name}: found {other.flat[0]}; expected truth values, or 0 and 1: of -1 and 1 "
            f"`{name} > 0` makes them"
        )
    return found.astype(np.bool_)


def places(name: str, values: Any, count: int) -> NDArray[np.intp]:
    """Places in something of ``count`` rows: whole numbers from 0 on, along one axis.

    Args:
        name: of the argument, for the message.
        values: (k,), k may be 0.
        count: how many rows there are.

    Raises:
        InputError: a mask, other numbers, or a place that is not there; -1 is none.

    Example:
        >>> places("first", [0, 3], 3)
        Traceback (most recent call last):
        heed.base.errors.InputError: first: found 0 to 3; expected whole numbers from 0 to 2
    """
    found = real_numbers(name, values)
    if found.ndim != 1 or (found.size and found.dtype.kind not in "iu"):
        raise InputError(
            f"{name}: found {found.dtype} {found.shape}; expected whole numbers (k,): of a mask, "
            "np.flatnonzero gives them"
        )
    if found.size and (found.min() < 0 or found.max() >= count):
        raise InputError(
            f"{name}: found {found.min()} to {found.max()}; expected whole numbers from 0 to "
            f"{count - 1}"
        )
    return found.astype(np.intp)
