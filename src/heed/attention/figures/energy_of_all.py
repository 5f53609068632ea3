"""Proportional energy of every attribute, before and after."""

from typing import Any

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from heed.attention.figures.catalogue import figure
from heed.attention.figures.panels import colour_of
from heed.attention.tables.study import Study
from heed.celeba.attributes import ATTRIBUTES
from heed.figures.attribute_bars import panels_for
from heed.figures.attribute_dots import Dots, draw_dots
from heed.figures.theme import theme


@figure(
    "energy_of_all",
    kind="numbers",
    title="Energy in the masks of all attributes, before and after: pair {pair}",
    caption=(
        "Proportional energy of the maps of the predicted class in the attribute's own mask, for "
        "every attribute: before fine-tuning (grey), after BCE alone (blue) and after each run "
        "that the pair {pair} leads. Intervals are over trainings; a ring marks what led the run. "
        "The masks of the audit are no regions of this study."
    ),
    needs=("attributes", "study"),
    each="pair",
    place="7",
)
def draw_energy_of_all(attributes: pd.DataFrame, study: Study, pair: str) -> Figure:
    """Draw a panel per guided run of the pair.

    Args:
        attributes: of :func:`heed.attention.tables.attributes.of_attributes`.
        study: networks, runs and pairs.
        pair: which.

    Returns:
        A figure as wide as a page's text, or as a column for one run or none.
    """
    rows = attributes[attributes["quantity"] == "proportional_energy"]
    rows = rows.set_index(["run", "attribute"]).sort_index()
    before = rows.loc[study.start]["value"]
    order = list(before.reindex(ATTRIBUTES).sort_values(ascending=False, kind="stable").index)
    runs = study.guided_by(pair)
    with theme():
        drawn, panels = panels_for(order, 3, max(1, len(runs)))
        for panel, run in zip(panels, runs or [""], strict=True):
            series = []
            for name in (study.start, study.control, run):
                if not name:
                    continue
                own = rows.loc[name].reindex(order)
                value, low, high = (
                    own[f"value{end}"].to_numpy(np.float64) for end in ("", "_low", "_high")
                )
                led = np.isin(order, study.own_attributes(name))
                series.append(
                    Dots(
                        study.labels[name], colour_of(study, name), value, (low, high),
                        hollow=led,
                    )
                )  # fmt: skip
            draw_dots(panel, series)
            panel.set_title(study.labels[run] if run else "no run")
            panel.set_xlabel("proportional energy")
            panel.set_xlim(0, 1)
        handles: dict[str, Any] = {}
        for panel in panels:
            for handle, label in zip(*panel.get_legend_handles_labels(), strict=True):
                handles.setdefault(label, handle)
        drawn.legend(
            list(handles.values()), list(handles), loc="outside upper center", ncols=3,
            frameon=False,
        )  # fmt: skip
    return drawn
