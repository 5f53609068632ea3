"""The overall error of every network on the four test sets."""

from collections.abc import Sequence
from typing import Final

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from heed.affact.figures.catalogue import figure
from heed.affact.figures.error_by_set import MAJORITY_LABEL, PUBLISHED_LABEL
from heed.affact.figures.rates_by_set import SET_STYLES, ErrorRates, majority_error
from heed.figures.attribute_bars import Floats, legend_above
from heed.figures.attribute_dots import Dots, draw_dots
from heed.figures.drawn_numbers import keep_row_marks
from heed.figures.theme import SMALLEST_FONT, TEXT_WIDTH, model_colours, theme
from heed.metrics.estimates import OVERALL

MARKERS: Final = "osD^vP"

_PITCH = 0.14  # inches from network to network
_SPREAD = 0.76  # share of a row that the networks of a set take
_DOTS = 0.3  # least share of the panel's width
_TOTAL: Final = (OVERALL,)


@figure(
    "overall_by_set",
    kind="numbers",
    place="3.3.1",
    title="Overall error by test set",
    caption=(
        "Error rate of each network on each test set, averaged over attributes, with bootstrap "
        "intervals over persons where there are any. Black outlines: published values, decided at "
        "logit 0.5. Dashed line: always predicting the majority class of training."
    ),
    needs=("errors", "baseline"),
)
def draw_overall_by_set(errors: ErrorRates, baseline: pd.DataFrame) -> Figure:
    """Draw one row per test set and in it a dot per network, with its numbers at the right.

    Args:
        errors: of the networks; a network without a set has no dot there. The whiskers are
            its intervals, where it has some.
        baseline: columns ``attribute, error`` (fraction) of the majority class of training,
            whose mean is the dashed line.

    Returns:
        A figure as wide as a page's text.
    """
    sets, networks = errors.sets(), errors.networks
    colours = model_colours(networks)
    series = []
    for rank, network in enumerate(networks):
        interval = _of_sets(errors, network, sets, "error_low", "error_high")
        series.append(
            Dots(
                network,
                colours[network],
                _of_sets(errors, network, sets, "error")[0],
                (interval[0], interval[1]) if len(interval) == 2 else None,
                MARKERS[rank % len(MARKERS)],
            )
        )
    published = [
        100 * np.array([errors.published_error(network, name, _TOTAL)[0] for name in sets])
        for network in networks
    ]
    row = max(_PITCH * len(networks) / _SPREAD, 0.3)
    with theme():
        figure = Figure(figsize=(TEXT_WIDTH, 0.95 + row * len(sets)), layout="constrained")
        panel = figure.subplots()
        draw_dots(panel, series, spread=_SPREAD, size=22)
        _draw_published(panel, series, published)
        (majority,) = 100 * majority_error(baseline, _TOTAL)
        if not np.isnan(majority):
            label = f"{MAJORITY_LABEL}: {majority:.1f} %"
            panel.axvline(majority, color="0.3", linestyle="--", linewidth=0.9, label=label)
        ends = [numbers for dots in series for numbers in (dots.numbers, *(dots.interval or ()))]
        _leave_out_far(panel, majority, [*published, *ends])
        _write_numbers(panel, series, published)
        panel.set_yticks(range(len(sets)), [SET_STYLES[name].label for name in sets])
        panel.set_ylim(len(sets) - 0.5, -0.5)
        for between in range(1, len(sets)):
            panel.axhline(between - 0.5, color="0.8", linewidth=0.5)
        panel.grid(visible=False, axis="y")
        panel.set_xlabel("error, mean over attributes (%)")
        legend_above(figure)
    return figure


def _of_sets(errors: ErrorRates, network: str, sets: Sequence[str], *columns: str) -> list[Floats]:
    """Overall numbers on each set, percent, for each of the columns that the table has."""
    return [
        100 * np.array([errors.error(network, name, _TOTAL, column)[0] for name in sets])
        for column in columns
        if column in errors.rates.columns
    ]


def _place(rank: int, networks: int) -> float:
    """Where draw_dots draws a network, from the middle of the row."""
    return (rank - (networks - 1) / 2) * _SPREAD / networks


def _draw_published(panel: Axes, series: Sequence[Dots], published: Sequence[Floats]) -> None:
    label: str | None = PUBLISHED_LABEL
    for rank, (dots, numbers) in enumerate(zip(series, published, strict=True)):
        known = ~np.isnan(numbers)
        if known.any():
            keep_row_marks(panel, f"{dots.label}, {PUBLISHED_LABEL}", numbers)
            panel.scatter(
                numbers[known],
                np.flatnonzero(known) + _place(rank, len(series)),
                s=26,
                marker=dots.marker,
                facecolors="none",
                edgecolors="black",
                linewidths=0.7,
                zorder=4,
                label=label,
            )
            label = None


def _leave_out_far(panel: Axes, majority: float, numbers: Sequence[Floats]) -> None:
    """Give the dots at least a part of the panel: a line far from them is in the legend only."""
    every = np.concatenate(numbers)
    every = every[~np.isnan(every)]
    if not every.size or np.isnan(majority):
        return
    margin = max(0.08 * np.ptp(every), 0.25)
    low, high = every.min() - margin, every.max() + margin
    if (high - low) < _DOTS * (max(high, majority) - min(low, majority)):
        panel.set_xlim(low, high)
        (line,) = panel.lines
        line.set_label(f"{line.get_label()} (not in the panel)")


def _write_numbers(panel: Axes, series: Sequence[Dots], published: Sequence[Floats]) -> None:
    """Two columns at the right: ours and the published."""
    columns = [("ours", "black", [dots.numbers for dots in series])]
    if not all(np.isnan(numbers).all() for numbers in published):
        columns.append(("publ.", "0.35", list(published)))
    for index, (heading, colour, of_networks) in enumerate(columns):
        x = 1.01 + 0.07 * index
        panel.text(
            x, 1.01, heading, transform=panel.transAxes, fontsize=SMALLEST_FONT, color=colour
        )
        for rank, numbers in enumerate(of_networks):
            for row in np.flatnonzero(~np.isnan(numbers)):
                panel.text(
                    x,
                    row + _place(rank, len(series)),
                    f"{numbers[row]:.2f}",
                    transform=panel.get_yaxis_transform(),
                    fontsize=SMALLEST_FONT,
                    color=colour,
                    va="center_baseline",
                )
