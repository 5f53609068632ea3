"""How much of the maps lies in the outermost cells of the grid."""

from collections.abc import Sequence
from typing import Final

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
from heed.metrics.scores import uniform_border_share

LOWEST_LIMIT: Final = 0.6
"""The axis reaches at least this far, and so beyond the line."""

_WIDE_PANELS = 4  # side by side, with room for the whole label below
_MARKERS = "oDs^v<>PX"


@figure(
    "border_mass",
    kind="numbers",
    place="own.4",
    title="Map mass in the border cells",
    caption=(
        "Mean share of a map's energy in a border of the image one cell wide, over all faces "
        "and by predicted class, with intervals. Dashed line: the share of a uniform map, that of "
        f"the outermost cells of the network's grid. {SIZES_CAPTION}"
    ),
    needs=("groups", "scales", "order"),
)
def draw_border_mass(groups: pd.DataFrame, scales: pd.DataFrame, order: Sequence[str]) -> Figure:
    """Draw the share of the maps' energy in the border: the networks, and the predicted classes.

    Args:
        groups: the long table of means (columns ``model, metric, group, attribute, n, mean,
            low, high``) with the metric ``border_share``.
        scales: the table of scales, of whose columns ``model`` and ``cells`` are read.
        order: attributes from top to bottom.

    Returns:
        A figure as wide as a page's text. The first panel compares the networks over all faces;
        one more for each network compares the faces by predicted class. A line marks a map
        that is the same everywhere, in the first panel one for each grid.

    Raises:
        ValueError: if the table lacks a group for a model and attribute.
    """
    models = list(dict.fromkeys(groups["model"]))
    colours = model_colours(models)
    with theme():
        figure, panels = panels_for(order, bars=2, panels=1 + len(models))
        draw_dots(
            panels[0],
            [
                _of_all(groups, model, order, colours[model], _MARKERS[index % len(_MARKERS)])
                for index, model in enumerate(models)
            ],
        )
        by_class = [
            [
                dots_of_group(groups, model, "border_share", group, order)
                for group in ("predicted_majority", "predicted_minority")
            ]
            for model in models
        ]
        for panel, series in zip(panels[1:], by_class, strict=True):
            draw_dots(panel, series)
        limit = max(LOWEST_LIMIT, *(panel.dataLim.x1 + 0.02 for panel in panels))
        sides = scales.groupby("model")["cells"].first()
        of_panels = [sorted({*sides[models]}), *([sides[model]] for model in models)]
        for panel, of_panel in zip(panels, of_panels, strict=True):
            for cells in of_panel:
                share = uniform_border_share(int(cells))
                panel.axvline(share, color="0.35", linestyle="--", linewidth=0.8)
            panel.set_xlim(0, min(1, limit))
            panel.set_xlabel(
                "border share" if len(panels) > _WIDE_PANELS else "border share of the map"
            )
        grids = " or ".join(_share(int(cells)) for cells in of_panels[0])
        panels[-1].lines[0].set_label(f"uniform map ({grids})")  # once, after all dots
        title_panels(
            figure, panels, ["all faces", *(f"{model},\nby predicted class" for model in models)]
        )
        legend_above(figure, write_dots_sizes(panels[1:], by_class))
    return figure


def _share(cells: int) -> str:
    return f"{cells**2 - max(cells - 2, 0) ** 2}/{cells**2}"


def _of_all(
    groups: pd.DataFrame, model: str, order: Sequence[str], colour: str, marker: str
) -> Dots:
    rows = of_group(groups, model, "border_share", "all", order)
    interval = column(rows, "low"), column(rows, "high")
    return Dots(model, colour, column(rows, "mean"), interval, marker, n=column(rows, "n"))
