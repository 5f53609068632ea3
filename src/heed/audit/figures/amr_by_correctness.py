"""AMR over faces that are classified correctly and incorrectly (Bieri 2023, figure 5.4)."""

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
from heed.figures.theme import CORRECT_COLOUR, INCORRECT_COLOUR


@figure(
    "amr_by_correctness",
    kind="numbers",
    number="5.4",
    title="AMR of correct and incorrect decisions",
    caption=(
        "AMR of each attribute over the faces that a network classifies correctly and over "
        "those that it classifies incorrectly. Black lines: intervals over persons and trainings. "
        f"{SIZES_CAPTION}"
    ),
    needs=("amr", "groups"),
)
def draw_amr_by_correctness(amr: pd.DataFrame, groups: pd.DataFrame | None = None) -> Figure:
    """Draw per model and attribute the AMR of correct and of incorrect decisions.

    Args:
        amr: wide, columns ``attribute`` and for each model ``<model>_amr_correct`` and
            ``<model>_amr_incorrect``; drawn from top to bottom in the order of the rows.
        groups: the long table of means with intervals and numbers of faces ``n``, for whiskers and
            for the numbers beside the bars.

    Returns:
        A figure with one panel per model.
    """
    rows = rows_of(amr)
    kinds = {
        "correct": ("correctly classified", CORRECT_COLOUR),
        "incorrect": ("incorrectly classified", INCORRECT_COLOUR),
    }
    return draw_panel_per_model(
        {
            model: [
                Bars(
                    label,
                    colour,
                    column(rows, f"{model}_amr_{group}"),
                    interval_of(groups, model, "amr", group, list(rows.index)),
                    n=sizes_of(groups, model, "amr", group, list(rows.index)),
                )
                for group, (label, colour) in kinds.items()
            ]
            for model in models_in(amr, "amr_correct")
        },
        rows.index,
    )
