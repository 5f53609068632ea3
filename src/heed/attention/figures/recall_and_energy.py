"""Where the confounder is absent: what is found there, and where the map lies."""

import pandas as pd
from matplotlib.figure import Figure

from heed.attention.figures.catalogue import figure
from heed.attention.figures.panels import dots, in_order, panels
from heed.attention.tables.answered import HAVING
from heed.attention.tables.study import Study
from heed.figures.theme import theme


@figure(
    "recall_and_energy",
    kind="numbers",
    title="Recall on E2, and energy in the region",
    caption=(
        "Left, share of the faces of E2 (with the attribute and without its confounder) whose "
        "attribute is found. Right, share of the map's energy that lies in the region, mean over "
        "all test faces that have the attribute. Dots are means over the trainings with their "
        "intervals over faces and trainings; strokes below them are single trainings."
    ),
    needs=("values", "seeds", "study"),
    place="4",
)
def draw_recall_and_energy(values: pd.DataFrame, seeds: pd.DataFrame, study: Study) -> Figure:
    """Draw a row of two panels per pair.

    Args:
        values: of :func:`heed.attention.tables.comparisons.compared`.
        seeds: of the same.
        study: networks, runs and pairs.

    Returns:
        A figure as wide as a page's text.
    """
    rows = {pair: in_order(study, pair) for pair in study.pairs}
    with theme():
        drawn, grid = panels(2, [0.65 + 0.19 * len(names) for names in rows.values()])
        for (pair, names), both in zip(rows.items(), grid, strict=True):
            shown = (
                ("recall", "E2", 100, "recall on E2 (%)"),
                ("proportional_energy", HAVING, 1, "proportional energy in the region"),
            )
            for panel, (quantity, on, scale, label) in zip(both, shown, strict=True):
                dots(
                    panel,
                    study,
                    names,
                    chosen(values, pair, quantity, on),
                    chosen(seeds, pair, quantity, on),
                    scale,
                )
                panel.set_xlabel(label)
                panel.set_title(study.pair_label(pair))
            both[1].set_yticklabels([])
    return drawn


def chosen(table: pd.DataFrame, pair: str, quantity: str, on: str) -> pd.DataFrame:
    """The rows of one measure."""
    return table[(table["pair"] == pair) & (table["quantity"] == quantity) & (table["set"] == on)]
