"""Proportional energy where the minority and where the majority class is predicted."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from heed.attributes import readable
from heed.figures.theme import NEGATIVE_COLOUR, POSITIVE_COLOUR, TEXT_WIDTH, theme


def draw_class_gap(groups: pd.DataFrame, order: Sequence[str]) -> Figure:
    """Draw per model and attribute the two means of proportional energy, and the gap as a line.

    A long line to the right says: the network looks inside the mask when it predicts the
    class that is rare in training, and elsewhere (or nowhere) when it predicts the common one.

    Args:
        groups: the table of means (columns ``model, attribute, group, metric, mean``).
        order: attributes from top to bottom.

    Returns:
        A figure as wide as a page's text with one panel per model.
    """
    energy = groups[groups["metric"] == "proportional_energy"]
    models = list(dict.fromkeys(energy["model"]))
    positions = np.arange(len(order))
    with theme():
        figure = Figure(figsize=(TEXT_WIDTH, 0.6 + 0.15 * len(order)), layout="constrained")
        panels = np.atleast_1d(figure.subplots(1, len(models), sharey=True, sharex=True))
        for panel, model in zip(panels, models, strict=True):
            of_model = energy[energy["model"] == model].set_index("attribute")
            minority, majority = (
                of_model.loc[of_model["group"] == group, "mean"].loc[list(order)].to_numpy()
                for group in ("predicted_minority", "predicted_majority")
            )
            panel.hlines(positions, majority, minority, color="0.6", linewidth=1.2)
            dot = {"s": 14, "zorder": 3, "linewidths": 0}
            panel.scatter(majority, positions, color=NEGATIVE_COLOUR, label="majority", **dot)
            panel.scatter(minority, positions, color=POSITIVE_COLOUR, label="minority", **dot)
            panel.set_title(model)
            panel.set_xlim(0, 1)
            panel.set_xlabel("proportional energy")
        panels[0].set_yticks(positions, [readable(attribute) for attribute in order])
        panels[0].set_ylim(len(order) - 0.4, -0.6)
        handles, labels = panels[0].get_legend_handles_labels()
        figure.legend(
            handles,
            labels,
            title="predicted class in training",
            loc="outside upper center",
            ncols=2,
            frameon=False,
        )
    return figure
