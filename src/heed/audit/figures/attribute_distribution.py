"""How many faces have each attribute and how many lack it (Bieri 2023, figure 3.1)."""

from typing import Final

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from heed.audit.figures.catalogue import figure
from heed.base.partitions import PARTITIONS
from heed.figures.attribute_bars import Bars, column, draw_bars, legend_above, panels_for, rows_of
from heed.figures.theme import NEGATIVE_COLOUR, POSITIVE_COLOUR, theme

PARTS: Final = PARTITIONS
"""The data set's partitions, as the columns of the table of attributes begin."""


@figure(
    "attribute_distribution",
    kind="numbers",
    number="3.1",
    title="Attribute distribution",
    caption=(
        "Share of all faces of the data set, over its three partitions, with and without each "
        "attribute. Attributes are sorted from the most to the least balanced in training."
    ),
    needs=("attributes",),
    width="column",
)
def draw_attribute_distribution(attributes: pd.DataFrame) -> Figure:
    """Draw per attribute the shares of faces with and without it, end to end.

    Args:
        attributes: columns ``attribute`` and, for each of :data:`PARTS`, ``<part>_positives`` and
            ``<part>_negatives`` (numbers of faces, 0 where the run leaves the part out); drawn
            from top to bottom in the order of the rows.

    Returns:
        A figure as wide as a column of a paper, with a line at one half. Its axis says which
        partitions have faces.

    Raises:
        ValueError: if a column is missing.
    """
    rows = rows_of(attributes)
    have, lack = (
        np.stack([column(rows, f"{part}_{sign}") for part in PARTS])
        for sign in ("positives", "negatives")
    )
    faces = (have + lack).max(axis=1)
    total = (have + lack).sum(axis=0)
    share = np.divide(have.sum(axis=0), total, out=np.full(len(rows), np.nan), where=total > 0)
    parts = [part for part, n in zip(PARTS, faces, strict=True) if n]
    with theme():
        figure, (panel,) = panels_for(list(rows.index), bars=1, panels=1)
        draw_bars(panel, [Bars("with the attribute", POSITIVE_COLOUR, share)])
        draw_bars(panel, [Bars("without the attribute", NEGATIVE_COLOUR, 1 - share, start=share)])
        panel.axvline(0.5, color="white", linewidth=0.8)
        panel.set_xlim(0, 1)
        where = "" if len(parts) == len(PARTS) else f" (partition: {' and '.join(parts)})"
        panel.set_xlabel(f"share of {faces.sum():,.0f} faces{where}")
        legend_above(figure)
    return figure
