"""AMR of the networks, one beside the other (Bieri 2023, figure 5.6)."""

import pandas as pd
from matplotlib.figure import Figure

from heed.audit.figures.catalogue import figure
from heed.audit.tables.layout import models_in
from heed.figures.attribute_bars import (
    Bars,
    amr_axis,
    column,
    draw_bars,
    interval_of,
    legend_above,
    panels_for,
    rows_of,
    sizes_of,
    write_bars_sizes,
)
from heed.figures.theme import model_colours, theme


@figure(
    "amr_by_model",
    kind="numbers",
    number="5.6",
    title="AMR of the networks",
    caption=(
        "AMR of each attribute over all faces (n), for each network. Black lines: intervals over "
        "persons and trainings."
    ),
    width="column",
    needs=("amr", "groups"),
)
def draw_amr_by_model(amr: pd.DataFrame, groups: pd.DataFrame | None = None) -> Figure:
    """Draw per attribute the AMR of every model over all faces.

    Args:
        amr: wide, columns ``attribute`` and for each model ``<model>_amr``; drawn from top
            to bottom in the order of the rows.
        groups: the long table of means with intervals and numbers of faces ``n``, for whiskers and
            for the numbers beside the bars.

    Returns:
        A figure as wide as a column of a paper.
    """
    rows = rows_of(amr)
    models = models_in(amr, "amr")
    colours = model_colours(models)
    with theme():
        figure, (panel,) = panels_for(list(rows.index), bars=len(models), panels=1)
        series = [
            Bars(
                model,
                colours[model],
                column(rows, f"{model}_amr"),
                interval_of(groups, model, "amr", "all", list(rows.index)),
                n=sizes_of(groups, model, "amr", "all", list(rows.index)),
            )
            for model in models
        ]
        draw_bars(panel, series)
        amr_axis(panel)
        legend_above(figure, write_bars_sizes([panel], [series]))
    return figure
