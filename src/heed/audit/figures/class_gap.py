"""Proportional energy where the minority and where the majority class is predicted."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from numpy.typing import NDArray

from heed.audit.figures.catalogue import figure
from heed.figures.attribute_bars import legend_above, panels_for
from heed.figures.attribute_dots import (
    Dots,
    dots_of_group,
    draw_dots,
    title_panels,
    write_dots_sizes,
)
from heed.figures.group_sizes import SIZES_CAPTION
from heed.figures.theme import theme
from heed.metrics.estimates import OVERALL

CLASSES: Final = ("predicted_majority", "predicted_minority")

_WIDE_PANELS = 3  # side by side, with room for the whole label below


@figure(
    "class_gap",
    kind="numbers",
    place="own.1",
    title="PE by predicted class",
    caption=(
        "Mean proportional energy of each attribute where a network predicts the minority class "
        "and where it predicts the majority class. Coloured lines: intervals over persons and "
        "trainings; grey line: the gap between the two. Above each panel: the mean gap over the "
        "attributes for which the network predicts both classes for enough faces. Hollow dots, "
        f"without an interval: the other attributes. {SIZES_CAPTION}"
    ),
    needs=("groups", "gaps", "order", "least_faces"),
)
def draw_class_gap(
    groups: pd.DataFrame, gaps: pd.DataFrame, order: Sequence[str], least_faces: int
) -> Figure:
    """Draw per model and attribute the two means of proportional energy, and the gap as a line.

    A long line to the right, from the majority's dot to the minority's, says: the network looks
    inside the mask when it predicts the class that is rare in training, and elsewhere (or
    nowhere) when it predicts the common one. Above each panel stands the mean of these gaps over
    the attributes of which the network predicts both classes for enough faces.

    Args:
        groups: the long table of means (columns ``model, metric, group, attribute, n, mean,
            low, high``) with the metric ``proportional_energy``.
        gaps: the table of gaps (columns ``model, gap, attribute, n, value``) with the mean of
            ``pe_gap`` in the row OVERALL.
        order: attributes from top to bottom.
        least_faces: fewest faces of both classes for which an attribute counts in the mean gap;
            the dots of the others are hollow.

    Returns:
        A figure with one panel per model.

    Raises:
        ValueError: if the table lacks a group for a model and attribute.
    """
    models = list(dict.fromkeys(groups["model"]))
    overall = gaps[(gaps["gap"] == "pe_gap") & (gaps["attribute"] == OVERALL)].set_index("model")
    titles, shown = [], []
    with theme():
        figure, panels = panels_for(order, bars=2, panels=len(models))
        for panel, model in zip(panels, models, strict=True):
            majority, minority = (
                dots_of_group(groups, model, "proportional_energy", group, order)
                for group in CLASSES
            )
            sizes = [dots.n for dots in (majority, minority) if dots.n is not None]
            hollow = np.min(sizes, axis=0) < least_faces
            majority, minority = (_hollow(dots, hollow) for dots in (majority, minority))
            gap = minority.numbers - majority.numbers
            both = ~np.isnan(gap)
            rows = np.flatnonzero(both)
            panel.hlines(
                rows, majority.numbers[both], minority.numbers[both], color="0.75", linewidth=2
            )
            shown.append([majority, minority])
            draw_dots(panel, shown[-1], spread=0, size=12)
            panel.scatter(
                [], [], s=12, facecolors="white", edgecolors="0.3", linewidths=0.6,
                label=f"fewer than {least_faces} faces, not in the mean",
            )  # fmt: skip
            panel.set_xlim(-0.02, 1.02)
            panel.set_xlabel("PE" if len(models) > _WIDE_PANELS else "proportional energy (PE)")
            mean, counted = overall.loc[model, ["value", "n"]]
            text = "no gap" if np.isnan(mean) else f"mean gap {mean:+.3f}".replace("-", "−")
            titles.append(f"{model}\n{text} ({counted:.0f} attributes)")
        title_panels(figure, panels, titles)
        legend_above(figure, write_dots_sizes(panels, shown))
    return figure


def _hollow(dots: Dots, hollow: NDArray[np.bool_]) -> Dots:
    """Dots of which some are hollow and have no interval: of too few faces to have a good one."""
    if dots.interval is None:
        return replace(dots, hollow=hollow)
    low, high = (np.where(hollow, np.nan, ends) for ends in dots.interval)
    return replace(dots, hollow=hollow, interval=(low, high))
