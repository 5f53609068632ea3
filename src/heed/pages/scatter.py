"""Points of several series in a plane; each can lead somewhere.

Drawn by ``templates/scatter.html.j2`` as SVG whose places are shares of width and height.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import isnan

from heed.pages.number import MINUS, Number, Unit, printed
from heed.pages.whiskers import Scale, scale


@dataclass(frozen=True)
class Axis:
    """What a coordinate is: its name and how it is printed."""

    name: str
    unit: Unit


@dataclass(frozen=True)
class Datum:
    """A thing with two numbers of one series; missing ones are not drawn."""

    name: str
    series: int
    x: float
    y: float
    key: str = ""


@dataclass(frozen=True)
class Point:
    """A datum with its place in percent, from the left and from the top."""

    series: int
    x: float
    y: float
    key: str
    description: str


@dataclass(frozen=True)
class Scatter:
    """Points between two axes.

    Attributes:
        series: names of the series.
        points: what is drawn.
        axes: names of the axes, x before y.
        x_ticks: place in percent and text of each tick, from the left.
        y_ticks: the same, from the top.
        missing: how many data are left out.
        incomplete: how many things these are of.
    """

    series: Sequence[str]
    points: Sequence[Point]
    axes: tuple[str, str]
    x_ticks: Sequence[tuple[float, str]]
    y_ticks: Sequence[tuple[float, str]]
    missing: int
    incomplete: int


def scatter(series: Sequence[str], data: Sequence[Datum], x: Axis, y: Axis) -> Scatter:
    """Put data on two scales of round numbers that hold 0.

    Args:
        series: names of the series.
        data: in the order in which the keyboard goes through them.
        x: the horizontal axis.
        y: the vertical one.

    Example:
        >>> axes = Axis("u", "share"), Axis("v", "share")
        >>> found = scatter(["a"], [Datum("n", 0, 1.0, 0.5)], *axes)
        >>> found.points[0].x, found.points[0].y, found.points[0].description
        (100.0, 16.667, 'n, a: u 1.000, v 0.500')
    """
    known = [datum for datum in data if not (isnan(datum.x) or isnan(datum.y))]
    across = scale([Number(datum.x) for datum in known])
    down = scale([Number(datum.y) for datum in known])
    points = [
        Point(
            datum.series,
            across.place(datum.x),
            round(100 - down.place(datum.y), 3),
            datum.key,
            f"{datum.name}, {series[datum.series]}: {x.name} {printed(datum.x, x.unit)}, "
            f"{y.name} {printed(datum.y, y.unit)}",
        )
        for datum in known
    ]
    x_ticks = _ticks(across, x.unit)
    y_ticks = [(round(100 - place, 3), text) for place, text in _ticks(down, y.unit)]
    missing = len(data) - len(known)
    incomplete = len({datum.name for datum in data if datum not in known})
    return Scatter(series, points, (x.name, y.name), x_ticks, y_ticks, missing, incomplete)


def _ticks(along: Scale, unit: Unit) -> list[tuple[float, str]]:
    factor, sign = (100, " %") if unit == "percent" else (1, "")
    return [
        (along.place(tick), f"{factor * tick:g}{sign}".replace("-", MINUS)) for tick in along.ticks
    ]
