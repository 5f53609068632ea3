"""How VIP is spread over the neurons of a layer."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from heed.base.names import readable
from heed.figures.drawn_numbers import keep_points
from heed.figures.theme import theme
from heed.probing.figures.catalogue import figure
from heed.probing.figures.panels import ordered_shades, panels

MOST = 6
"""Layers of a network that are drawn, evenly over those that there are."""


@figure(
    "vip_histogram",
    kind="numbers",
    title="Distribution of VIP",
    caption=(
        "Density of the VIPs of all neurons of a layer, all attributes together; layers from dark "
        "(first) to light (last). The mean of VIP² is 1 in every projection: a long tail to the "
        "right says that few neurons carry much of what is read."
    ),
    needs=("vip_histogram", "networks"),
    place="8",
)
def draw_vip_histogram(vip_histogram: pd.DataFrame, networks: Sequence[str]) -> Figure:
    """Draw a panel per network with a line per layer.

    Args:
        vip_histogram: of :func:`heed.probing.tables.vip.histogram_table`.
        networks: those of them that the table has are shown.

    Returns:
        A figure as wide as a page's text.
    """
    known = [name for name in networks if name in set(vip_histogram["network"])]
    with theme():
        drawn, grid = panels(len(known), 1, 2.2, same_y=True)
        for panel, network in zip(grid[0] if grid else [], known, strict=True):
            own = vip_histogram[vip_histogram["network"] == network]
            layers = own[["depth", "layer"]].drop_duplicates().sort_values("depth")
            places = np.unique(np.linspace(0, len(layers) - 1, MOST).round().astype(int))
            chosen = list(layers["layer"].iloc[places])
            for layer, colour in zip(chosen, ordered_shades(len(chosen)), strict=True):
                rows = own[own["layer"] == layer]
                edges = np.append(rows["low"].to_numpy(), rows["high"].iloc[-1])
                panel.stairs(rows["density"], edges, color=colour, linewidth=1.0, label=layer)
                middle = (rows["low"] + rows["high"]) / 2
                points = np.stack([middle, rows["density"]], axis=1).astype(np.float64)
                keep_points(panel, layer, points, [f"bin {n}" for n in range(len(rows))])
            panel.axvline(1, color="0.5", linewidth=0.7, linestyle=":")
            panel.set_title(readable(network))
            panel.set_xlabel("VIP")
            panel.legend(frameon=False, handlelength=1.2)
        if grid:
            grid[0][0].set_ylabel("density")
    return drawn
