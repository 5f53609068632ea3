"""How many digits of a result are kept in git: as many as its interval supports.

A second training, or the same one on another processor, gives other numbers within their
intervals. Digits far below an interval's width say nothing, and change from machine to machine.

What is kept is printed with fewer digits, and so rounded a second time: 20.046 kept as 20.05 would
be printed as 20.1. A number whose last digit would be a 5 therefore keeps the digits that tell on
which side of it the number lies; whoever rounds it again gets what the number itself would give.
"""

from collections.abc import Mapping
from typing import Any, Final

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

SIGNIFICANT: Final = 4
"""Digits of a number without an interval, or whose interval has no width."""

SHARE_OF_WIDTH: Final = 0.01
"""The error of rounding is less than this share of the interval's width."""

LEAST_DECIMALS: Final = 3
"""As many as the page prints of a share."""

COUNT_DECIMALS: Final = 1
"""Of a number of faces that is a mean over trainings."""

_MOST_MORE: Final = 8
"""Decimals that a number gets at most to be rounded again; what is left then may be noise."""

_NAMES: Final = ("value", "mean")
"""What is the number of, where the bounds are called ``low`` and ``high`` alone."""


def supported(value: ArrayLike, low: ArrayLike, high: ArrayLike) -> NDArray[np.float64]:
    """A number and its bounds, rounded to what the interval supports.

    All three get the fewest decimals d with 10^-d / 2 < (high - low) / 100, but at least three.
    Numbers without an interval, or with one without width, get four significant digits. One that
    would end in a 5 gets as many more as it takes to be rounded again.

    Args:
        value: (...); NaN = missing.
        low: lower bound, (...).
        high: upper bound, (...).

    Returns:
        (3, ...): value, lower and upper bound.

    Example:
        >>> supported(0.137190402, 0.129101517, 0.146191907).tolist()  # half of .0001 < .000171
        [0.1372, 0.1291, 0.1462]
        >>> supported(0.2004617, 0.19203, 0.20914).tolist()  # and not .2005, which is .201 next
        [0.20046, 0.192, 0.2091]
    """
    numbers = np.stack(
        np.broadcast_arrays(*(np.asarray(n, np.float64) for n in (value, low, high)))
    )
    width = numbers[2] - numbers[1]
    known = np.isfinite(width) & (width > 0)
    smallest = np.where(known, width, 1.0) * SHARE_OF_WIDTH
    decimals = np.maximum(np.floor(-np.log10(2 * smallest)) + 1, LEAST_DECIMALS)
    rounded = _at(numbers, np.broadcast_to(decimals, numbers.shape))
    return np.where(known, rounded, significant(numbers))


def significant(values: ArrayLike, digits: int = SIGNIFICANT) -> NDArray[np.float64]:
    """Numbers rounded to significant digits.

    Args:
        values: (...); NaN stays.
        digits: how many.

    Example:
        >>> significant([0.0123412, 1234.16, 0.0]).tolist()
        [0.01234, 1234.0, 0.0]
    """
    values = np.asarray(values, np.float64)
    size = np.abs(np.where(np.isfinite(values) & (values != 0), values, 1.0))
    return _at(values, digits - 1 - np.floor(np.log10(size)))


def rounded_at(value: float, decimals: int) -> float:
    """One number at so many decimals, or at the first more that do not end in a 5 it has not.

    Example:
        >>> rounded_at(0.38496, 3), rounded_at(0.385, 3), rounded_at(0.3841, 3)
        (0.38496, 0.385, 0.384)
    """
    if decimals < 0:
        return float(np.round(value, decimals))
    for more in range(decimals, decimals + _MOST_MORE + 1):
        text = f"{value:.{more}f}"
        digits = text.rstrip("0") if more else text
        if not digits.endswith("5") or float(text) == value:
            break
    return float(text)


