"""Does VIP find the neurons from which an attribute can be read?"""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from heed.base.names import readable
from heed.figures.drawn_numbers import keep_points
from heed.figures.theme import model_colours, theme
from heed.metrics.correlation import pearson
from heed.probing.figures.catalogue import figure
from heed.probing.figures.panels import legend_below, panels
from heed.probing.tables.vip import MEASURES, STEPS

COLOURS = model_colours(list(MEASURES))


@figure(
    "vip_and_accuracy",
    kind="numbers",
    title="VIP and the accuracy of single neurons",
    caption=(
        "Above, the neurons of one layer and attribute (the projection whose correlation is the "
        "median of its network's): VIP and the accuracy of a classifier that is given this neuron "
        "alone. Below, neurons of all projections by their rank within the projection, in tenths, "
        "by VIP and by mean activation on faces with the attribute: median accuracy, and quartiles."
    ),
    needs=("vip_example", "vip_steps", "networks"),
    place="7",
)
def draw_vip_and_accuracy(
    vip_example: pd.DataFrame, vip_steps: pd.DataFrame, networks: Sequence[str]
) -> Figure:
    """Draw a column per network.

    Args:
        vip_example: of :func:`heed.probing.tables.vip.example_table`.
        vip_steps: of :func:`heed.probing.tables.vip.steps_table`.
        networks: those of them that the tables have are shown.

    Returns:
        A figure as wide as a page's text.
    """
    known = [name for name in networks if name in set(vip_steps["network"])]
    with theme():
        drawn, grid = panels(len(known), 2, 2.0)
        if grid:
            for panel, network in zip(grid[0], known, strict=True):
                _example(panel, vip_example[vip_example["network"] == network], network)
            for panel, network in zip(grid[1], known, strict=True):
                _steps(panel, vip_steps[vip_steps["network"] == network])
            for row in grid:
                row[0].set_ylabel("accuracy of one neuron (%)")
            legend_below(drawn, grid[1][0], 2)
    return drawn


def _example(panel: Axes, rows: pd.DataFrame, network: str) -> None:
    points = np.stack([rows["vip"], 100 * rows["accuracy"]], axis=1).astype(np.float64)
    panel.plot(*points.T, "o", color=COLOURS["vip"], markersize=2.4, alpha=0.8)
    keep_points(panel, "one projection", points, [str(n) for n in range(len(points))])
    title = readable(network)
    if len(rows):
        first = rows.iloc[0]
        r = float(pearson(*points.T))
        title += f"\n{readable(first['attribute'])}, r = {r:.2f}\n{first['layer']}"
    panel.set_title(title)
    panel.set_xlabel("VIP")


def _steps(panel: Axes, rows: pd.DataFrame) -> None:
    for name, label in MEASURES.items():
        own = rows[rows["by"] == name]
        points = np.stack([own["step"], 100 * own["accuracy"]], axis=1).astype(np.float64)
        keep_points(panel, label, points, [f"tenth {n:g}" for n in own["step"]])
        panel.fill_between(
            own["step"], 100 * own["lower"], 100 * own["upper"], color=COLOURS[name], alpha=0.2,
            linewidth=0,
        )  # fmt: skip
        panel.plot(*points.T, color=COLOURS[name], linewidth=1.1, label=f"by {label}")
    panel.set_xticks(range(1, STEPS + 1))
    panel.set_xlabel("tenth of the neurons, the lowest first")
