"""AMR over faces with and without the attribute (Bieri 2023, figure 5.5)."""

import pandas as pd
from matplotlib.figure import Figure

from heed.audit.figures.catalogue import figure
from heed.audit.tables.layout import models_in
from heed.figures.attribute_bars import (
    Bars,
    column,
    draw_panel_per_model,
    interval_of,
    rows_of,
    sizes_of,
)
from heed.figures.group_sizes import SIZES_CAPTION
from heed.figures.theme import NEGATIVE_COLOUR, POSITIVE_COLOUR


@figure(
    "amr_by_label",
    kind="numbers",
    number="5.5",
    title="AMR with and without the attribute",
    caption=(
        "AMR of each attribute over the faces with the attribute (gt+) and over those without "
        "it (gt-), for each network. Black lines: intervals over persons and trainings. "
        f"{SIZES_CAPTION}"
    ),
    needs=("amr", "groups"),
)
def draw_amr_by_label(amr: pd.DataFrame, groups: pd.DataFrame | None = None) -> Figure:
    """Draw per model and attribute the AMR of faces labelled with and without it.

    Args:
        amr: wide, columns ``attribute`` and for each model ``<model>_amr_gt_pos`` and
            ``<model>_amr_gt_neg``; drawn from top to bottom in the order of the rows.
        groups: the long table of means with intervals and numbers of faces ``n``, for whiskers and
            for the numbers beside the bars.

    Returns:
        A figure with one panel per model.
    """
    rows = rows_of(amr)
    kinds = {
        "gt_pos": ("positive (gt+)", POSITIVE_COLOUR, "gt_positive"),
        "gt_neg": ("negative (gt-)", NEGATIVE_COLOUR, "gt_negative"),
    }
    return draw_panel_per_model(
        {
            model: [
                Bars(
                    label,
                    colour,
                    column(rows, f"{model}_amr_{suffix}"),
                    interval_of(groups, model, "amr", group, list(rows.index)),
                    n=sizes_of(groups, model, "amr", group, list(rows.index)),
                )
                for suffix, (label, colour, group) in kinds.items()
            ]
            for model in models_in(amr, "amr_gt_pos")
        },
        rows.index,
    )
