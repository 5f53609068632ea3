"""How many training faces have each attribute and how many lack it (Bieri 2023, figure 3.1)."""

import pandas as pd
from matplotlib.figure import Figure

from heed.audit.figures.catalogue import figure
from heed.audit.tables.class_counts import counts_in
from heed.figures.attribute_bars import Bars, draw_bars, legend_above, panels_for, rows_of
from heed.figures.theme import NEGATIVE_COLOUR, POSITIVE_COLOUR, theme


@figure(
    "attribute_distribution",
    kind="numbers",
    number="3.1",
    title="Attribute distribution",
    caption=(
        "Share of the training faces with and without each attribute, from the most to the "
        "least balanced attribute."
    ),
    needs=("attributes",),
)
def draw_attribute_distribution(attributes: pd.DataFrame) -> Figure:
    """Draw per attribute the shares of training faces with and without it, end to end.

    Args:
        attributes: columns ``attribute``, ``train_positives`` and ``train_negatives`` (numbers
            of faces), or those that begin with ``published`` where there are no training faces;
            drawn from top to bottom in the order of the rows.

    Returns:
        A figure as wide as a column of a paper, with a line at one half.
    """
    rows = rows_of(attributes)
    counts = counts_in(rows.reset_index())
    share = counts.shares
    with theme():
        figure, (panel,) = panels_for(list(rows.index), bars=1, panels=1)
        draw_bars(panel, [Bars("with the attribute", POSITIVE_COLOUR, share)])
        draw_bars(panel, [Bars("without the attribute", NEGATIVE_COLOUR, 1 - share, start=share)])
        panel.axvline(0.5, color="white", linewidth=0.8)
        panel.set_xlim(0, 1)
        panel.set_xlabel(f"share of {counts.faces}")
        legend_above(figure)
    return figure
