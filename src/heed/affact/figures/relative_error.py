"""Relative difference of two networks' error rates (Chavannes 2021, table 7.1)."""

from typing import Final

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from heed.affact.figures.catalogue import PUBLISHED_DIAMONDS, figure
from heed.affact.figures.error_by_set import PUBLISHED_LABEL
from heed.affact.figures.rates_by_set import SET_STYLES, ErrorRates, row_name
from heed.celeba.attributes import ATTRIBUTES
from heed.figures.attribute_bars import (
    MISSING_LABEL,
    Floats,
    legend_above,
    panels_for,
)
from heed.figures.drawn_numbers import keep_row_marks
from heed.figures.picture_grid import note
from heed.figures.theme import (
    NEGATIVE_COLOUR,
    POSITIVE_COLOUR,
    SMALLEST_FONT,
    TEXT_WIDTH,
    theme,
)
from heed.metrics.estimates import OVERALL

CUT: Final = 100.0
"""Percent: longer bars are cut here, with the number at the cut."""


@figure(
    "relative_error",
    kind="numbers",
    place="3.3.2",
    each="second",
    title="Error of {second} against {first}",
    caption=(
        "Relative difference of the error rate of {second} from that of {first}, in percent, "
        "for each attribute and test set. Attributes are sorted by their mean over the test "
        "sets, with the largest reduction at the top; the last row compares the mean error "
        "rates. Above each panel these mean error rates are compared both ways: their difference "
        "as a share of the error of {first}, and, as the report has the relative improvement, the "
        "error of {first} less that of {second} as a share of the latter. "
        f"Bars are cut at 100 %. {PUBLISHED_DIAMONDS}"
    ),
    needs=("errors", "first"),
)
def draw_relative_error(errors: ErrorRates, first: str, second: str) -> Figure:
    """Draw (second - first) / first of the error rates, one panel per test set.

    Attributes come in the order of their mean over the sets, the greatest gain of the second
    network on top; the last row compares the mean errors.

    Args:
        errors: of the networks.
        first: the network that is the measure.
        second: the one compared with it.

    Returns:
        A figure as wide as a page's text; a note where no test set has both.

    Raises:
        ValueError: if the table lacks one of the networks.
    """
    sets = errors.sets(first, second)
    if not sets:
        return note(f"No test set has errors of both {first} and {second}.")
    gains = {name: relative(errors.error(first, name), errors.error(second, name)) for name in sets}
    table = pd.DataFrame(gains, index=[*ATTRIBUTES, OVERALL])
    order = np.argsort(table.loc[list(ATTRIBUTES)].mean(axis=1).to_numpy(), kind="stable")
    rows = [*(ATTRIBUTES[index] for index in order), OVERALL]  # NaN last
    published = {
        name: relative(
            errors.published_error(first, name, rows), errors.published_error(second, name, rows)
        )
        for name in sets
    }
    lowest, highest = _scale(table.to_numpy(), *published.values())
    with theme():
        names = [row_name(row) for row in rows]
        figure, panels = panels_for(names, 1, len(sets), alone=TEXT_WIDTH)
        for panel, name in zip(panels, sets, strict=True):
            _draw_differences(panel, table.loc[rows, name].to_numpy(), second, highest)
            _mark_published(panel, published[name])
            panel.set_title(f"{SET_STYLES[name].label}\n{_both_ways(errors, first, second, name)}")
            panel.set_xlim(lowest, highest)
            panel.axvline(0, color="0.3", linewidth=0.6)
            panel.axhline(len(ATTRIBUTES) - 0.5, color="black", linewidth=0.6)
        figure.supxlabel(
            f"error of {second} against that of {first}: difference (%)", size=SMALLEST_FONT
        )
        legend_above(figure)
    return figure


def relative(first: Floats, second: Floats) -> Floats:
    """(second - first) / first in percent; NaN where the first is 0 or either is missing."""
    known = np.nan_to_num(first) > 0
    return np.where(known, 100 * (second - first) / np.where(known, first, 1), np.nan)


def _both_ways(errors: ErrorRates, first: str, second: str, test_set: str) -> str:
    """The difference of the mean errors against the first network's and the second's."""
    one, other = (errors.error(name, test_set, (OVERALL,)) for name in (first, second))
    ways = float(relative(one, other)[0]), float(relative(other, one)[0])
    printed = (
        "–" if np.isnan(way) else f"{round(way):+d} %" if round(way) else "0 %" for way in ways
    )
    return " / ".join(printed).replace("-", "−")


def _scale(*numbers: Floats) -> tuple[float, float]:
    """Ends of every panel, percent: the next 10 beyond all numbers, on both sides of 0."""
    every = np.concatenate([array.ravel() for array in numbers])
    lowest, highest = np.round([np.nanmin([*every, 0]), np.nanmax([*every, 0])], 3)
    return min(10 * np.floor(lowest / 10), -10.0), min(max(10 * np.ceil(highest / 10), 10.0), CUT)


def _draw_differences(panel: Axes, numbers: Floats, second: str, cut: float) -> None:
    rows = np.arange(len(numbers))
    keep_row_marks(panel, second, numbers)
    for label, colour, chosen in (
        (f"{second} errs less", POSITIVE_COLOUR, numbers <= 0),
        (f"{second} errs more", NEGATIVE_COLOUR, numbers > 0),
    ):
        lengths = np.minimum(numbers[chosen], cut)
        panel.barh(rows[chosen], lengths, 0.72, color=colour, label=label, linewidth=0)
    for row in np.flatnonzero(numbers > cut):
        panel.text(
            0.96 * cut,
            int(row),
            f"{numbers[row]:+.0f} %",
            color="black",
            fontsize=SMALLEST_FONT,
            weight="bold",
            ha="right",
            va="center_baseline",
        )
    missing = np.isnan(numbers)
    if missing.any():
        panel.scatter(
            np.zeros(np.count_nonzero(missing)),
            rows[missing],
            s=6,
            marker="x",
            color="0.45",
            linewidths=0.6,
            label=MISSING_LABEL,
        )


def _mark_published(panel: Axes, numbers: Floats) -> None:
    shown = numbers <= CUT  # NaN: no
    if not np.isnan(numbers).all():
        keep_row_marks(panel, PUBLISHED_LABEL, numbers)
    if shown.any():
        panel.scatter(
            numbers[shown],
            np.flatnonzero(shown),
            s=7,
            marker="D",
            facecolors="white",
            edgecolors="black",
            linewidths=0.6,
            zorder=3,
            label=PUBLISHED_LABEL,
        )
