"""How groups of attributes rise and fall with depth."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from heed.base.names import readable
from heed.figures.drawn_numbers import keep_points
from heed.figures.theme import theme
from heed.probing.attribute_groups import GROUPS
from heed.probing.figures.catalogue import figure
from heed.probing.figures.panels import (
    BALANCED_LABEL,
    DEPTH_LABEL,
    GROUP_COLOURS,
    legend_below,
    panels,
)

SHOWN = {"layer": "whole layer", "channels": "best 8 channels", "neurons": "best 8 neurons"}


@figure(
    "accuracy_by_group",
    kind="numbers",
    title="Groups of attributes by depth",
    caption=(
        "Mean test balanced accuracy of groups of attributes, layer by layer, read from whole "
        "layers, from eight channels and from eight neurons. The groups are Heed's."
    ),
    needs=("depth", "networks"),
    place="2",
)
def draw_accuracy_by_group(depth: pd.DataFrame, networks: Sequence[str]) -> Figure:
    """Draw a column per network, a row per unit and a line per group.

    Args:
        depth: of :func:`heed.probing.tables.by_depth.depth_table`.
        networks: the columns.

    Returns:
        A figure as wide as a page's text.
    """
    with theme():
        drawn, grid = panels(len(networks), len(SHOWN), 1.75, same_y=True, same_x=True)
        for row, (unit, words) in zip(grid, SHOWN.items(), strict=False):
            for panel, network in zip(row, networks, strict=True):
                own = depth[(depth["network"] == network) & (depth["unit"] == unit)]
                for group in GROUPS:
                    line = own[own["group"] == group]
                    points = 100 * line[["depth_share", "balanced_accuracy"]].to_numpy(np.float64)
                    keep_points(panel, f"{group}, {words}", points, list(line["layer"]))
                    panel.plot(*points.T, color=GROUP_COLOURS[group], linewidth=1.0, label=group)
                if panel in grid[0]:
                    panel.set_title(readable(network))
                if panel in grid[-1]:
                    panel.set_xlabel(DEPTH_LABEL)
                if panel is row[0]:
                    panel.set_ylabel(f"{words}\n{BALANCED_LABEL}")
        if grid:
            legend_below(drawn, grid[0][0], 7)
    return drawn
