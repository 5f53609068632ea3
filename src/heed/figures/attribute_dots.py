"""Rows of dots, one row per attribute, for differences that are small beside the values."""

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import NDArray

from heed.figures.attribute_bars import MISSING_LABEL, Floats, column, of_group
from heed.figures.drawn_numbers import keep_row_marks
from heed.figures.group_sizes import Sizes, write_shared_sizes
from heed.figures.group_styles import GROUP_STYLES

_CHARACTERS_PER_INCH = 14  # of a title


@dataclass(frozen=True, eq=False)
class Dots:
    """Dots of one kind, one per attribute.

    Attributes:
        label: what they show, for the legend.
        colour: of dots and whiskers.
        numbers: where they lie, one per attribute, (A,) float64; NaN: no dot, but a mark at the
            panel's edge.
        interval: lower and upper ends of the whiskers, each (A,) float64; None: no whiskers.
        marker: shape of the dots.
        hollow: which dots are only outlined, (A,) bool; None: none.
        n: number of faces behind each dot, (A,) float64; None: not known.
    """

    label: str
    colour: str
    numbers: Floats
    interval: tuple[Floats, Floats] | None = None
    marker: str = "o"
    hollow: NDArray[np.bool_] | None = None
    n: Floats | None = None


def dots_of_group(
    groups: pd.DataFrame, model: str, metric: str, group: str, attributes: Sequence[str]
) -> Dots:
    """The means of one metric in one group with their intervals, in the group's style.

    Args:
        groups: the long table of means (columns ``model, metric, group, attribute, n, mean,
            low, high``).
        model: name of the network.
        metric: what is averaged.
        group: over which faces; a key of :data:`heed.figures.group_styles.GROUP_STYLES`.
        attributes: from top to bottom.

    Raises:
        ValueError: if an attribute has no such row.
    """
    rows = of_group(groups, model, metric, group, attributes)
    style = GROUP_STYLES[group]
    interval = column(rows, "low"), column(rows, "high")
    return Dots(
        style.label, style.colour, column(rows, "mean"), interval, style.marker,
        n=column(rows, "n"),
    )  # fmt: skip


def draw_dots(panel: Axes, series: Sequence[Dots], *, spread: float = 0.5, size: float = 9) -> None:
    """Draw dots around the rows 0, 1, ... of a panel, the first series on top.

    Args:
        panel: the panel; its rows are named by :func:`heed.figures.attribute_bars.name_rows`.
        series: what to draw.
        spread: height of a row that the series share, in rows; 0 puts all on one line.
        size: area of a dot, in square points.
    """
    panel.grid(visible=True, axis="y", color="0.92", linewidth=0.4)
    step = spread / len(series)
    for rank, dots in enumerate(series):
        places = np.arange(len(dots.numbers)) + (rank - (len(series) - 1) / 2) * step
        known = ~np.isnan(dots.numbers)
        keep_row_marks(panel, dots.label, dots.numbers, dots.interval, dots.hollow, dots.n)
        hollow = known & (np.zeros_like(known) if dots.hollow is None else dots.hollow)
        if dots.interval is not None:
            low, high = (ends[known] for ends in dots.interval)
            panel.hlines(places[known], low, high, color=dots.colour, linewidth=0.7)
        for chosen, inside, label in (
            (known & ~hollow, dots.colour, dots.label),
            (hollow, "white", None),
        ):
            if chosen.any() or label:  # without dots, too, a series is in the legend
                panel.scatter(
                    dots.numbers[chosen],
                    places[chosen],
                    s=size,
                    marker=dots.marker,
                    facecolors=inside,
                    edgecolors=dots.colour,
                    linewidths=0.6,
                    zorder=3,
                    label=label,
                )
        if not known.all():
            panel.scatter(
                np.full(np.count_nonzero(~known), 0.012),
                places[~known],
                s=4,
                marker="x",
                color="0.45",
                linewidths=0.5,
                transform=panel.get_yaxis_transform(),
                label=MISSING_LABEL,
            )


def write_dots_sizes(panels: Sequence[Axes], series: Sequence[Sequence[Dots]]) -> str | None:
    """Write the numbers of faces of dots beside them; the sentence for the legend, if one says all.

    Args:
        panels: side by side.
        series: the dots of each.
    """
    columns = [
        [
            Sizes(dots.n, colour=dots.colour, marker=dots.marker)
            for dots in of_panel
            if dots.n is not None
        ]
        for of_panel in series
    ]
    return write_shared_sizes(panels, columns) if all(columns) else None


def title_panels(figure: Figure, panels: Sequence[Axes], titles: Sequence[str]) -> None:
    """Write a title above each panel, on as many lines as its share of the width needs.

    Args:
        figure: the figure.
        panels: side by side.
        titles: one for each; line breaks stay.
    """
    width = max(8, int(figure.get_figwidth() / (len(panels) + 0.5) * _CHARACTERS_PER_INCH))
    for panel, title in zip(panels, titles, strict=True):
        lines = [textwrap.fill(line, width) for line in title.split("\n")]
        panel.set_title("\n".join(lines))
