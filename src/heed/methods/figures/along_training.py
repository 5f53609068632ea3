"""Scores and outcomes after each epoch."""

from collections.abc import Mapping

import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from heed.figures.drawn_numbers import keep_points
from heed.figures.theme import theme
from heed.methods.figures.catalogue import figure
from heed.methods.figures.panels import panels

COLOUR = "#0173b2"


@figure(
    "along_training",
    kind="numbers",
    title="Along the training",
    caption=(
        "Mean scores of one method's maps, and how well the networks classify, after each epoch of "
        "the base's trainings; epoch 0 is before the first step. Bands: intervals over images and "
        "trainings."
    ),
    needs=("progress", "labels"),
)
def draw_along_training(progress: pd.DataFrame, labels: Mapping[str, str]) -> Figure:
    """Draw a panel per outcome.

    Args:
        progress: of :func:`heed.methods.tables.progress.progress_table`.
        labels: of metrics and outcomes.

    Returns:
        A figure as wide as a page's text.
    """
    outcomes = list(dict.fromkeys(progress["outcome"]))
    with theme():
        drawn, axes = panels(len(outcomes), 1.5)
        for panel, outcome in zip(axes, outcomes, strict=True):
            rows = progress[progress["outcome"] == outcome]
            panel.fill_between(
                rows["epoch"],
                rows["value_low"],
                rows["value_high"],
                color=COLOUR,
                alpha=0.2,
                linewidth=0,
            )
            points = rows[["epoch", "value"]].to_numpy(np.float64)
            keep_points(panel, "", points, [f"epoch {epoch}" for epoch in rows["epoch"]])
            panel.plot(rows["epoch"], rows["value"], color=COLOUR, linewidth=1.0)
            panel.xaxis.set_major_locator(MaxNLocator(integer=True))
            panel.set_title(labels[outcome])
            panel.set_xlabel("epoch")
    return drawn
