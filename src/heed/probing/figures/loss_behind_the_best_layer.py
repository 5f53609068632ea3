"""What the last layer has lost of each attribute."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from heed.base.names import readable
from heed.figures.drawn_numbers import keep_row_marks
from heed.figures.theme import theme
from heed.probing.figures.catalogue import figure
from heed.probing.figures.panels import GROUP_COLOURS, legend_of_groups, panels

_ROW = 0.145


@figure(
    "loss_behind_the_best_layer",
    kind="numbers",
    title="Loss behind the best layer",
    caption=(
        "Test balanced accuracy of the best layer less that of the last one, attribute by "
        "attribute, the greatest mean loss on top, with intervals over test faces and trainings. "
        "Attributes of one group share a colour. Those that no layer reads are missing."
    ),
    needs=("encoding", "networks"),
    place="5",
)
def draw_loss_behind_the_best_layer(encoding: pd.DataFrame, networks: Sequence[str]) -> Figure:
    """Draw a panel per network with a row per attribute.

    Args:
        encoding: of :func:`heed.probing.tables.by_depth.encoding_table`.
        networks: the panels.

    Returns:
        A figure as wide as a page's text.
    """
    shown = encoding[encoding["network"].isin(list(networks))]
    means = shown.groupby("attribute", sort=False)["loss"].mean()
    names = list(means.sort_values(ascending=False, kind="stable", na_position="last").index)
    groups = dict(zip(shown["attribute"], shown["group"], strict=True))
    colours = {name: GROUP_COLOURS[groups[name]] for name in names}
    with theme():
        drawn, grid = panels(len(networks), 1, 0.9 + _ROW * len(names), same_y=True)
        for panel, network in zip(grid[0] if grid else [], networks, strict=False):
            own = shown[shown["network"] == network].set_index("attribute").reindex(names)
            columns = ("loss", "loss_low", "loss_high")
            loss, low, high = (100 * own[name].to_numpy(np.float64) for name in columns)
            panel.axvline(0, color="0.5", linewidth=0.7)
            for n, name in enumerate(names):
                panel.hlines(n, low[n], high[n], color=colours[name], linewidth=0.8)
                panel.plot(loss[n], n, "o", color=colours[name], markersize=2.8)
            keep_row_marks(panel, "", loss, (low, high))
            panel.set_yticks(range(len(names)), [readable(name) for name in names])
            panel.set_ylim(len(names) - 0.5, -0.5)
            panel.grid(visible=False, axis="y")
            panel.set_title(readable(network))
            panel.set_xlabel("loss (points)")
        legend_of_groups(drawn, groups.values())
    return drawn
