"""What the study's figures share: a panel for each of several metrics, and dots with intervals."""

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import ArrayLike

from heed.figures.drawn_numbers import keep_row_marks
from heed.figures.theme import TEXT_WIDTH

COLUMNS = 4
"""Panels side by side at most."""


def panels(count: int, height: float, *, shared: bool = False) -> tuple[Figure, list[Axes]]:
    """A figure as wide as a page with a panel for each of several things.

    Args:
        count: of panels; without any the figure is empty.
        height: of one row of them, inches.
        shared: whether panels of a row have one axis of rows (y), labelled once.
    """
    columns = min(COLUMNS, max(1, count))
    rows = max(1, -(-count // columns))
    drawn = Figure(figsize=(TEXT_WIDTH, rows * height), layout="constrained")
    axes = np.ravel(drawn.subplots(rows, columns, sharey=shared, squeeze=False))
    for unused in axes[count:]:
        unused.set_axis_off()
    return drawn, list(axes[:count])


def dots(
    panel: Axes,
    names: Sequence[str],
    values: ArrayLike,
    lows: ArrayLike,
    highs: ArrayLike,
    colours: Sequence[str],
) -> None:
    """Dots with whiskers in rows, the first on top; a missing value leaves its row empty.

    Args:
        panel: where.
        names: of the rows.
        values: of the dots.
        lows: lower ends of the whiskers.
        highs: upper ends.
        colours: of the rows.
    """
    rows = range(len(names))
    columns = [np.asarray(each, np.float64) for each in (values, lows, highs)]
    keep_row_marks(panel, "", columns[0], (columns[1], columns[2]))
    for row, value, low, high, colour in zip(rows, *columns, colours, strict=True):
        if not np.isnan(value):
            panel.plot([low, high], [row, row], color=colour, linewidth=1.2)
            panel.plot([value], [row], color=colour, marker="o", markersize=3.5, linestyle="")
    panel.set_yticks(list(rows), list(names))
    panel.set_ylim(len(names) - 0.5, -0.5)
    panel.grid(visible=False, axis="y")
