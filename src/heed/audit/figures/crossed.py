"""Error rate, AMR and PE of the faces with a second attribute less those of the others."""

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from heed.audit.figures.catalogue import figure
from heed.base.errors import InputError
from heed.base.names import readable
from heed.figures.attribute_bars import column, legend_above, panels_for
from heed.figures.attribute_dots import Dots, draw_dots, title_panels
from heed.figures.group_sizes import sizes_text
from heed.figures.theme import model_colours, theme
from heed.metrics.estimates import OVERALL

SIGNIFICANT: Final = 0.05
"""Of p-values after Holm's correction."""

HOLLOW: Final = f"hollow: p >= {SIGNIFICANT} after Holm's correction, or too few faces"

CAPTION: Final = (
    "{} of the faces with a second attribute less that of the faces without it, for every "
    "attribute and network, with intervals. Filled dots: the difference is significant at "
    f"{SIGNIFICANT} after Holm's correction for the attributes of a network and panel. The second "
    "attribute itself is left out. Above each panel: the number of faces (n) with and without it."
)

_MARKERS = "oDs^v<>PX"


def draw_crossed(crossed: pd.DataFrame, order: Sequence[str], metric: str, unit: str) -> Figure:
    """Draw the differences of one metric, a panel for each second attribute.

    Args:
        crossed: columns ``model``, ``cross``, ``metric``, ``attribute``, ``difference`` with
            ``_low`` and ``_high``, ``p_holm``, ``n_with`` and ``n_without``.
        order: attributes from top to bottom.
        metric: which differences.
        unit: what is written below the panels.

    Returns:
        A figure with a panel for each second attribute.

    Raises:
        ValueError: if the table has no row of the metric.
    """
    crossed = crossed[crossed["metric"] == metric]
    if crossed.empty:
        raise InputError(f"the table of crossed groups has no row with the metric {metric}")
    models = list(dict.fromkeys(crossed["model"]))
    seconds = list(dict.fromkeys(crossed["cross"]))
    colours = model_colours(models)
    with theme():
        drawn, panels = panels_for(order, bars=len(models), panels=len(seconds))
        for panel, second in zip(panels, seconds, strict=True):
            series = []
            for index, model in enumerate(models):
                rows = crossed[(crossed["model"] == model) & (crossed["cross"] == second)]
                # Without a row of its own, the second attribute's place stays free.
                rows = rows.set_index("attribute").reindex(list(order))
                interval = column(rows, "difference_low"), column(rows, "difference_high")
                numbers = column(rows, "difference")
                hollow = ~(column(rows, "p_holm") < SIGNIFICANT)
                series.append(
                    Dots(model, colours[model], numbers, interval,
                         _MARKERS[index % len(_MARKERS)], hollow)
                )  # fmt: skip
            panel.axvline(0, color="0.6", linewidth=0.6)
            draw_dots(panel, series)
            panel.set_xlabel(unit)
            panel.scatter([], [], s=9, facecolors="white", edgecolors="0.3", linewidths=0.6,
                          label=HOLLOW)  # fmt: skip
        reach = max(float(np.nanmax(np.abs(crossed[["difference_low", "difference_high"]]))), 0.01)
        for panel in panels:
            panel.set_xlim(-1.05 * reach, 1.05 * reach)
        title_panels(drawn, panels, [_title(crossed, name) for name in seconds])
        legend_above(drawn)
    return drawn


def _title(crossed: pd.DataFrame, second: str) -> str:
    rows = crossed[crossed["cross"].eq(second) & crossed["attribute"].ne(OVERALL)]
    given, lacking = (sizes_text(rows[n].to_numpy()) for n in ("n_with", "n_without"))
    return f"{readable(second)}: faces with it ({given})\n− faces without it ({lacking})"


def _register(name: str, place: str, word: str, **given: Any) -> None:
    figure(
        name,
        kind="numbers",
        place=place,
        title=f"{word} by a second attribute",
        caption=CAPTION.format(word),
        needs=("crossed", "order"),
        given=given,
    )(draw_crossed)


_register(
    "crossed_error_rate", "own.9", "Error rate", metric="error_rate",
    unit="difference in error rate (share of faces)",
)  # fmt: skip
_register("crossed_amr", "own.10", "AMR", metric="amr", unit="difference in AMR")
_register("crossed_pe", "own.11", "PE", metric="proportional_energy", unit="difference in PE")
