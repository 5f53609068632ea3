"""How far logits move when an attribute is flipped and when cells are deleted, per attribute."""

from collections.abc import Sequence
from typing import Final

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from heed.audit.figures.catalogue import figure
from heed.base.errors import InputError
from heed.figures.attribute_bars import column, legend_above, panels_for
from heed.figures.attribute_dots import Dots, draw_dots, title_panels
from heed.figures.group_sizes import sizes_text
from heed.figures.theme import model_colours, theme
from heed.metrics.estimates import OVERALL

PANELS: Final = {
    "flip": "Attribute flipped: its own logit",
    "top_less_random": "Map's top cells deleted: fall beyond that by random cells",
    "mask_less_random": "Mask's cells deleted: fall beyond that by random cells",
}
"""Metrics of ``metrics/tables/causal.csv``, and what a panel says of them."""

UNIT: Final = "standard deviations of the logit"

_MARKERS = "oDs^v<>PX"


def draw_causal_moves(causal: pd.DataFrame, order: Sequence[str]) -> Figure:
    """Draw a row of dots for each attribute and network, and a panel for each kind of move.

    Args:
        causal: columns ``model``, ``metric``, ``attribute``, ``n``, ``mean``, ``low``, ``high``;
            a metric without rows (flips of photographs) has no panel.
        order: attributes from top to bottom.

    Raises:
        ValueError: if the table has none of the metrics.
    """
    shown = [metric for metric in PANELS if (causal["metric"] == metric).any()]
    if not shown:
        raise InputError(f"the table of causal checks has no row of {', '.join(PANELS)}")
    models = list(dict.fromkeys(causal["model"]))
    colours = model_colours(models)
    with theme():
        drawn, panels = panels_for(order, bars=len(models), panels=len(shown))
        for panel, metric in zip(panels, shown, strict=True):
            series = []
            for index, model in enumerate(models):
                rows = causal[(causal["model"] == model) & (causal["metric"] == metric)]
                rows = rows.set_index("attribute").reindex(list(order))
                ends = column(rows, "low"), column(rows, "high")
                marker = _MARKERS[index % len(_MARKERS)]
                mean, n = column(rows, "mean"), column(rows, "n")
                series.append(Dots(model, colours[model], mean, ends, marker, n=n))
            panel.axvline(0, color="0.6", linewidth=0.6)
            draw_dots(panel, series)
            panel.set_xlabel(UNIT)
            known = causal.loc[causal["metric"] == metric, ["mean", "low", "high"]].to_numpy()
            low, high = (np.nanmin(known, initial=0), np.nanmax(known, initial=0.1))
            panel.set_xlim(low - 0.04 * (high - low), high + 0.04 * (high - low))
        title_panels(drawn, panels, [_title(causal, metric) for metric in shown])
        legend_above(drawn)
    return drawn


def _title(causal: pd.DataFrame, metric: str) -> str:
    """What the panel shows, of how many faces: where these differ, of the fewest to the most."""
    n = causal.loc[causal["metric"].eq(metric) & causal["attribute"].ne(OVERALL), "n"]
    return f"{PANELS[metric]} ({sizes_text(n.to_numpy())})"


figure(
    "causal_moves",
    kind="numbers",
    place="own.12",
    title="What the networks use",
    caption=(
        "How far an attribute's logit moves, in its standard deviations over the audited faces, "
        "with intervals, for each attribute over n faces. Left: the attribute alone is flipped in "
        "the drawn face; above 0 the logit follows. Then: cells of the crop are deleted (filled "
        "in), the highest of the attribute's own map and those of its mask; above 0 what the map "
        "explains falls more than with as many cells at random. Photographs cannot be drawn again, "
        "and have no first panel."
    ),
    needs=("causal", "order"),
)(draw_causal_moves)
