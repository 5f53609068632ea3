"""Average ranks of the methods, and which of them do not differ."""

from collections.abc import Mapping

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from heed.figures.drawn_numbers import keep_row_marks
from heed.figures.theme import theme
from heed.methods.figures.catalogue import figure
from heed.methods.figures.panels import panels
from heed.methods.map_names import map_name

COLOUR = "#0173b2"


@figure(
    "average_ranks",
    kind="numbers",
    title="Average ranks",
    caption=(
        "Average rank of each method over the images (1 is the best), metric by metric. The bar "
        "reaches from the best rank as far as Nemenyi's critical difference: methods under it do "
        "not differ from the best."
    ),
    needs=("ranks", "labels"),
)
def draw_average_ranks(ranks: pd.DataFrame, labels: Mapping[str, str]) -> Figure:
    """Draw a panel per metric.

    Args:
        ranks: of :func:`heed.methods.tables.methods_by_metric.ranks_table`.
        labels: of the metrics.

    Returns:
        A figure as wide as a page's text.
    """
    metrics = list(dict.fromkeys(ranks["metric"]))
    count = ranks["method"].nunique()
    with theme():
        drawn, axes = panels(len(metrics), 0.6 + 0.16 * count, shared=True)
        for panel, metric in zip(axes, metrics, strict=True):
            of_metric = ranks[ranks["metric"] == metric]
            best = of_metric["rank"].min()
            panel.axvspan(
                best, best + of_metric["critical_difference"].iloc[0], color=COLOUR, alpha=0.15
            )
            keep_row_marks(panel, "", of_metric["rank"].to_numpy(np.float64))
            panel.plot(of_metric["rank"], range(count), "o", color=COLOUR, markersize=3.5)
            panel.set_yticks(range(count), [map_name(name) for name in of_metric["method"]])
            panel.set_ylim(count - 0.5, -0.5)
            panel.set_xlim(0.8, count + 0.2)
            panel.grid(visible=False, axis="y")
            panel.set_title(labels[metric])
            panel.set_xlabel("average rank")
    return drawn
