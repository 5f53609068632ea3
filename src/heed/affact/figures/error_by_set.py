"""A network's error on each test set (Chavannes & Rutishauser 2021, figures 3.3 and 6.1)."""

from typing import Any, Final

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from heed.affact.figures.catalogue import PUBLISHED_DIAMONDS, figure
from heed.affact.figures.rates_by_set import SET_STYLES, ErrorRates, majority_error, row_name
from heed.celeba.attributes import ATTRIBUTES
from heed.figures.attribute_bars import MISSING_LABEL, Floats, legend_above, name_rows
from heed.figures.drawn_numbers import keep_row_marks
from heed.figures.theme import SMALLEST_FONT, TEXT_WIDTH, theme
from heed.metrics.estimates import OVERALL

CUT: Final = 0.15
"""Longer bars are cut here, as in the paper."""

MAJORITY_LABEL: Final = "majority class of training"
PUBLISHED_LABEL: Final = "published, on CelebA"

_HALVES: Final = (ATTRIBUTES[:20], (*ATTRIBUTES[20:], OVERALL))
_FILLED = 0.92  # share of a row's height
_PITCH = 0.088  # inches from bar to bar: numbers of 7 points do not touch
_LOWEST_ROW, _BESIDE_ROWS = 0.14, 1.0
_MAJORITY_COLOUR = "0.87"
_HIGHEST = 9.5  # a page, with a line of caption
_COLUMNS = (1.02, 1.17)  # of numbers at the right, in widths of the panel


@figure(
    "error_by_set",
    kind="numbers",
    number={"resnet51s": "3.3", "affact": "6.1"},
    each="network",
    title="Error of {network} by test set",
    caption=(
        "Error rate of {network} for each attribute on the test sets A (cropped by landmarks), "
        "C (ten crops), D (cropped by the detector's box) and T (as D, with random transforms), "
        "compared with that of always predicting the majority class of training (the grey band "
        "behind the bars). Bars and band are cut at 15 %, with the value of a bar beside the cut. "
        f"{PUBLISHED_DIAMONDS} Last row: mean over attributes."
    ),
    needs=("errors", "baseline"),
)
def draw_error_by_set(
    errors: ErrorRates, network: str, baseline: pd.DataFrame, cut: float = CUT
) -> Figure:
    """Draw the error of each attribute on each test set, on that of the majority class.

    A bar longer than ``cut`` ends at the panel's edge, with its value beside it. A diamond
    marks the published value, which stands further to the right where it is beyond the edge.

    Args:
        errors: of the networks.
        network: the one to draw, on the sets that it was tested on.
        baseline: columns ``attribute, error`` (fraction) of the majority class of training.
        cut: longest bar, as a fraction.

    Returns:
        A figure as wide as a page's text, in two columns of attributes, as in table 7.1; the
        last row is the mean.

    Raises:
        ValueError: if the table has no such network.
    """
    sets = errors.sets(network)
    height = max(_LOWEST_ROW, _PITCH * len(sets) / _FILLED)
    rows = max(len(half) for half in _HALVES)
    with theme():
        size = (TEXT_WIDTH, min(_BESIDE_ROWS + height * rows, _HIGHEST))
        figure = Figure(figsize=size, layout="constrained")
        for panel, half in zip(figure.subplots(1, 2), _HALVES, strict=True):
            everywhere = np.arange(len(half), dtype=np.float64)
            majority = majority_error(baseline, half)
            _draw_bars(panel, everywhere, majority, cut, _MAJORITY_COLOUR, MAJORITY_LABEL, _FILLED)
            series, published = [], []
            for name in sets:
                style = SET_STYLES[name]
                series.append((style.colour, style.label, errors.error(network, name, half)))
                published.append(errors.published_error(network, name, half))
            ours = [numbers for _, _, numbers in series]
            for rank, (colour, label, numbers) in enumerate(series):
                places = _places(rank, len(series), len(half))
                _draw_bars(panel, places, numbers, cut, colour, label, _FILLED / len(series))
            _mark_published(panel, published, cut)
            _write_beyond(panel, ours, 0, cut, "ours")
            _write_beyond(panel, published, 1, cut, "publ.")
            name_rows(panel, [row_name(row) for row in half])
            panel.set_ylim(rows - 0.5, -0.5)
            panel.set_xlim(0, 100 * cut)
            panel.set_xlabel(f"error (%); longer bars are cut at {100 * cut:g}")
            panel.grid(axis="y", visible=False)
            if OVERALL in half:
                panel.axhline(len(half) - 1.5, color="black", linewidth=0.6)
        legend_above(figure)
    return figure


def _places(rank: int, series: int, rows: int) -> Floats:
    """Middles of the bars of one series."""
    return np.arange(rows, dtype=np.float64) + (rank - (series - 1) / 2) * _FILLED / series


def _draw_bars(
    panel: Axes,
    places: Floats,
    numbers: Floats,
    cut: float,
    colour: str,
    label: str,
    thickness: float,
) -> None:
    # Not attribute_bars.draw_bars: it leaves more room between the rows, which the numbers need.
    known = ~np.isnan(numbers)
    keep_row_marks(panel, label, 100 * numbers)  # also what is cut
    lengths = 100 * np.minimum(numbers[known], cut)
    panel.barh(places[known], lengths, thickness, color=colour, label=label, linewidth=0)
    if not known.all():
        panel.scatter(
            np.full(np.count_nonzero(~known), 0.012),
            places[~known],
            s=4,
            marker="x",
            color=colour,
            linewidths=0.7,
            transform=panel.get_yaxis_transform(),
            label=MISSING_LABEL,
        )


def _mark_published(panel: Axes, published: list[Floats], cut: float) -> None:
    for rank, numbers in enumerate(published):
        inside = numbers <= cut  # NaN: no
        if inside.any():
            panel.scatter(
                100 * numbers[inside],
                _places(rank, len(published), len(numbers))[inside],
                s=7,
                marker="D",
                facecolors="white",
                edgecolors="black",
                linewidths=0.6,
                zorder=3,
                clip_on=False,
                label=PUBLISHED_LABEL,
            )


def _write_beyond(panel: Axes, series: list[Floats], column: int, cut: float, heading: str) -> None:
    """Write the numbers beyond ``cut`` beside their bars."""
    place, transform = _COLUMNS[column], panel.get_yaxis_transform()
    grey = "0.35" if column else "black"
    style: dict[str, Any] = {
        "transform": transform,
        "fontsize": SMALLEST_FONT,
        "color": grey,
        "va": "center_baseline",
    }
    written = False
    for rank, numbers in enumerate(series):
        for y, number in zip(_places(rank, len(series), len(numbers)), numbers, strict=True):
            if number > cut:
                panel.text(place, y, f"{100 * number:.1f}", **style)
                written = True
    if written:
        panel.text(
            place, 1.005, heading, transform=panel.transAxes, fontsize=SMALLEST_FONT, color=grey
        )
