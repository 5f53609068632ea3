"""Numbers of images, cells, steps and draws: whole, and at least one."""

from numbers import Integral

from heed.base.errors import InputError


def check_count(name: str, value: object) -> None:
    """Refuse what is no whole number from 1 on.

    Args:
        name: of the argument, for the message.
        value: of any type.

    Raises:
        ValueError: it is less than 1, or no integer.

    Example:
        >>> check_count("steps", 2.5)
        Traceback (most recent call last):
        heed.base.errors.InputError: steps: found 2.5; expected a whole number from 1 on
    """
    if not isinstance(value, Integral) or isinstance(value, bool) or value < 1:
        raise InputError(f"{name}: found {value!r}; expected a whole number from 1 on")
