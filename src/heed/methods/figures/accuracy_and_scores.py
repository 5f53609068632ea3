"""Do networks that classify better have better maps?"""

from collections.abc import Mapping

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from heed.figures.drawn_numbers import keep_points
from heed.figures.theme import model_colours, theme
from heed.methods.figures.catalogue import figure
from heed.methods.figures.panels import panels


@figure(
    "accuracy_and_scores",
    kind="numbers",
    title="Accuracy and scores",
    caption=(
        "Each dot is a trained network: its accuracy on the test images, and the mean score of one "
        "method's maps. Networks of one factor share a colour."
    ),
    needs=("runs", "labels"),
)
def draw_accuracy_and_scores(runs: pd.DataFrame, labels: Mapping[str, str]) -> Figure:
    """Draw a panel per metric.

    Args:
        runs: columns ``run``, ``factor``, ``accuracy``, and the metrics.
        labels: of the metrics.

    Returns:
        A figure as wide as a page's text.
    """
    factors = list(dict.fromkeys(runs["factor"]))
    colours = model_colours(factors)
    metrics = [name for name in labels if name in runs.columns]
    outcomes = {"roc_auc", "accuracy", "tpr", "fpr", "ece"}
    shown = [name for name in metrics if name not in outcomes]
    with theme():
        drawn, axes = panels(len(shown), 1.8)
        for panel, metric in zip(axes, shown, strict=True):
            for factor in factors:
                rows = runs[runs["factor"] == factor]
                points = np.stack([100 * rows["accuracy"], rows[metric]], axis=1)
                keep_points(panel, factor, points, list(rows["run"]))
                panel.plot(*points.T, "o", color=colours[factor], markersize=3, label=factor)
            panel.set_title(labels[metric])
            panel.set_xlabel("accuracy (%)")
        handles, names = axes[0].get_legend_handles_labels()
        drawn.legend(handles, names, loc="outside lower center", ncols=4, frameon=False)
    return drawn
