"""Share of empty maps against class imbalance."""

from typing import Final

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from heed.audit.figures.catalogue import figure
from heed.audit.tables.class_counts import counts_in
from heed.base.names import readable
from heed.figures.attribute_bars import Floats, column, legend_above, of_group, rows_of
from heed.figures.attribute_dots import title_panels
from heed.figures.drawn_numbers import keep_points
from heed.figures.group_styles import GROUP_STYLES
from heed.figures.picture_grid import note
from heed.figures.point_labels import label_points
from heed.figures.theme import COLUMN_WIDTH, TEXT_WIDTH, theme

GROUPS: Final = ("all", "predicted_majority", "predicted_minority")

FEWEST: Final = 0.005
"""A smaller share of empty maps in every network makes a sentence and no figure."""

LOWEST_LIMIT: Final = 0.05
"""The axis reaches at least this far, so that a few empty maps look like few."""

_LABELLED = 6
_SIZES = {"all": 40, "predicted_majority": 18, "predicted_minority": 5}  # all are seen at 0


@figure(
    "empty_maps",
    kind="numbers",
    place="own.3",
    title="Empty maps and class imbalance",
    caption=(
        "Share of maps without any positive cell (empty maps) against the share of the majority "
        "class in training, over all faces and by predicted class. Above each panel: the number "
        "of empty maps per training, a mean over the trainings. Where fewer than 0.5 % of the maps "
        "of each network are empty, a sentence takes the place of the figure."
    ),
    needs=("groups", "attributes"),
)
def draw_empty_maps(groups: pd.DataFrame, attributes: pd.DataFrame) -> Figure:
    """Draw per model and attribute the share of empty maps over the majority class' share.

    A map is empty if none of its cells is positive: the network decides without pointing at
    anything. A line under each title says how many maps of a training are empty on average.

    Args:
        groups: the long table (columns ``model, metric, group, attribute, n, empty_rate``) with
            the metric ``amr``.
        attributes: columns ``attribute``, ``train_positives`` and ``train_negatives`` (numbers
            of faces), or those that begin with ``published`` where there are no training faces.

    Returns:
        A figure with one panel per model; the attributes with the highest shares are named. Where
        less than :data:`FEWEST` of each model's maps are empty, a sentence in its place.

    Raises:
        ValueError: if the table lacks a group for a model and attribute.
    """
    rows = rows_of(attributes)
    counts = counts_in(rows.reset_index())
    imbalance = np.maximum(counts.shares, 1 - counts.shares)
    names = list(rows.index)
    models = list(dict.fromkeys(groups["model"]))
    rates = {
        model: {
            group: column(of_group(groups, model, "amr", group, names), "empty_rate")
            for group in GROUPS
        }
        for model in models
    }
    if all(_share(groups, model, names) < FEWEST for model in models):
        return note(_sentence(groups, models, names))
    where = "CelebA's training (published)" if counts.published else "training"
    highest = np.nanmax([list(of_model.values()) for of_model in rates.values()], initial=0)
    limit = min(1.02, max(LOWEST_LIMIT, 1.1 * highest))
    with theme():
        width = COLUMN_WIDTH if len(models) == 1 else TEXT_WIDTH
        figure = Figure(figsize=(width, 2.9), layout="constrained")
        panels = list(np.atleast_1d(figure.subplots(1, len(models), sharex=True, sharey=True)))
        for panel, of_model in zip(panels, rates.values(), strict=True):
            _draw(panel, imbalance, of_model)
            for group, rate in of_model.items():
                points = np.column_stack([imbalance, rate])
                keep_points(panel, GROUP_STYLES[group].label, points, [readable(n) for n in names])
            panel.set_xlim(0.49, 1.01)
            panel.set_ylim(-0.02 * limit, limit)
            panel.set_xlabel(f"share of the majority class in {where}")
        panels[0].set_ylabel("share of empty maps")
        title_panels(
            figure, panels, [f"{model}\n{_counted(groups, model, names)}" for model in models]
        )
        legend_above(figure)
        for panel, of_model in zip(panels, rates.values(), strict=True):
            _name_highest(panel, names, imbalance, of_model)
    return figure


def _draw(panel: Axes, imbalance: Floats, rates: dict[str, Floats]) -> None:
    for group, rate in rates.items():
        style = GROUP_STYLES[group]
        known = ~np.isnan(rate + imbalance)
        panel.scatter(
            imbalance[known],
            rate[known],
            s=_SIZES[group],
            marker=style.marker,
            facecolors="none" if group == "all" else style.colour,
            edgecolors=style.colour,
            linewidths=0.6,
            clip_on=False,  # dots at 0 lie on the frame
            zorder=3,
            label=style.label,
        )


def _counted(groups: pd.DataFrame, model: str, names: list[str]) -> str:
    """How many maps are empty, in words: the mean over the trainings, of the maps of one."""
    rows = of_group(groups, model, "amr", "all", names)
    n, rate = column(rows, "n"), column(rows, "empty_rate")
    empty = float((n[n > 0] * rate[n > 0]).sum())
    if not empty:
        return f"none of {n.sum():,.0f} maps per training is empty"
    least = "fewer than 1" if empty < 0.5 else f"{empty:,.0f}"  # at 0.5 or more none prints as 0
    return f"on average {least} of {n.sum():,.0f} maps per training are empty"


def _share(groups: pd.DataFrame, model: str, names: list[str]) -> float:
    """Of all of a network's maps."""
    rows = of_group(groups, model, "amr", "all", names)
    n, rate = column(rows, "n"), column(rows, "empty_rate")
    return float((n[n > 0] * rate[n > 0]).sum() / max(n.sum(), 1))


def _sentence(groups: pd.DataFrame, models: list[str], names: list[str]) -> str:
    counted = "; ".join(f"{model}: {_counted(groups, model, names)}" for model in models)
    highest = pd.concat([of_group(groups, model, "amr", "all", names) for model in models])
    rate = column(highest, "empty_rate")
    most = ""
    if np.nanmax(rate, initial=0) > 0:
        row = int(np.nanargmax(rate))
        most = f" Most are of {readable(names[row % len(names)])}, {rate[row]:.1%} of its maps."
    return f"Fewer than {FEWEST:.1%} of each network's maps are empty ({counted}).{most}"


def _name_highest(
    panel: Axes, names: list[str], imbalance: Floats, rates: dict[str, Floats]
) -> None:
    shares = np.stack(list(rates.values()))  # (groups, attributes)
    known = ~np.isnan(shares + imbalance)
    group, attribute = np.nonzero(known & (shares > 0))
    if not len(group):
        return
    points = np.column_stack([np.broadcast_to(imbalance, shares.shape)[known], shares[known]])
    row_of = np.cumsum(known).reshape(known.shape) - 1
    highest_first = np.argsort(-shares[group, attribute], kind="stable")
    top: dict[int, int] = {}  # row of each attribute's highest dot
    for index in highest_first:
        top.setdefault(attribute[index], row_of[group[index], attribute[index]])
    label_points(
        panel, points, [(row, readable(names[index])) for index, row in top.items()], most=_LABELLED
    )
