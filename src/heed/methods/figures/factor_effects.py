"""What each level of each factor changes."""

from collections.abc import Mapping

import pandas as pd
from matplotlib.figure import Figure

from heed.figures.theme import model_colours, theme
from heed.methods.figures.catalogue import figure
from heed.methods.figures.panels import dots, panels


@figure(
    "factor_effects",
    kind="numbers",
    title="Effects of the factors",
    caption=(
        "Difference of each level from the base, paired by image and seed, in the scores of one "
        "method's maps and in the classification, with intervals over images and trainings. Levels "
        "of one factor share a colour."
    ),
    needs=("factors", "labels"),
)
def draw_factor_effects(factors: pd.DataFrame, labels: Mapping[str, str]) -> Figure:
    """Draw a panel per outcome with a row per level.

    Args:
        factors: of :func:`heed.methods.tables.factors.factors_table`.
        labels: of metrics and outcomes.

    Returns:
        A figure as wide as a page's text.
    """
    outcomes = list(dict.fromkeys(factors["outcome"]))
    colours = model_colours(list(dict.fromkeys(factors["factor"])))
    levels = factors["level"].nunique()
    with theme():
        drawn, axes = panels(len(outcomes), 0.6 + 0.15 * max(levels, 3), shared=True)
        for panel, outcome in zip(axes, outcomes, strict=True):
            of_outcome = factors[factors["outcome"] == outcome]
            panel.axvline(0, color="0.5", linewidth=0.7)
            dots(
                panel,
                [
                    f"{f}: {v}"
                    for f, v in zip(of_outcome["factor"], of_outcome["value"], strict=True)
                ],
                of_outcome["difference"],
                of_outcome["difference_low"],
                of_outcome["difference_high"],
                [colours[name] for name in of_outcome["factor"]],
            )
            panel.set_title(labels[outcome])
    return drawn