def mean_count(counts: ArrayLike) -> NDArray[np.float64]:
    """How many faces a group has on average of the trainings of a network, to one decimal.

    A group that has a face in any training has at least 0.1, so that 0 says: in none.

    Args:
        counts: of each of K trainings, (K, ...) whole numbers.

    Returns:
        (...) float64.

    Example:
        >>> mean_count([[284, 0, 1, 7], [285, 0, 0, 7], [284, 0, 0, 7]]).tolist()
        [284.3, 0.0, 0.3, 7.0]
    """
    mean = np.asarray(counts, np.float64).mean(axis=0)
    least = 10.0**-COUNT_DECIMALS
    return np.where(mean > 0, np.maximum(np.round(mean, COUNT_DECIMALS), least), 0.0)


def count_text(count: float) -> str:
    """A number of faces in print, a mean over trainings: a decimal only where it is below ten.

    Example:
        >>> count_text(4.7), count_text(284.3), count_text(25920.3)
        ('4.7', '284', '25,920')
    """
    decimals = 0 if count == round(count) or count >= 10 else COUNT_DECIMALS
    return f"{count:,.{decimals}f}"


def rounded_table(table: pd.DataFrame) -> pd.DataFrame:
    """A table as it is kept in git.

    A column ``x`` is rounded with its ``x_low`` and ``x_high``, ``value`` or ``mean`` with
    ``low`` and ``high``; any other column of floats to four significant digits. Numbers of faces,
    ``n`` or ``n_…``, get one decimal at most (see :func:`mean_count`). Whole numbers and text stay.

    Example:
        >>> table = pd.DataFrame({"mean": [0.12345678], "low": [0.1], "high": [0.2], "n": [7]})
        >>> rounded_table(table).iloc[0].tolist()
        [0.123, 0.1, 0.2, 7.0]
    """
    rounded = table.copy()
    floats = [str(name) for name in table.select_dtypes("float").columns]
    for name, *ends in _with_bounds(floats):
        columns = (table[column].to_numpy(np.float64) for column in (name, *ends))
        for column, numbers in zip((name, *ends), supported(*columns), strict=True):
            rounded[column] = numbers
            floats.remove(column)
    for column in floats:
        if column == "n" or column.startswith("n_"):
            rounded[column] = table[column].round(COUNT_DECIMALS)  # a sum may be 648.0000000001
        else:
            rounded[column] = significant(table[column])
    return rounded


def rounded(content: Any) -> Any:
    """The content of a JSON file as it is kept in git, by the rules of :func:`rounded_table`.

    Example:
        >>> rounded({"pe_gap": {"value": 0.0336178, "low": 0.0286115, "high": 0.0393489}, "n": 37})
        {'pe_gap': {'value': 0.0336, 'low': 0.0286, 'high': 0.0393}, 'n': 37}
    """
    if isinstance(content, list | tuple):
        return [rounded(value) for value in content]
    if isinstance(content, float):
        return float(significant(content))
    if not isinstance(content, Mapping):
        return content
    found = {key: rounded(value) for key, value in content.items()}
    floats = [key for key, value in content.items() if isinstance(value, float)]
    for names in _with_bounds(floats):
        numbers = supported(*(content[name] for name in names))
        found.update(zip(names, map(float, numbers), strict=True))
    return found


def _with_bounds(names: list[str]) -> list[tuple[str, str, str]]:
    """The names that have bounds beside them, with those."""
    bare = [(name, "low", "high") for name in _NAMES]
    found = [*bare, *((name, f"{name}_low", f"{name}_high") for name in names)]
    return [each for each in found if set(each) <= set(names)]


def _at(values: NDArray[np.float64], decimals: NDArray[np.float64]) -> NDArray[np.float64]:
    """Rounded at decimals of their own, by way of text, so that no bit is left over."""
    pairs = zip(values.ravel().tolist(), decimals.ravel().tolist(), strict=True)
    texts = (rounded_at(value, int(d)) for value, d in pairs)
    return np.fromiter(texts, np.float64, values.size).reshape(values.shape) + 0.0
