"""What later layers lose when neurons are silent."""

from collections.abc import Sequence
from itertools import product, zip_longest

import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from heed.base.names import readable
from heed.figures.drawn_numbers import keep_points
from heed.figures.theme import theme
from heed.probing.figures.catalogue import figure
from heed.probing.figures.panels import count_layers, ordered_shades, panels
from heed.probing.schema import UNITS

STYLES = ("-", "--", ":")


@figure(
    "silencing",
    kind="numbers",
    title="Silent neurons",
    caption=(
        "Accuracy that later layers lose, mean over attributes, when the neurons with the highest "
        "VIP of one layer are set to zero: their share by colour, the layer's depth by the line's "
        "style. Columns are networks, rows what is read."
    ),
    needs=("silencing_by_layer", "networks"),
    place="9",
)
def draw_silencing(silencing_by_layer: pd.DataFrame, networks: Sequence[str]) -> Figure:
    """Draw a column per network and a row per unit.

    Args:
        silencing_by_layer: of :func:`heed.probing.tables.silencing.drop_by_layer`.
        networks: those of them that the table has are shown.

    Returns:
        A figure as wide as a page's text.
    """
    table = silencing_by_layer
    known = [name for name in networks if name in set(table["network"])]
    units = [unit for unit in UNITS if unit in set(table["unit"])]
    shares, depths = (sorted(table[name].unique()) for name in ("share", "silenced_depth"))
    colours = dict(zip(shares, ordered_shades(len(shares)), strict=True))
    styles = {depth: STYLES[n % len(STYLES)] for n, depth in enumerate(depths)}
    with theme():
        drawn, grid = panels(len(known), len(units), 1.6, same_y=True, same_x=True)
        for (row, unit), (column, network) in product(
            zip(grid, units, strict=False), enumerate(known)
        ):
            panel = row[column]
            own = table[(table["network"] == network) & (table["unit"] == unit)]
            for (depth, share), line in own.groupby(["silenced_depth", "share"], sort=True):
                line = line.sort_values("depth")
                points = np.stack([line["depth"], 100 * line["drop"]], axis=1).astype(np.float64)
                words = f"{UNITS[unit]}, {100 * share:g} % silent at {depth:g} % of the depth"
                keep_points(panel, words, points, list(line["layer"]))
                panel.plot(*points.T, styles[depth], color=colours[share], linewidth=1.0)
            panel.axhline(0, color="0.5", linewidth=0.6)
            if row is grid[0]:
                panel.set_title(readable(network))
            if row is grid[-1]:
                count_layers(panel)
            if column == 0:
                panel.set_ylabel(f"{UNITS[unit]}\nloss (points)")
        of_shares = [
            Line2D([], [], color=colours[share], label=f"{100 * share:g} % of the neurons")
            for share in shares
        ]
        of_depths = [
            Line2D([], [], color="0.3", linestyle=styles[depth], label=f"at {depth:g} % depth")
            for depth in depths
        ]
        # A legend fills its columns first: in turns, so that each kind has a line of its own.
        pairs = zip_longest(of_shares, of_depths)
        handles = [handle for pair in pairs for handle in pair if handle is not None]
        if grid:
            drawn.legend(handles=handles, loc="outside lower center", ncols=3, frameon=False)
    return drawn
