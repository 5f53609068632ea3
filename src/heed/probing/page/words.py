"""How the page prints what this study counts: points, depths, networks."""

from collections.abc import Callable
from math import isnan

import pandas as pd

from heed.base.names import readable
from heed.pages.number import DASH, MINUS, Number
from heed.pages.wording import listed

SPACE = "\N{NO-BREAK SPACE}"


def number(row: pd.Series | tuple, name: str) -> Number:
    """A number and its bounds from a row of a table.

    Args:
        row: of :meth:`pandas.DataFrame.itertuples`.
        name: of the column; its bounds are ``<name>_low`` and ``<name>_high``.
    """
    return Number(*(float(getattr(row, f"{name}{end}")) for end in ("", "_low", "_high")))


def in_points(number: Number) -> str:
    """A difference of shares in percent points, with its interval; no sign where it is positive.

    Example:
        >>> in_points(Number(0.097, 0.082, 0.112)).replace(SPACE, " ")
        '9.7 points (8.2 to 11.2)'
    """
    return _told(number, _points, f"{SPACE}points")


def in_percent(number: Number) -> str:
    """A share in percent, with its interval.

    Example:
        >>> in_percent(Number(0.882, 0.857, 0.907)).replace(SPACE, " ")
        '88.2 % (85.7 to 90.7)'
    """
    return _told(number, _points, f"{SPACE}%")


def correlation(number: Number) -> str:
    """A correlation with two decimals, with its interval.

    Example:
        >>> correlation(Number(0.934, 0.9, 0.96))
        '0.93 (0.90 to 0.96)'
    """
    return _told(number, _two)


def within(told: str) -> str:
    """A number with its interval as it stands within brackets.

    Example:
        >>> within("0.93 (0.90 to 0.96)"), within("0.93")
        ('0.93, 0.90 to 0.96', '0.93')
    """
    return told.removesuffix(")").replace(" (", ", ")


def depth(share: float) -> str:
    """A share of the depth in whole percent.

    Example:
        >>> depth(0.2857).replace(SPACE, " ")
        '29 %'
    """
    return DASH if isnan(share) else f"{100 * share:.0f}{SPACE}%"


def named(attributes: list[str], most: int = 8) -> str:
    """Attributes by name; of more than the most their number.

    Example:
        >>> named(["Big_Nose", "Bald"]), named(["Bald"] * 9)
        ('Big Nose and Bald', '9 attributes')
    """
    if len(attributes) > most:
        return f"{len(attributes)} attributes"
    return listed([readable(name) for name in attributes])


def _told(number: Number, printed: Callable[[float], str], unit: str = "") -> str:
    """A number with its unit, then its interval in brackets; a dash where it is missing."""
    if isnan(number.value):
        return DASH
    bounds = "" if isnan(number.low) else f" ({printed(number.low)} to {printed(number.high)})"
    return f"{printed(number.value)}{unit}{bounds}"


def _points(share: float) -> str:
    return f"{100 * share + 0.0:.1f}".replace("-0.0", "0.0").replace("-", MINUS)


def _two(value: float) -> str:
    return f"{value + 0.0:.2f}".replace("-0.00", "0.00").replace("-", MINUS)
