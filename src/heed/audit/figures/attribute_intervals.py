"""A small panel for every attribute: AMR of each group with its interval."""

from collections.abc import Sequence
from typing import Final

import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from matplotlib.layout_engine import ConstrainedLayoutEngine

from heed.audit.figures.catalogue import figure
from heed.base.names import readable
from heed.figures.attribute_bars import column, legend_above, of_group
from heed.figures.attribute_dots import Dots, draw_dots
from heed.figures.group_styles import GROUP_STYLES
from heed.figures.theme import SMALLEST_FONT, TEXT_WIDTH, model_colours, theme

GROUPS: Final = tuple(GROUP_STYLES)
"""From top to bottom."""

_COLUMNS = 5
_MARKERS = "oDs^v<>PX"


@figure(
    "attribute_intervals",
    kind="numbers",
    place="own.7",
    title="Every attribute by group",
    caption=(
        "AMR of each attribute over all faces, by label, by correctness and by predicted class, "
        "for each network. Lines: intervals over persons and trainings. A cross: no face. The CSV "
        "file beside the figure has the number of faces of each group."
    ),
    needs=("groups", "order"),
)
def draw_attribute_intervals(groups: pd.DataFrame, order: Sequence[str]) -> Figure:
    """Draw the AMR of every attribute, group and model, with the interval of its mean.

    Args:
        groups: the long table of means (columns ``model, metric, group, attribute, n, mean,
            low, high``) with the metric ``amr``.
        order: attributes, row by row from the left.

    Returns:
        A figure as wide as a page's text with five panels in a row.

    Raises:
        ValueError: if the table lacks a group for a model and attribute.
    """
    models = list(dict.fromkeys(groups["model"]))
    colours = model_colours(models)
    # (models, groups, attributes) each
    mean, low, high, n = (
        np.array(
            [
                [column(of_group(groups, model, "amr", group, order), name) for group in GROUPS]
                for model in models
            ]
        )
        for name in ("mean", "low", "high", "n")
    )
    lines = -(-len(order) // _COLUMNS)
    row = max(0.11, 0.06 * len(models))  # inches per group
    with theme():
        size = (TEXT_WIDTH, 0.7 + lines * (0.2 + row * len(GROUPS)))
        layout = ConstrainedLayoutEngine(w_pad=0.04, h_pad=0.02)
        figure = Figure(figsize=size, layout=layout)
        grid = figure.subplots(lines, _COLUMNS, squeeze=False, sharex=True, sharey=True)
        for index, panel in enumerate(grid.flat):
            if index >= len(order):
                panel.remove()
                continue
            draw_dots(
                panel,
                [
                    Dots(
                        model,
                        colours[model],
                        mean[place, :, index],
                        (low[place, :, index], high[place, :, index]),
                        _MARKERS[place % len(_MARKERS)],
                        n=n[place, :, index],
                    )
                    for place, model in enumerate(models)
                ],
                size=5,
            )
            panel.set_title(readable(order[index]), fontsize=SMALLEST_FONT, pad=2)
            panel.tick_params(axis="x", labelbottom=index + _COLUMNS >= len(order))
        first = grid[0, 0]
        first.set_yticks(range(len(GROUPS)), [GROUP_STYLES[group].short for group in GROUPS])
        first.set_ylim(len(GROUPS) - 0.4, -0.6)
        first.set_xlim(0, 1)
        first.set_xticks([0, 0.5, 1], ["0", "0.5", "1"])
        figure.supxlabel("acceptable mask ratio (AMR)", fontsize=SMALLEST_FONT)
        legend_above(figure)
    return figure
