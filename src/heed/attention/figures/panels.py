"""What the study's figures share: panels in a grid, colours of networks, dots with intervals."""

from collections.abc import Mapping, Sequence
from typing import Final

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from heed.attention.figures.shown import Shown
from heed.attention.tables.study import Study
from heed.figures.drawn_numbers import keep_row_marks
from heed.figures.theme import TEXT_WIDTH

KIND_COLOURS: Final = {
    "pretrained": "#6b6b6b", "none": "#0173b2", "iou": "#d55e00", "centre": "#de8f05",
    "energy": "#029e73", "mouth_only": "#cc78bc", "mixture": "#ca9161",
}  # fmt: skip
"""By kind of network; grey is what was before, blue the control."""

OTHER_COLOUR: Final = "#56b4e9"


def colour_of(study: Study, name: str) -> str:
    """The colour of a network or a run, by its kind."""
    return KIND_COLOURS.get(study.kind(name), OTHER_COLOUR)


def in_order(study: Study, pair: str) -> list[str]:
    """What a pair judges: before, the control, guided runs, then other networks."""
    found = study.judged_by(pair)
    first = [study.start, *([study.control] if study.control else []), *study.guided_by(pair)]
    return [*first, *(name for name in found if name not in first)]


def shown_of(
    examples: Mapping[str, Mapping[str, Shown]], study: Study, pair: str
) -> dict[str, Shown]:
    """What pictures show of a pair, by name: before, the control, and guided runs.

    Returns:
        Those that have been evaluated, in this order; nothing where there is no face to show.
    """
    tuned = [*([study.control] if study.control else []), *study.guided_by(pair)]
    names = [name for name in (study.start, *tuned) if pair in examples.get(name, {})]
    found = {name: examples[name][pair] for name in names}
    return found if found and len(found[names[0]].images) else {}


def panels(columns: int, heights: Sequence[float]) -> tuple[Figure, list[list[Axes]]]:
    """A figure as wide as a page with a grid of panels.

    Args:
        columns: side by side.
        heights: of the rows, inches; without any the figure is empty.
    """
    drawn = Figure(figsize=(TEXT_WIDTH, max(1.0, sum(heights))), layout="constrained")
    if not heights or not columns:
        return drawn, []
    axes = drawn.subplots(
        len(heights), columns, squeeze=False, gridspec_kw={"height_ratios": list(heights)}
    )
    return drawn, [list(row) for row in np.asarray(axes)]


def dots(
    panel: Axes,
    study: Study,
    names: Sequence[str],
    values: pd.DataFrame,
    seeds: pd.DataFrame,
    scale: float,
) -> None:
    """A row for each network or run: its mean with the interval, and its trainings as small dots.

    Args:
        panel: where.
        study: for names and colours.
        names: of the rows, the first on top.
        values: one row per network: ``value`` with bounds.
        seeds: one per network and training.
        scale: what numbers are multiplied by.
    """
    table = values.set_index("run").reindex(list(names))
    columns = [scale * table[name].to_numpy(np.float64) for name in VALUE]
    labels = [study.labels[name] for name in names]
    keep_row_marks(
        panel, "mean", columns[0], (columns[1], columns[2]), n=table["faces"].to_numpy(np.float64)
    )
    for row, (name, value, low, high) in enumerate(zip(names, *columns, strict=True)):
        colour = colour_of(study, name)
        own = scale * seeds.loc[seeds["run"] == name, "value"].to_numpy(np.float64)
        panel.plot(own, np.full(len(own), row + 0.25), "|", color=colour, markersize=4)
        if not np.isnan(value):
            panel.plot([low, high], [row, row], color=colour, linewidth=1.2)
            panel.plot([value], [row], "o", color=colour, markersize=4)
    panel.set_yticks(range(len(names)), labels)
    panel.set_ylim(len(names) - 0.4, -0.6)
    panel.grid(visible=False, axis="y")


VALUE: Final = ("value", "value_low", "value_high")
