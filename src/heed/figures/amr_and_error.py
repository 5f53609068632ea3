"""AMR and error rate per attribute, both networks side by side (Bieri 2023, figures 5.1-5.3)."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from heed.attributes import readable
from heed.figures.theme import TEXT_WIDTH, model_colours, theme


def draw_amr_and_error(
    groups: pd.DataFrame, errors: pd.DataFrame, order: Sequence[str], threshold: float
) -> Figure:
    """Draw bars of AMR with bootstrap intervals, and of the error rate, for every model.

    Args:
        groups: the table of means per model, attribute, group and metric (columns
            ``model, attribute, group, metric, mean, low, high``).
        errors: one row per model and attribute with ``error_rate`` and
            ``balanced_error_rate`` as fractions.
        order: attributes from top to bottom.
        threshold: the ``score.threshold`` of the AMR, for the axis label.

    Returns:
        A figure as wide as a page's text with three panels that share the attributes.
    """
    models = list(dict.fromkeys(errors["model"]))
    colours = model_colours(models)
    amr = groups[(groups["group"] == "all") & (groups["metric"] == "amr")]
    positions = np.arange(len(order))
    thickness = 0.8 / len(models)
    with theme():
        figure = Figure(figsize=(TEXT_WIDTH, 0.6 + 0.17 * len(order)), layout="constrained")
        panels = figure.subplots(1, 3, sharey=True)
        for rank, model in enumerate(models):
            places = positions + (rank - (len(models) - 1) / 2) * thickness
            rows = amr[amr["model"] == model].set_index("attribute").loc[list(order)]
            mean = rows["mean"].to_numpy()
            spread = np.abs(np.vstack([mean - rows["low"], rows["high"] - mean]))
            style = {"height": thickness, "color": colours[model], "label": model, "linewidth": 0}
            panels[0].barh(
                places, mean, xerr=spread, error_kw={"linewidth": 0.6, "ecolor": "0.3"}, **style
            )
            rates = errors[errors["model"] == model].set_index("attribute").loc[list(order)]
            panels[1].barh(places, 100 * rates["error_rate"], **style)
            panels[2].barh(places, 100 * rates["balanced_error_rate"], **style)
        panels[0].set_yticks(positions, [readable(attribute) for attribute in order])
        panels[0].set_ylim(len(order) - 0.4, -0.6)
        panels[0].set_xlim(0, 1)
        panels[0].set_xlabel(f"AMR (active: map > {threshold:g})")
        panels[1].set_xlabel("error rate, %")
        panels[2].set_xlabel("balanced error rate, %")
        for panel in panels:
            panel.grid(axis="y", visible=False)
        handles, labels = panels[0].get_legend_handles_labels()
        figure.legend(handles, labels, loc="outside upper center", ncols=len(models), frameon=False)
    return figure
