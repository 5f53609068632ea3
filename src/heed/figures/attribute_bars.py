"""Groups of horizontal bars, one group per attribute: the elements of most figures."""

import textwrap
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import NDArray

from heed.base.errors import InputError
from heed.base.names import readable
from heed.figures.drawn_numbers import keep_row_marks
from heed.figures.group_sizes import Sizes, write_shared_sizes
from heed.figures.theme import COLUMN_WIDTH, TEXT_WIDTH, theme
from heed.metrics.estimates import OVERALL

Floats = NDArray[np.float64]

AMR_LABEL = "acceptable mask ratio (AMR)"
MISSING_LABEL = "no value"

_CHARACTERS_PER_INCH = 15  # of the text in legends and titles, for the theme's font sizes
_WIDE_PANELS = 3  # side by side, with room for the whole label below
_ROW = 0.15  # inches per attribute with few bars,
_TALLEST_ROW = 0.21  # and with many: 40 attributes then fill a page
_BAR = 0.055


@dataclass(frozen=True, eq=False)
class Bars:
    """Bars of one colour, one per attribute.

    Attributes:
        label: what they show, for the legend.
        colour: of the bars.
        lengths: one per attribute, (A,) float64; NaN: no bar, but a mark in its place.
        interval: lower and upper ends of the whiskers, each (A,) float64; None: no whiskers.
        start: where the bars begin, (A,) float64; None: at 0.
        n: number of faces behind each bar, (A,) float64; None: not known.
    """

    label: str
    colour: str
    lengths: Floats
    interval: tuple[Floats, Floats] | None = None
    start: Floats | None = None
    n: Floats | None = None


def rows_of(table: pd.DataFrame) -> pd.DataFrame:
    """The rows of a wide table by attribute, without the row of the means over attributes."""
    return table[table["attribute"] != OVERALL].set_index("attribute")


def column(rows: pd.DataFrame, name: str) -> Floats:
    """One column as float64.

    Raises:
        ValueError: if there is no such column.
    """
    if name not in rows.columns:
        raise InputError(
            f"found no column {name} among {', '.join(map(str, rows.columns))}; a figure needs "
            "it for every classifier of the table"
        )
    return rows[name].to_numpy(np.float64)


def of_group(
    groups: pd.DataFrame, model: str, metric: str, group: str, attributes: Sequence[str]
) -> pd.DataFrame:
    """The rows of one mean in the long table of groups, one per attribute.

    Args:
        groups: columns ``model, metric, group, attribute, mean, low, high``.
        model: name of the classifier.
        metric: what is averaged.
        group: over which faces.
        attributes: the rows to return, in this order.

    Raises:
        ValueError: if an attribute has no such row.
    """
    chosen = (groups["model"] == model) & (groups["metric"] == metric) & (groups["group"] == group)
    rows = groups[chosen].set_index("attribute")
    missing = [name for name in attributes if name not in rows.index]
    if missing:
        raise InputError(
            f"the table of groups has no row with model {model}, metric {metric}, group {group} "
            f"and attribute {missing[0]}; expected {len(attributes)} rows, {len(missing)} are "
            "missing"
        )
    return rows.loc[list(attributes)]


def interval_of(
    groups: pd.DataFrame | None, model: str, metric: str, group: str, attributes: Sequence[str]
) -> tuple[Floats, Floats] | None:
    """Bootstrap interval of one mean per attribute, as :class:`Bars` takes it.

    Args:
        groups: as for :func:`of_group`, which also says what is raised; None gives None.
        model: name of the classifier.
        metric: what is averaged.
        group: over which faces.
        attributes: in the order of the bars.
    """
    if groups is None:
        return None
    rows = of_group(groups, model, metric, group, attributes)
    return column(rows, "low"), column(rows, "high")


def sizes_of(
    groups: pd.DataFrame | None, model: str, metric: str, group: str, attributes: Sequence[str]
) -> Floats | None:
    """Number of faces of one mean per attribute.

    Args:
        groups: as for :func:`of_group`, with a column ``n``; None gives None.
        model: name of the classifier.
        metric: what is averaged.
        group: over which faces.
        attributes: in the order of the bars.
    """
    if groups is None:
        return None
    return column(of_group(groups, model, metric, group, attributes), "n")


