"""Networks trained on identities beside others."""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from heed.base.names import readable
from heed.figures.drawn_numbers import keep_points
from heed.figures.theme import model_colours, theme
from heed.probing.figures.catalogue import figure
from heed.probing.figures.panels import BALANCED_LABEL, DEPTH_LABEL, panels
from heed.probing.tables.by_depth import ALL


@figure(
    "controls",
    kind="numbers",
    title="Controls",
    caption=(
        "Above, mean test balanced accuracy of whole layers over all attributes: a network that "
        "was trained on identities, and controls. Below, the best layer of the network less that "
        "of the control, attribute by attribute in order of size, with intervals over test faces "
        "and trainings."
    ),
    needs=("depth", "controls_by_attribute", "controls"),
    place="6",
)
def draw_controls(
    depth: pd.DataFrame, controls_by_attribute: pd.DataFrame, controls: Mapping[str, str]
) -> Figure:
    """Draw a column per network that has controls, and one per control below.

    Args:
        depth: of :func:`heed.probing.tables.by_depth.depth_table`.
        controls_by_attribute: of :func:`heed.probing.tables.controls.controls_table`.
        controls: by control the network that it is compared with.

    Returns:
        A figure as wide as a page's text.
    """
    with theme():
        drawn, grid = panels(len(controls), 2, 2.1, same_y=True)
        if grid:
            for panel, (control, network) in zip(grid[0], controls.items(), strict=True):
                _curves(panel, depth, [network, control])
            for panel, (control, network) in zip(grid[1], controls.items(), strict=True):
                _differences(
                    panel, controls_by_attribute[controls_by_attribute["control"] == control]
                )
                panel.set_title(f"{readable(network)} less {readable(control)}")
            for row in grid:
                row[0].set_ylabel(BALANCED_LABEL if row is grid[0] else "difference (points)")
    return drawn


def _curves(panel: Axes, depth: pd.DataFrame, names: Sequence[str]) -> None:
    colours = model_colours(names)
    for name in names:
        chosen = (depth["group"] == ALL) & (depth["unit"] == "layer") & (depth["network"] == name)
        own = depth[chosen]
        points = 100 * own[["depth_share", "balanced_accuracy"]].to_numpy(np.float64)
        keep_points(panel, readable(name), points, list(own["layer"]))
        panel.plot(*points.T, color=colours[name], linewidth=1.1, label=readable(name))
    panel.set_xlabel(DEPTH_LABEL)
    panel.legend(frameon=False)


def _differences(panel: Axes, rows: pd.DataFrame) -> None:
    ordered = rows.dropna(subset=["difference"]).sort_values("difference", kind="stable")
    columns = ("difference", "difference_low", "difference_high")
    value, low, high = (100 * ordered[name].to_numpy(np.float64) for name in columns)
    places = np.arange(len(ordered))
    panel.axhline(0, color="0.5", linewidth=0.7)
    panel.vlines(places, low, high, color="#0173b2", linewidth=0.7, alpha=0.7)
    panel.plot(places, value, "o", color="#0173b2", markersize=2.4)
    keep_points(
        panel, "difference", np.stack([places, value], axis=1).astype(np.float64),
        [readable(name) for name in ordered["attribute"]],
    )  # fmt: skip
    panel.set_xticks([])
    panel.set_xlabel("attributes, in order of the difference")
