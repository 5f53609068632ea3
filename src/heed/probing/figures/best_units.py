"""The best layer, channel and neuron of each attribute."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from heed.base.names import readable
from heed.figures.drawn_numbers import keep_row_marks
from heed.figures.theme import theme
from heed.probing.figures.catalogue import figure
from heed.probing.figures.panels import BALANCED_LABEL, UNIT_COLOURS, legend_below, panels
from heed.probing.schema import UNITS

SHOWN = ("layer", "channel", "neuron")
_ROW = 0.155


@figure(
    "best_units",
    kind="numbers",
    title="Best units",
    caption=(
        "Test balanced accuracy of the best layer, the best single channel and the best single "
        "neuron of each attribute, chosen on the validation draw, with intervals over test faces "
        "and trainings. Attributes in the order of Table 5.2 of the thesis."
    ),
    needs=("attributes", "networks"),
    place="4",
)
def draw_best_units(attributes: pd.DataFrame, networks: Sequence[str]) -> Figure:
    """Draw a panel per network with a row per attribute.

    Args:
        attributes: of :func:`heed.probing.tables.best_units.attributes_table`.
        networks: the panels.

    Returns:
        A figure as wide as a page's text.
    """
    names = list(dict.fromkeys(attributes["attribute"]))
    with theme():
        drawn, grid = panels(len(networks), 1, 0.9 + _ROW * len(names), same_y=True)
        for panel, network in zip(grid[0] if grid else [], networks, strict=False):
            for n, unit in enumerate(SHOWN):
                chosen = (attributes["network"] == network) & (attributes["unit"] == unit)
                own = attributes[chosen].set_index("attribute").reindex(names)
                columns = (
                    "balanced_accuracy", "balanced_accuracy_low", "balanced_accuracy_high",
                )  # fmt: skip
                mean, low, high = (100 * own[name].to_numpy(np.float64) for name in columns)
                places = np.arange(len(names)) + 0.22 * (n - 1)
                colour = UNIT_COLOURS[{"channel": "channels", "neuron": "neurons"}.get(unit, unit)]
                panel.hlines(places, low, high, color=colour, linewidth=0.6, alpha=0.7)
                panel.plot(mean, places, "o", color=colour, markersize=2.4, label=UNITS[unit])
                keep_row_marks(panel, UNITS[unit], mean, (low, high))
            panel.axvline(50, color="0.5", linewidth=0.6)
            panel.set_yticks(range(len(names)), [readable(name) for name in names])
            panel.set_ylim(max(1, len(names)) - 0.5, -0.5)
            panel.grid(visible=False, axis="y")
            panel.set_title(readable(network))
            panel.set_xlabel(BALANCED_LABEL)
        if grid:
            legend_below(drawn, grid[0][0], 3)
    return drawn
