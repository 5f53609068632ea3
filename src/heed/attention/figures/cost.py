"""What a guided run changed in all attributes, beside what the control changed."""

from typing import Final

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from heed.attention.figures.catalogue import figure
from heed.attention.figures.panels import colour_of
from heed.attention.tables.attributes import QUANTITIES
from heed.attention.tables.study import Study
from heed.celeba.attributes import ATTRIBUTES
from heed.figures.attribute_bars import panels_for
from heed.figures.attribute_dots import Dots, draw_dots
from heed.figures.theme import theme

LABELS: Final = {
    "error_rate": ("error rate", "change (points)", 100.0),
    "amr": ("AMR", "change", 1.0),
    "proportional_energy": ("proportional energy", "change", 1.0),
    "contribution": ("contribution", "change", 1.0),
}
"""Title, label of the axis, and what numbers are multiplied by."""


@figure(
    "cost",
    kind="numbers",
    title="All attributes: run {run}",
    caption=(
        "What changed against the network before fine-tuning, for every attribute: in the run "
        "{run} and in the control (BCE alone, blue), with intervals; those of AMR, energy and "
        "contribution "
        "are over trainings alone. Attributes are in the order of the change of the error rate; a "
        "ring marks those whose maps led the run."
    ),
    needs=("changes", "study"),
    each="run",
    place="6",
)
def draw_cost(changes: pd.DataFrame, study: Study, run: str) -> Figure:
    """Draw a panel per quantity.

    Args:
        changes: of :func:`heed.attention.tables.attributes.of_attributes`.
        study: networks, runs and pairs.
        run: a guided run.

    Returns:
        A figure as wide as a page's text.
    """
    rows = changes[changes["against"] == study.start].set_index(["run", "quantity", "attribute"])
    rows = rows.sort_index()
    errors = rows.loc[(run, "error_rate")]["difference"]
    order = list(errors.reindex(ATTRIBUTES).sort_values(ascending=False, kind="stable").index)
    shown = [name for name in (run, study.control) if name is not None]
    led = np.isin(order, study.own_attributes(run))
    with theme():
        drawn, panels = panels_for(order, 2, len(QUANTITIES))
        for panel, quantity in zip(panels, QUANTITIES, strict=True):
            title, label, scale = LABELS[quantity]
            series = []
            for name in shown:
                own = rows.loc[(name, quantity)].reindex(order)
                value, low, high = (
                    scale * own[f"difference{end}"].to_numpy(np.float64)
                    for end in ("", "_low", "_high")
                )
                series.append(
                    Dots(
                        study.labels[name],
                        colour_of(study, name),
                        value,
                        (low, high),
                        hollow=led if name == run else None,
                    )
                )
            panel.axvline(0, color="0.5", linewidth=0.7)
            draw_dots(panel, series)
            panel.set_title(title)
            panel.set_xlabel(label)
        handles, labels = panels[0].get_legend_handles_labels()
        drawn.legend(handles, labels, loc="outside upper center", ncols=3, frameon=False)
    return drawn
