"""What a section of the page holds: a question, what this run answers, its numbers and figures."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from math import isnan
from typing import Final

from heed.pages.number import Number, Unit, interval, printed
from heed.pages.scatter import Scatter
from heed.pages.strips import Strips
from heed.pages.wording import listed, networks

SAME: Final = "same direction"
OPPOSITE: Final = "opposite direction"
NOT_IN_PAPER: Final = "no clear direction in the paper"
NOT_IN_RUN: Final = "no clear direction in this run"

_SHOWS: Final = {
    SAME: SAME,
    OPPOSITE: OPPOSITE,
    NOT_IN_PAPER: "the paper shows no clear direction",
    NOT_IN_RUN: "this run shows no clear direction",
}
"""Remarks within a sentence, in their order there."""


@dataclass(frozen=True)
class Row:
    """One line of a section's table.

    Attributes:
        quantity: what the number is.
        model: the network, or networks, it is of.
        value: this run's number.
        interval: its interval; empty where it has none.
        published: the number in the papers; empty where there is none.
        source: where it is from.
        remark: whether both point the same way.
    """

    quantity: str
    model: str
    value: str
    interval: str = ""
    published: str = ""
    source: str = ""
    remark: str = ""


@dataclass(frozen=True)
class Grid:
    """A section's table where each line has several numbers beside each other.

    Attributes:
        names: the headings of what a line is of.
        columns: the headings of its numbers.
        lines: what each is of, and its numbers as printed.
    """

    names: Sequence[str]
    columns: Sequence[str]
    lines: Sequence[tuple[Sequence[str], Sequence[str]]]


@dataclass(frozen=True)
class Plot:
    """A section's figure.

    Attributes:
        caption: what it shows.
        lines: a line for each attribute; or
        points: a mark for each.
    """

    caption: str
    lines: Strips | None = None
    points: Scatter | None = None


@dataclass(frozen=True)
class Section:
    """One section of the page.

    Attributes:
        anchor: its place in addresses.
        title: the question it answers, or its topic.
        short: its name in the navigation.
        sentence: what holds in this run; made from its numbers.
        published: what the papers found, and whether this run points the same way.
        rows: the numbers.
        figures: names of figures in the catalogue.
        number: of the question; None for a topic.
        note: what has to be known of the numbers.
        caveat: what has to be known of the finding.
        grid: numbers beside each other, in the place of rows.
        plot: the figure that shows what the sentence says.
    """

    anchor: str
    title: str
    short: str
    sentence: str
    published: str = ""
    rows: Sequence[Row] = field(default_factory=list)
    figures: Sequence[str] = field(default_factory=list)
    number: int | None = None
    note: str = ""
    caveat: str = ""
    grid: Grid | None = None
    plot: Plot | None = None


def row(
    quantity: str,
    model: str,
    number: Number,
    unit: Unit,
    *,
    signed: bool = False,
    published: float | None = None,
    source: str = "",
    remark: str = "",
) -> Row:
    """A line of a table from numbers; without a published one its source is left out.

    Args:
        quantity: what the number is.
        model: of which network.
        number: this run's number.
        unit: how to print both.
        signed: whether to print a plus.
        published: the papers' number.
        source: of the papers' number.
        remark: see :class:`Row`.
    """
    return Row(
        quantity,
        model,
        printed(number.value, unit, signed=signed),
        interval(number, unit, signed=signed),
        "" if published is None else printed(published, unit, signed=signed),
        "" if published is None else source,
        "" if published is None else remark,
    )


def same_direction(run: Number, published: Number | float | None, neutral: float = 0.0) -> str:
    """Whether a run's number lies on the same side of the neutral value as a published one.

    A direction needs an interval that leaves out the neutral value.

    Args:
        run: the run's number.
        published: the published one, with its interval where it has one; None where there is none.
        neutral: the value that says nothing.

    Returns:
        ``same direction`` or ``opposite direction``; or that the run, or the paper, shows no clear
        one; empty where one of the two is missing.
    """
    if published is None or isnan(run.value):
        return ""
    beside = published if isinstance(published, Number) else Number(published, published, published)
    here, there = run.direction(neutral), beside.direction(neutral)
    if there not in ("up", "down"):
        return NOT_IN_PAPER
    if here not in ("up", "down"):
        return NOT_IN_RUN
    return SAME if here == there else OPPOSITE


def compared(published: str, remarks: Mapping[str, str], *, of_networks: bool = False) -> str:
    """What was published, followed by where this run points the same way.

    Where the paper shows no direction at all there is nothing to compare, and the sentence is one
    on the paper.

    Args:
        published: a sentence on the papers' numbers.
        remarks: of :func:`same_direction` by what they are of; empty ones are left out.
        of_networks: whether they are of all networks of the run.
    """
    called = networks if of_networks else listed
    by_remark: dict[str, list[str]] = {}
    for name, remark in remarks.items():
        if remark:
            by_remark.setdefault(remark, []).append(name)
    if not by_remark:
        return published
    if set(by_remark) == {NOT_IN_PAPER}:
        names = by_remark[NOT_IN_PAPER]
        all_of = names == list(remarks) and of_networks
        either = {1: networks(names), 2: "either network"}.get(len(names), "any network")
        whose = either if all_of else called(names)
        return f"{published} The paper shows no clear direction for {whose}."
    found = [f"{_SHOWS[remark]} for {called(by_remark[remark])}" for remark in _SHOWS
             if remark in by_remark]  # fmt: skip
    return f"{published} Compared with it: {'; '.join(found)}."
