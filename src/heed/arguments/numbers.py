"""Numbers that functions are given, held to what these can work with before they begin.

Without it a width of 10.5 ends in a slice of NumPy, and a memory of NaN in a conversion: both far
from the argument that was meant.
"""

from numbers import Integral, Real
from typing import Final

from heed.base.errors import InputError

MOST: Final = 2.0**43
"""No amount is as large: in MiB it is all that 64 bits can address."""


def check_count(name: str, value: object, least: int = 1) -> None:
    """Refuse what is no whole number from some number on.

    Truth values, and floats that happen to be whole, are no whole numbers: where one is given,
    something else was meant, or computed.

    Args:
        name: of the argument, for the message.
        value: of any type.
        least: the smallest that is taken.

    Raises:
        InputError: naming what was found.

    Example:
        >>> check_count("width", 10.5)
        Traceback (most recent call last):
        heed.base.errors.InputError: width: found 10.5; expected a whole number, at least 1
    """
    if isinstance(value, bool) or not isinstance(value, Integral) or value < least:
        raise InputError(f"{name}: found {value!r}; expected a whole number, at least {least}")


def check_amount(name: str, value: object, unit: str, *, may_be_0: bool = False) -> None:
    """Refuse what is no finite amount: text, NaN, infinity, what is negative.

    Args:
        name: of the argument, for the message.
        value: of any type.
        unit: of the amount, for the message.
        may_be_0: whether nothing is an amount, too.

    Raises:
        InputError: naming what was found.

    Example:
        >>> check_amount("memory", float("nan"), "MiB")
        Traceback (most recent call last):
        heed.base.errors.InputError: memory: found nan; expected a finite number of MiB above 0
    """
    known = isinstance(value, Real) and not isinstance(value, bool)
    if not known or not (0 < value < MOST or (may_be_0 and value == 0)):  # type: ignore[operator]
        endless = isinstance(value, Integral) and abs(int(value)) > MOST  # Python prints not all
        found = "a whole number beyond 2**43" if endless else repr(value)
        limit = "from 0 on" if may_be_0 else "above 0"
        raise InputError(f"{name}: found {found}; expected a finite number of {unit} {limit}")
