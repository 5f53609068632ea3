"""What the study's figures share: panels side by side, colours of units, groups and kinds."""

from collections.abc import Iterable
from typing import Final

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import MaxNLocator

from heed.figures.theme import TEXT_WIDTH, shades
from heed.probing.attribute_groups import OTHER

UNIT_COLOURS: Final = {
    "layer": "#0173b2", "channels": "#029e73", "channel": "#9ad5be", "neurons": "#d55e00",
    "neuron": "#f2b48c",
}  # fmt: skip
"""Green for channels, orange for neurons, lighter where one stands alone."""

GROUP_COLOURS: Final = {
    "accessories": "#0173b2", "hair": "#de8f05", "beard": "#029e73", "make-up and skin": "#d55e00",
    "expression": "#cc78bc", "shape": "#ca9161", "whole face": "#56b4e9", OTHER: "#949494",
}  # fmt: skip
"""By group of attributes."""

KIND_MARKERS: Final = {
    "conv": "o", "batch_norm": "d", "activation": "^", "branch": "v", "sum": "s", "pooling": "D",
    "linear": "*",
}  # fmt: skip
"""Of layers."""

KIND_WORDS: Final = {"conv": "convolution", "batch_norm": "batch norm", "sum": "sum after a skip"}

BALANCED_LABEL: Final = "balanced accuracy (%)"
DEPTH_LABEL: Final = "depth (% of the network)"


def panels(
    columns: int, rows: int, height: float, *, same_y: bool = False, same_x: bool = False
) -> tuple[Figure, list[list[Axes]]]:
    """A figure as wide as a page with a grid of panels.

    Args:
        columns: side by side; without any the figure is empty.
        rows: below each other.
        height: of one row, inches.
        same_y: whether all panels of a row have one vertical axis, labelled once.
        same_x: whether all panels of a column have one horizontal axis.
    """
    drawn = Figure(figsize=(TEXT_WIDTH, max(1, rows) * height), layout="constrained")
    if not columns or not rows:
        return drawn, []
    axes = drawn.subplots(
        rows, columns, sharey="row" if same_y else False, sharex="col" if same_x else False,
        squeeze=False,
    )  # fmt: skip
    return drawn, [list(row) for row in np.asarray(axes)]


def legend_below(figure: Figure, panel: Axes, columns: int) -> None:
    """One legend for all panels, below them."""
    handles, names = panel.get_legend_handles_labels()
    if handles:
        figure.legend(handles, names, loc="outside lower center", ncols=columns, frameon=False)


def legend_of_groups(figure: Figure, groups: Iterable[str]) -> None:
    """The colours of groups of attributes, below the panels.

    Args:
        figure: where.
        groups: those that are shown, in any order and number.
    """
    present = set(groups)
    handles = [
        Line2D([], [], marker="o", linestyle="", markersize=3.5, label=name, color=colour)
        for name, colour in GROUP_COLOURS.items()
        if name in present
    ]
    if handles:
        figure.legend(handles=handles, loc="outside lower center", ncols=8, frameon=False)


def count_layers(panel: Axes) -> None:
    """The horizontal axis is of layers, in whole numbers."""
    panel.xaxis.set_major_locator(MaxNLocator(integer=True, nbins=7))
    panel.set_xlabel("layer, in the order of execution")


def ordered_shades(count: int) -> list[str]:
    """Colours for things in an order, from dark to light."""
    return shades("viridis", count)
