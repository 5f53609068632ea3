"""Mean intensity of average maps, per attribute: where maps fade."""

from collections.abc import Sequence
from typing import Final

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from heed.audit.figures.catalogue import figure
from heed.figures.attribute_bars import column, legend_above, of_group, panels_for
from heed.figures.attribute_dots import (
    Dots,
    dots_of_group,
    draw_dots,
    title_panels,
    write_dots_sizes,
)
from heed.figures.group_sizes import SIZES_CAPTION
from heed.figures.theme import model_colours, theme

WITHIN: Final = ("correct", "incorrect")
_MARKERS = "oDs^v<>PX"


@figure(
    "intensity",
    kind="numbers",
    place="own.8",
    title="Intensity of average maps",
    caption=(
        "Mean pixel of the average map of each attribute, 0 to 1, with intervals over persons and "
        "trainings: over all faces for each network, and of correct and incorrect decisions "
        "within each network. Attributes are sorted from the most to the least balanced: where "
        "maps fade with class imbalance, dots move to the left from top to bottom. KL divergences, "
        f"of maps that are made to sum to 1, do not show this. {SIZES_CAPTION}"
    ),
    needs=("groups", "order"),
)
def draw_intensity(groups: pd.DataFrame, order: Sequence[str]) -> Figure:
    """Draw the intensity of average maps by network, and by correctness within each.

    Args:
        groups: the long table of means (columns ``model, metric, group, attribute, n, mean,
            low, high``) with the metric ``intensity``.
        order: attributes from top to bottom.

    Returns:
        A figure as wide as a page's text: one panel for all networks, and one for each.

    Raises:
        ValueError: if the table lacks a group for a model and attribute.
    """
    models = list(dict.fromkeys(groups["model"]))
    colours = model_colours(models)
    all_faces = []
    for index, model in enumerate(models):
        rows = of_group(groups, model, "intensity", "all", order)
        interval = column(rows, "low"), column(rows, "high")
        marker = _MARKERS[index % len(_MARKERS)]
        all_faces.append(
            Dots(model, colours[model], column(rows, "mean"), interval, marker, n=column(rows, "n"))
        )
    series = [all_faces] + [
        [dots_of_group(groups, model, "intensity", group, order) for group in WITHIN]
        for model in models
    ]
    shown = groups[groups["metric"].eq("intensity") & groups["group"].isin(("all", *WITHIN))]
    end = max(1.05 * float(np.nanmax(shown["high"])), 0.01)
    with theme():
        figure, panels = panels_for(order, bars=2, panels=len(series))
        for panel, of_panel in zip(panels, series, strict=True):
            draw_dots(panel, of_panel)
            panel.set_xlim(0, end)
            panel.set_xlabel("mean intensity (0 to 1)")
        title_panels(figure, panels, ["all faces", *(f"within {model}" for model in models)])
        legend_above(figure, write_dots_sizes(panels[1:], series[1:]))
    return figure
