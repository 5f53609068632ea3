"""What can be read from layer to layer."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from heed.base.names import readable
from heed.figures.drawn_numbers import keep_points
from heed.figures.theme import theme
from heed.probing.figures.catalogue import figure
from heed.probing.figures.panels import (
    BALANCED_LABEL,
    KIND_MARKERS,
    KIND_WORDS,
    UNIT_COLOURS,
    count_layers,
    panels,
)
from heed.probing.schema import UNITS
from heed.probing.tables.by_depth import ALL

SHOWN = ("layer", "channels", "neurons")
"""The units of the thesis' figures."""


@figure(
    "accuracy_by_depth",
    kind="numbers",
    title="Accuracy by depth",
    caption=(
        "Mean test balanced accuracy over all attributes, layer by layer in the order of "
        "execution, read from whole layers and from the eight channels or neurons with the highest "
        "VIP. Marks tell the kind of layer: where sums after a skip stand above the layers within "
        "the block, the line has teeth. Bands reach from the lowest seed to the highest."
    ),
    needs=("depth", "networks"),
    place="1",
)
def draw_accuracy_by_depth(depth: pd.DataFrame, networks: Sequence[str]) -> Figure:
    """Draw a panel per network with a line per unit.

    Args:
        depth: of :func:`heed.probing.tables.by_depth.depth_table`.
        networks: the panels.

    Returns:
        A figure as wide as a page's text.
    """
    every = depth[depth["group"] == ALL]
    kinds = [kind for kind in KIND_MARKERS if kind in set(every["kind"])]
    with theme():
        drawn, grid = panels(1, len(networks), 1.75)
        for (panel,), network in zip(grid, networks, strict=True):
            for unit in SHOWN:
                rows = every[(every["network"] == network) & (every["unit"] == unit)]
                x, y = rows["depth"], 100 * rows["balanced_accuracy"]
                points = np.stack([x, y], axis=1).astype(np.float64)
                keep_points(panel, UNITS[unit], points, list(rows["layer"]))
                colour = UNIT_COLOURS[unit]
                panel.plot(x, y, color=colour, linewidth=0.9)
                panel.fill_between(
                    x, 100 * rows["lowest"], 100 * rows["highest"], color=colour, alpha=0.2,
                    linewidth=0,
                )  # fmt: skip
                for kind in kinds:
                    chosen = rows["kind"] == kind
                    panel.plot(
                        x[chosen], y[chosen], KIND_MARKERS[kind], color=colour, markersize=3.2,
                        markeredgewidth=0,
                    )  # fmt: skip
            panel.set_title(readable(network))
            panel.set_ylabel(BALANCED_LABEL)
            count_layers(panel)
            panel.margins(x=0.02)
        handles = [Line2D([], [], color=UNIT_COLOURS[unit], label=UNITS[unit]) for unit in SHOWN]
        handles += [
            Line2D(
                [], [], color="0.35", marker=KIND_MARKERS[kind], linestyle="", markersize=3.5,
                markeredgewidth=0, label=KIND_WORDS.get(kind, kind),
            )
            for kind in kinds
        ]  # fmt: skip
        if grid:
            drawn.legend(handles=handles, loc="outside lower center", ncols=5, frameon=False)
    return drawn
