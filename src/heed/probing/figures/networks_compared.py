"""Are the same attributes read well in all architectures?"""

from collections.abc import Sequence
from itertools import combinations

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from heed.base.names import readable
from heed.figures.drawn_numbers import keep_points
from heed.figures.point_labels import label_points
from heed.figures.theme import theme
from heed.metrics.correlation import rank_correlation
from heed.probing.attribute_groups import group_of
from heed.probing.figures.catalogue import figure
from heed.probing.figures.panels import GROUP_COLOURS, legend_of_groups, panels

MOST = 3
"""Panels: of three architectures every pair."""

NAMED = 6
"""Attributes that are named in a panel, those that the two differ most in."""


@figure(
    "networks_compared",
    kind="numbers",
    title="Architectures compared",
    caption=(
        "Each dot is an attribute: test balanced accuracy of the best layer of one network and of "
        "another. On the line both read it equally well. Attributes of one group share a colour; "
        "those that the two differ most in have their names."
    ),
    needs=("attributes", "networks"),
    place="10",
)
def draw_networks_compared(attributes: pd.DataFrame, networks: Sequence[str]) -> Figure:
    """Draw a panel per pair of networks.

    Args:
        attributes: of :func:`heed.probing.tables.best_units.attributes_table`.
        networks: of which pairs are made, the first three.

    Returns:
        A figure as wide as a page's text.
    """
    layer = attributes[attributes["unit"] == "layer"]
    table = layer.pivot_table(index="attribute", columns="network", values="balanced_accuracy")
    pairs = list(combinations(networks, 2))[:MOST]
    with theme():
        drawn, grid = panels(len(pairs), 1, 2.6)
        written = []
        for panel, (first, second) in zip(grid[0] if grid else [], pairs, strict=False):
            pair = 100 * table[[first, second]].dropna()
            points = pair.to_numpy(np.float64)
            colours = [GROUP_COLOURS[group_of(str(name))] for name in pair.index]
            panel.axline((70, 70), slope=1, color="0.7", linewidth=0.7)
            panel.scatter(points[:, 0], points[:, 1], s=9, c=colours, linewidths=0, zorder=3)
            names = [readable(str(name)) for name in pair.index]
            keep_points(panel, "attributes", points, names)
            panel.set_xlabel(f"{readable(first)} (%)")
            panel.set_ylabel(f"{readable(second)} (%)")
            panel.set_title(f"rank correlation {rank_correlation(*points.T):.2f}")
            order = np.argsort(-np.abs(points[:, 0] - points[:, 1]), kind="stable")
            written.append((panel, points, [(int(n), names[n]) for n in order[:NAMED]]))
        legend_of_groups(drawn, map(group_of, layer["attribute"]))
        for panel, points, named in written:  # last, for they need the figure's final layout
            label_points(panel, points, named, most=NAMED)
    return drawn
