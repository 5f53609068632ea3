"""Do metrics bring the methods into the same order?"""

from collections.abc import Mapping

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from heed.figures.theme import COLUMN_WIDTH, theme
from heed.methods.figures.catalogue import figure


@figure(
    "metric_agreement",
    kind="numbers",
    title="Agreement of metrics",
    caption=(
        "Kendall's tau between the orders that two metrics bring the methods into: 1 the same "
        "order, -1 the opposite one; empty where one of them has no order."
    ),
    needs=("agreement", "labels"),
    width="column",
)
def draw_metric_agreement(agreement: pd.DataFrame, labels: Mapping[str, str]) -> Figure:
    """Draw a square of numbers.

    Args:
        agreement: of :func:`heed.methods.tables.suitability.agreement_table`.
        labels: of the metrics.

    Returns:
        A figure as wide as a column.
    """
    metrics = list(dict.fromkeys(agreement["metric"]))
    table = agreement.pivot_table(index="metric", columns="other", values="tau", dropna=False)
    values = table.reindex(index=metrics, columns=metrics).to_numpy(np.float64)
    with theme():
        side = max(2.4, 0.28 * len(metrics) + 1.2)
        drawn = Figure(figsize=(COLUMN_WIDTH, min(side, 3.4)), layout="constrained")
        panel = drawn.subplots()
        panel.imshow(values, cmap="RdBu", vmin=-1, vmax=1)
        for (row, column), value in np.ndenumerate(values):
            if not np.isnan(value):
                colour = "white" if abs(value) > 0.6 else "black"
                panel.text(column, row, f"{value:.2f}", ha="center", va="center", color=colour)
        names = [labels[name] for name in metrics]
        panel.set_xticks(range(len(metrics)), names, rotation=45, ha="right")
        panel.set_yticks(range(len(metrics)), names)
        panel.grid(visible=False)
    return drawn
