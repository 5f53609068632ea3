"""What is gained where the confounder is absent, and what it costs on all test faces."""

from typing import Any

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from heed.attention.figures.catalogue import figure
from heed.attention.figures.panels import colour_of, in_order, panels
from heed.attention.figures.recall_and_energy import chosen
from heed.attention.tables.study import Study
from heed.figures.drawn_numbers import keep_points
from heed.figures.theme import theme


@figure(
    "trade_off",
    kind="numbers",
    title="Test error and recall on E2",
    caption=(
        "Error of the pair's attribute on all test faces, and recall on E2: better is to the left "
        "and above. Large dots are means over the trainings, small ones single trainings."
    ),
    needs=("seeds", "study"),
    place="5",
)
def draw_trade_off(seeds: pd.DataFrame, study: Study) -> Figure:
    """Draw a panel per pair.

    Args:
        seeds: of :func:`heed.attention.tables.comparisons.compared`.
        study: networks, runs and pairs.

    Returns:
        A figure as wide as a page's text.
    """
    handles: dict[str, Any] = {}
    with theme():
        columns = min(3, len(study.pairs))
        rows = -(-len(study.pairs) // max(1, columns))
        drawn, grid = panels(columns, [2.5] * rows)
        axes = [panel for row in grid for panel in row]
        for unused in axes[len(study.pairs) :]:
            unused.set_axis_off()
        for pair, panel in zip(study.pairs, axes, strict=False):
            wide = {
                axis: chosen(seeds, pair, quantity, on).pivot_table("value", "seed", "run")
                for axis, quantity, on in (("x", "accuracy", "test"), ("y", "recall", "E2"))
            }
            for name in in_order(study, pair):
                if name not in wide["y"].columns:
                    continue
                points = 100 * np.stack([1 - wide["x"][name], wide["y"][name]], axis=1)
                points = points[~np.isnan(points).any(axis=1)]
                if not len(points):
                    continue
                colour, label = colour_of(study, name), study.labels[name]
                mean = points.mean(axis=0)
                panel.plot(*points.T, "o", color=colour, markersize=2.5, alpha=0.5)
                (dot,) = panel.plot(*mean, "o", color=colour, markersize=6, markeredgecolor="w")
                handles.setdefault(label, dot)
                keep_points(panel, label, mean[None], ["mean"])
            panel.set_title(study.pair_label(pair))
            panel.set_xlabel("error on all test faces (%)")
        for row in grid:
            row[0].set_ylabel("recall on E2 (%)")
        if handles:
            drawn.legend(
                list(handles.values()), list(handles), loc="outside lower center", ncols=4,
                frameon=False,
            )  # fmt: skip
    return drawn
