"""Small plots of dots and whiskers: the places of numbers on a scale that they share."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, floor, isnan, log10

from heed.pages.number import Number

INTERVALS = 4
"""About how many intervals there are between ticks."""


@dataclass(frozen=True)
class Scale:
    """A horizontal scale between two of its ticks.

    Attributes:
        ticks: from the left end to the right one, evenly spaced.
    """

    ticks: tuple[float, ...]

    def place(self, value: float) -> float:
        """Where ``value`` lies, in percent of the width from the left."""
        return round(100 * (value - self.ticks[0]) / (self.ticks[-1] - self.ticks[0]), 3)


def scale(numbers: Sequence[Number], smallest: float = 0.01) -> Scale:
    """A scale of round numbers that holds 0, all values and all intervals.

    It starts at 0 (or below, for negative values), so that distances on it are proportions and
    a small difference looks small.

    Args:
        numbers: what is to be drawn; missing ones are left out.
        smallest: the least width, for numbers that are all 0.
    """
    known = [
        v for number in numbers for v in (number.value, number.low, number.high) if not isnan(v)
    ]
    low, high = min([0.0, *known]), max([0.0, *known])
    if high - low < smallest:
        high = low + smallest
    raw = (high - low) / INTERVALS
    power = 10.0 ** floor(log10(raw))
    step = next(m * power for m in (1, 2, 5, 10) if m * power >= raw * (1 - 1e-9))
    first, last = floor(low / step + 1e-9), ceil(high / step - 1e-9)
    return Scale(tuple(round(index * step, 12) for index in range(first, last + 1)))
