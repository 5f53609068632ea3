"""The PE gap of each network under every version of the masks."""

from collections.abc import Sequence
from typing import Final

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from heed.audit.figures.catalogue import figure
from heed.audit.figures.mask_versions import mask_name
from heed.figures.attribute_bars import column, legend_above
from heed.figures.attribute_dots import Dots, draw_dots
from heed.figures.theme import COLUMN_WIDTH, model_colours, theme

PLACEMENTS: Final = {
    "receptive_field": "where the cells look",
    "half_pixel": "centres of blocks",
}
"""The rules of placement, and how the figure names them."""

_MARKERS: Final = "oDs^v<>PX"


@figure(
    "gap_by_mask",
    kind="numbers",
    place="A.7.1",
    width="column",
    title="PE gap by mask version",
    caption=(
        "Mean PE gap of each network: PE where it predicts the minority class less PE where it "
        "predicts the majority class, over the attributes of which it predicts both for enough "
        "faces (n). The same maps are scored against each version of the masks and "
        "placed by both rules. Lines: intervals over persons and trainings."
    ),
    needs=("gap_versions", "model"),
)
def draw_gap_by_mask(gap_versions: pd.DataFrame, model: Sequence[str]) -> Figure:
    """Draw a row for each version of the masks and rule of placement, with a dot per network.

    Args:
        gap_versions: columns ``model``, ``version`` (text), ``placement``, ``attributes``,
            ``value``, ``low`` and ``high``; rows of differences between models are left out.
        model: names of the networks.

    Returns:
        A figure as wide as a column, with a line at 0.
    """
    models = list(model)
    rows = gap_versions[gap_versions["model"].isin(models)]
    ways = list(dict.fromkeys(zip(rows["placement"], rows["version"], strict=True)))
    colours = model_colours(models)
    with theme():
        drawn = Figure(
            figsize=(COLUMN_WIDTH, 0.75 + 0.055 * len(ways) * (1 + 2 * len(models))),
            layout="constrained",
        )
        panel = drawn.subplots()
        panel.set_yticks(range(len(ways)), [_row(*way) for way in ways])
        panel.set_ylim(len(ways) - 0.4, -0.6)
        series = []
        for index, name in enumerate(models):
            of_model = rows[rows["model"] == name].set_index(["placement", "version"]).reindex(ways)
            n = dict.fromkeys(f"{count:.0f}" for count in of_model["attributes"].dropna())
            interval = column(of_model, "low"), column(of_model, "high")
            series.append(
                Dots(
                    f"{name} (n = {', '.join(n) or '0'})",
                    colours[name],
                    column(of_model, "value"),
                    interval,
                    _MARKERS[index % len(_MARKERS)],
                )
            )
        draw_dots(panel, series, size=14)
        panel.axvline(0, color="0.35", linewidth=0.7)
        ends = [np.nanmax(np.abs(dots.interval), initial=0.01) for dots in series if dots.interval]
        furthest = 1.1 * float(max(ends, default=0.01))
        panel.set_xlim(-furthest, furthest)
        panel.set_xlabel("PE gap")
        legend_above(drawn)
    return drawn


def _row(placement: str, version: str) -> str:
    return f"{mask_name(version)}\n{PLACEMENTS.get(placement, placement)}"
