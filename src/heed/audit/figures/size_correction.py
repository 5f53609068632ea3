"""AMR with and without the correction for the mask's size (Bieri 2023, figure A.6)."""

from collections.abc import Sequence

import pandas as pd
from matplotlib.figure import Figure

from heed.audit.figures.catalogue import figure
from heed.figures.attribute_bars import (
    Bars,
    column,
    draw_panel_per_model,
    interval_of,
    of_group,
    sizes_of,
)
from heed.metrics.estimates import OVERALL

CORRECTED_COLOUR = "#4477AA"
UNCORRECTED_COLOUR = "#BBCCEE"


@figure(
    "size_correction",
    kind="numbers",
    number="A.6",
    title="AMR with and without the size correction",
    caption=(
        "AMR of each attribute over all faces (n), with and without the factor that corrects for "
        "the size of the mask, the share of the image outside it. Black lines: intervals over "
        "persons and trainings."
    ),
    needs=("groups", "order"),
)
def draw_size_correction(groups: pd.DataFrame, order: Sequence[str] | None = None) -> Figure:
    """Draw the AMR over all faces with and without the size correction, per model and attribute.

    The factor is (I - M) / I, with I the pixels of the image and M those of the mask: it
    lowers the score of a mask so large that active pixels meet it by chance.

    Args:
        groups: the long table of means (columns ``model, metric, group, attribute, n, mean,
            low, high``) with the metrics ``amr`` and ``amr_uncorrected`` of the group ``all``.
        order: attributes from top to bottom; without it, the order of the table.

    Returns:
        A figure with one panel per model.

    Raises:
        ValueError: if the table lacks one of the two for a model and attribute.
    """
    attributes = [
        name
        for name in dict.fromkeys(groups["attribute"] if order is None else order)
        if name != OVERALL
    ]
    kinds = {
        "amr": ("with size correction", CORRECTED_COLOUR),
        "amr_uncorrected": ("without size correction", UNCORRECTED_COLOUR),
    }
    return draw_panel_per_model(
        {
            model: [
                Bars(
                    label,
                    colour,
                    column(of_group(groups, model, metric, "all", attributes), "mean"),
                    interval_of(groups, model, metric, "all", attributes),
                    n=sizes_of(groups, model, metric, "all", attributes),
                )
                for metric, (label, colour) in kinds.items()
            ]
            for model in dict.fromkeys(groups["model"])
        },
        attributes,
    )
