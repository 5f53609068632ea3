"""Strips: numbers of several series on one scale, a line for each thing that they are of.

Drawn by ``templates/strips.html.j2`` as SVG whose places are shares of the width: sharp at any
size, and as wide as the page has room.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from math import isnan, nan

from heed.pages.number import MINUS, Number, Unit, interval, printed, told
from heed.pages.whiskers import Scale, scale


@dataclass(frozen=True)
class Entry:
    """What a strip shows.

    Attributes:
        name: what its numbers are of.
        numbers: one per series; missing ones leave a gap.
        notes: one per series, such as the number of faces; may be left out.
        key: what a click leads to, by the page's own names; empty for nothing.
        band: from a low mark to a high one, such as the scores of a uniform and of the best map.
        wider: one per series, with an interval that is over more; may be left out.
        hollow: one per series, whether its number is of too little to count: it is drawn hollow,
            without its interval, and sorts last; may be left out.
    """

    name: str
    numbers: Sequence[Number]
    notes: Sequence[str] = ()
    key: str = ""
    band: tuple[float, float] | None = None
    wider: Sequence[Number] = ()
    hollow: Sequence[bool] = ()

    def counted(self) -> list[float]:
        """The known numbers that count."""
        hollow = [*self.hollow, *[False] * len(self.numbers)]
        pairs = zip(self.numbers, hollow, strict=False)
        return [n.value for n, few in pairs if not (few or isnan(n.value))]


@dataclass(frozen=True)
class Mark:
    """One number: as text, and its places on the scale in percent (None: missing).

    A hollow one is of too little to count.
    """

    value: str
    bounds: str
    note: str
    place: float | None
    whisker: tuple[float, float] | None
    wider: tuple[float, float] | None = None
    hollow: bool = False


@dataclass(frozen=True)
class Strip:
    """One line.

    Attributes:
        name: what its numbers are of.
        key: what a click leads to; empty for nothing.
        marks: one per series.
        band: its places in percent; None without one.
        description: the line in words.
    """

    name: str
    key: str
    marks: Sequence[Mark]
    band: tuple[float, float] | None
    description: str


@dataclass(frozen=True)
class Strips:
    """Lines on one scale.

    Attributes:
        series: names of the series, in the order of the marks.
        lines: the lines.
        ticks: place in percent and text of each tick.
        zero: place of 0 in percent.
    """

    series: Sequence[str]
    lines: Sequence[Strip] = field(default_factory=list)
    ticks: Sequence[tuple[float, str]] = field(default_factory=list)
    zero: float = 0.0


def strips(
    series: Sequence[str], entries: Sequence[Entry], unit: Unit, *, signed: bool = False
) -> Strips:
    """Put numbers on one scale of round numbers that holds 0, all intervals and all bands.

    Args:
        series: names of the series.
        entries: the lines, from top to bottom.
        unit: how numbers are printed.
        signed: whether a plus is printed.

    Example:
        >>> drawn = strips(["a"], [Entry("x", [Number(0.5, 0.4, 0.6)])], "share")
        >>> drawn.lines[0].marks[0].place, drawn.lines[0].description
        (83.333, 'x: a 0.500 (0.400 to 0.600)')
    """
    entries = [_without_intervals(entry) for entry in entries]
    bands = [Number(end) for entry in entries if entry.band for end in entry.band]
    drawn = [number for entry in entries for number in (*entry.numbers, *entry.wider)]
    along = scale(drawn + bands)
    return Strips(
        series,
        [_strip(series, entry, along, unit, signed) for entry in entries],
        [(along.place(tick), _tick(tick, unit)) for tick in along.ticks],
        along.place(0.0),
    )


def by_size(entries: Sequence[Entry], *, difference: bool = False) -> list[Entry]:
    """Entries sorted, the furthest from 0 first; those without a number that counts last.

    Args:
        entries: to be sorted.
        difference: sort by how far the series are apart, which takes two numbers.
    """

    def size(entry: Entry) -> tuple[int, float]:
        known = entry.counted()
        if not known:
            return 2, 0.0
        if not difference:
            return 0, -max(map(abs, known))
        return (0, min(known) - max(known)) if len(known) > 1 else (1, -abs(known[0]))

    return sorted(entries, key=size)


def _without_intervals(entry: Entry) -> Entry:
    """An entry whose hollow numbers have lost their intervals: those are of too little to hold."""
    if not any(entry.hollow):
        return entry
    numbers = [
        Number(number.value) if few else number
        for number, few in zip(entry.numbers, entry.hollow, strict=True)
    ]
    return replace(entry, numbers=numbers)


def _strip(series: Sequence[str], entry: Entry, along: Scale, unit: Unit, signed: bool) -> Strip:
    notes = [*entry.notes, *[""] * len(series)][: len(series)]
    wider = [*entry.wider, *[Number(nan)] * len(series)][: len(series)]
    hollow = [*entry.hollow, *[False] * len(series)][: len(series)]
    marks = [
        replace(_mark(number, more, note, along, unit, signed), hollow=few)
        for number, more, note, few in zip(entry.numbers, wider, notes, hollow, strict=True)
    ]
    described = [
        " ".join(filter(None, [name, told(number, unit, signed=signed), note]))
        for name, number, note in zip(series, entry.numbers, notes, strict=True)
    ]
    band = None if entry.band is None else (along.place(entry.band[0]), along.place(entry.band[1]))
    return Strip(entry.name, entry.key, marks, band, f"{entry.name}: {', '.join(described)}")


def _mark(number: Number, wider: Number, note: str, along: Scale, unit: Unit, signed: bool) -> Mark:
    known = number.direction() != "missing"
    bounds = interval(number, unit, signed=signed)
    return Mark(
        printed(number.value, unit, signed=signed),
        bounds,
        note,
        along.place(number.value) if known else None,
        (along.place(number.low), along.place(number.high)) if known and bounds else None,
        None
        if isnan(wider.low) or isnan(wider.high)
        else (along.place(wider.low), along.place(wider.high)),
    )


def _tick(value: float, unit: Unit) -> str:
    text = f"{100 * value:g} %" if unit == "percent" else f"{value:g}"
    return text.replace("-", MINUS)