def draw_bars(panel: Axes, series: Sequence[Bars]) -> None:
    """Draw grouped bars in the rows 0, 1, ... of a panel, the first series on top."""
    thickness = 0.8 / len(series)
    for rank, bars in enumerate(series):
        places = np.arange(len(bars.lengths)) + (rank - (len(series) - 1) / 2) * thickness
        known = ~np.isnan(bars.lengths)
        keep_row_marks(panel, bars.label, bars.lengths, bars.interval, n=bars.n)
        panel.barh(
            places[known],
            bars.lengths[known],
            left=None if bars.start is None else bars.start[known],
            height=thickness,
            color=bars.colour,
            label=bars.label,
            linewidth=0,
        )
        if bars.interval is not None:
            # Not barh's own whiskers: they are given by lengths from the bar's end, and the
            # interval of a mean over few faces need not contain it.
            low, high = (ends[known] for ends in bars.interval)
            panel.hlines(places[known], low, high, color="black", linewidth=0.7)
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


def name_rows(panel: Axes, attributes: Sequence[str]) -> None:
    """Label the rows of a panel, and of the panels that share its axis, with the attributes."""
    panel.set_yticks(range(len(attributes)), [readable(name) for name in attributes])
    panel.set_ylim(len(attributes) - 0.4, -0.6)


def amr_axis(panel: Axes, label: str = AMR_LABEL, *, narrow: bool = False) -> None:
    """Scale and label a panel's horizontal axis for an AMR, the same in all figures.

    Args:
        panel: the panel.
        label: for the axis.
        narrow: there is no room for a tick at each fifth.
    """
    panel.set_xlim(0, 1)
    panel.set_xticks([0, 0.5, 1] if narrow else [0, 0.2, 0.4, 0.6, 0.8, 1])
    panel.set_xlabel(label)


def legend_above(figure: Figure, title: str | None = None) -> None:
    """Add one legend above the panels, with every colour and mark once."""
    handles: dict[str, Any] = {}
    for panel in figure.axes:
        for handle, label in zip(*panel.get_legend_handles_labels(), strict=True):
            handles.setdefault(label, handle)
    handles |= {MISSING_LABEL: handles.pop(MISSING_LABEL)} if MISSING_LABEL in handles else {}
    widths = [4 + len(label) for label in handles]  # with the patch of colour
    room = figure.get_figwidth() * _CHARACTERS_PER_INCH
    fitting = len(handles) if sum(widths) <= room else int(room / max(widths))
    figure.legend(
        list(handles.values()),
        list(handles),
        title=title,
        loc="outside upper center",
        ncols=max(1, min(len(handles), fitting)),
        frameon=False,
    )


def panels_for(
    attributes: Sequence[str], bars: int, panels: int, *, alone: float = COLUMN_WIDTH
) -> tuple[Figure, list[Axes]]:
    """A figure with panels side by side that share the attributes; call it inside the theme.

    Args:
        attributes: from top to bottom.
        bars: number of bars per attribute; the more, the taller the figure.
        panels: number of panels.
        alone: width in inches if there is only one panel; several are as wide as the text.
    """
    row = min(max(_ROW, _BAR * bars + 0.03), _TALLEST_ROW)
    width = alone if panels == 1 else TEXT_WIDTH
    figure = Figure(figsize=(width, 0.8 + row * len(attributes)), layout="constrained")
    axes = list(np.atleast_1d(figure.subplots(1, panels, sharey=True)))
    name_rows(axes[0], attributes)
    for panel in axes:
        panel.grid(axis="y", visible=False)
    return figure, axes


def write_bars_sizes(panels: Sequence[Axes], series: Sequence[Sequence[Bars]]) -> str | None:
    """Write the numbers of faces of bars beside them; the sentence for the legend, if one says all.

    Args:
        panels: side by side.
        series: the bars of each.
    """
    columns = [
        [Sizes(bars.n, colour=bars.colour) for bars in of_panel if bars.n is not None]
        for of_panel in series
    ]
    return write_shared_sizes(panels, columns) if all(columns) else None


def draw_panel_per_model(models: Mapping[str, Sequence[Bars]], attributes: Iterable[str]) -> Figure:
    """Draw one panel per classifier with the same kinds of AMR in each.

    Args:
        models: by name of the classifier its bars.
        attributes: from top to bottom, in the order of the bars' lengths.
    """
    attributes = list(attributes)
    with theme():
        figure, panels = panels_for(
            attributes, max(len(series) for series in models.values()), len(models)
        )
        narrow = len(models) > _WIDE_PANELS
        for panel, (model, series) in zip(panels, models.items(), strict=True):
            draw_bars(panel, series)
            amr_axis(panel, "AMR" if narrow else AMR_LABEL, narrow=narrow)
            share = figure.get_figwidth() / len(models)
            panel.set_title(textwrap.fill(model, max(8, int(share * _CHARACTERS_PER_INCH * 0.7))))
        legend_above(figure, write_bars_sizes(panels, list(models.values())))
    return figure
