"""A number with its interval: which way it points, and how the page prints it."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import floor, isnan, log10, nan
from typing import Final, Literal

Direction = Literal["up", "down", "equal", "unclear", "missing"]
"""Above or below the neutral value with the whole interval; exactly there with all of it; neither;
or no number at all."""

Unit = Literal["share", "fine", "percent", "count"]
"""Share: three decimals; fine: five. Percent: of a fraction, one decimal, or below 0.1 % two
significant digits. Count: none."""

DASH: Final = "\N{EN DASH}"
MINUS: Final = "\N{MINUS SIGN}"

LEAST_PERCENT: Final = 0.0001
"""Less is printed as 0.0: one map in a million."""


@dataclass(frozen=True)
class Number:
    """A value and its interval; NaN where missing."""

    value: float
    low: float = nan
    high: float = nan

    @classmethod
    def of(cls, stored: Mapping[str, float | None], name: str = "") -> "Number":
        """A number as the JSON files hold it, where null stands for a missing one.

        Args:
            stored: with ``value``, ``low`` and ``high``; or, of ``name``, with ``<name>``,
                ``<name>_low`` and ``<name>_high``. Bounds may lack.
            name: the number's name among others; empty for one on its own.
        """
        keys = (name, f"{name}_low", f"{name}_high") if name else ("value", "low", "high")
        found = (stored.get(key) for key in keys)
        return cls(*(nan if value is None else float(value) for value in found))

    @classmethod
    def over_attributes(cls, stored: Mapping[str, float | None]) -> "Number":
        """A gap or a difference with the interval that draws attributes too.

        Args:
            stored: with ``value``, ``attributes_low`` and ``attributes_high``.
        """
        return cls.of(
            {
                "value": stored["value"],
                "low": stored["attributes_low"],
                "high": stored["attributes_high"],
            }
        )

    def __neg__(self) -> "Number":
        return Number(-self.value, -self.high, -self.low)

    def direction(self, neutral: float = 0.0) -> Direction:
        """Where the number lies for certain: its interval decides, not its value.

        Args:
            neutral: the value that says nothing: 0 for a difference or a correlation.
        """
        if isnan(self.value):
            return "missing"
        if self.low == self.value == self.high == neutral:
            return "equal"
        if self.low > neutral:
            return "up"
        return "down" if self.high < neutral else "unclear"


def printed(value: float, unit: Unit, *, signed: bool = False) -> str:
    """One value in its unit; a dash where it is missing.

    Args:
        value: a fraction for the units share and percent.
        unit: how to print it.
        signed: whether a plus is printed: for differences and correlations. A signed
            percentage is in points.
    """
    if isnan(value):
        return DASH
    decimals = {"share": 3, "fine": 5, "percent": 1, "count": 0}[unit]
    factor = 100 if unit == "percent" else 1
    if unit == "percent" and LEAST_PERCENT <= abs(factor * value) < 0.1:
        decimals = 1 - floor(log10(abs(factor * value)))
    text = f"{factor * value:{'+' if signed else ''}.{decimals}f}"
    if float(text) == 0:  # neither -0.000 nor +0.000
        text = text.lstrip("+-")
    text = text.replace("-", MINUS)
    if unit != "percent":
        return text
    return f"{text} points" if signed else f"{text} %"


def interval(number: Number, unit: Unit, *, signed: bool = False) -> str:
    """``low to high``, in the unit that stands with the value; empty where there is none."""
    if isnan(number.low) or isnan(number.high):
        return ""
    low, high = (printed(v, unit, signed=signed) for v in (number.low, number.high))
    return f"{low.split(' ')[0]} to {high.split(' ')[0]}"


def told(number: Number, unit: Unit, *, signed: bool = False) -> str:
    """A number within a sentence: its value, and its interval in brackets."""
    value, bounds = (
        printed(number.value, unit, signed=signed),
        interval(number, unit, signed=signed),
    )
    return f"{value} ({bounds})" if bounds else value


def within(number: Number, unit: Unit, *, signed: bool = False) -> str:
    """A number within brackets, with its interval: ``+0.2, +0.1 to +0.3``."""
    bounds = interval(number, unit, signed=signed)
    return ", ".join(filter(None, [printed(number.value, unit, signed=signed), bounds]))
