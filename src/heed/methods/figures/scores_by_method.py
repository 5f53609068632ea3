"""Mean score of every map by every metric."""

from collections.abc import Mapping, Sequence

import pandas as pd
from matplotlib.figure import Figure

from heed.figures.theme import theme
from heed.methods.figures.catalogue import figure
from heed.methods.figures.panels import dots, panels
from heed.methods.map_names import map_name

METHOD_COLOUR = "#0173b2"
REFERENCE_COLOUR = "#949494"


@figure(
    "scores_by_method",
    kind="numbers",
    title="Scores by method",
    caption=(
        "Mean score of each method's maps (blue) and of maps that no network has a part in (grey), "
        "by each metric, with intervals over images and trainings."
    ),
    needs=("methods", "labels", "references"),
)
def draw_scores_by_method(
    methods: pd.DataFrame, labels: Mapping[str, str], references: Sequence[str]
) -> Figure:
    """Draw a panel per metric with a row per map.

    Args:
        methods: of :func:`heed.methods.tables.methods_by_metric.methods_table`.
        labels: of the metrics.
        references: maps that are drawn in grey.

    Returns:
        A figure as wide as a page's text.
    """
    metrics = list(dict.fromkeys(methods["metric"]))
    rows = list(dict.fromkeys(methods["method"]))
    with theme():
        drawn, axes = panels(len(metrics), 0.5 + 0.16 * len(rows), shared=True)
        for panel, metric in zip(axes, metrics, strict=True):
            of_metric = methods[methods["metric"] == metric]
            dots(
                panel,
                [map_name(name) for name in of_metric["method"]],
                of_metric["value"],
                of_metric["value_low"],
                of_metric["value_high"],
                [
                    REFERENCE_COLOUR if m in references else METHOD_COLOUR
                    for m in of_metric["method"]
                ],
            )
            panel.set_title(labels[metric])
    return drawn
