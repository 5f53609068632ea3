"""Training curves: loss and error rates per epoch, and drops of the learning rate."""

from collections.abc import Mapping
from typing import Final

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import MaxNLocator
from numpy.typing import NDArray

from heed.affact.figures.catalogue import figure
from heed.affact.figures.overall_by_set import MARKERS
from heed.figures.attribute_bars import Floats
from heed.figures.drawn_numbers import keep_points
from heed.figures.picture_grid import note
from heed.figures.theme import TEXT_WIDTH, model_colours, theme

PANELS: Final[dict[str, tuple[tuple[str, ...], str]]] = {
    "loss": (("train/loss", "validation/loss"), "loss"),
    "error": (("validation/error_rate",), "error on validation (%)"),
    "balanced error": (("validation/balanced_error_rate",), "balanced error on validation (%)"),
    "rate": (("learning_rate",), "learning rate"),
}
"""By panel the curves in it and what its axis is labelled with."""

_HEIGHT = 2.0  # inches of a row of panels
_MARGIN = 0.04  # of the epochs, at both ends
_CHARACTERS_PER_INCH = 16  # of the legend


def drops(rates: Floats) -> NDArray[np.intp]:
    """Which epochs begin with a lower learning rate, where it is constant between drops.

    Args:
        rates: (E,) learning rate of each epoch.

    Returns:
        Places of these epochs, (D,) int; none for a schedule that changes the rate in more
        than half of the epochs, since there is no single drop to see.
    """
    changes = np.flatnonzero(~np.isclose(rates[1:], rates[:-1], rtol=1e-6, atol=0)) + 1
    if len(changes) > len(rates) / 2:
        return np.empty(0, np.intp)
    return changes[rates[changes] < rates[changes - 1]]


@figure(
    "training_curves",
    kind="numbers",
    title="Training",
    caption=(
        "Loss and error rates per epoch, and the learning rate of networks that are trained "
        "with the plateau schedule. Circles mark epochs that begin with a lower learning rate."
    ),
    needs=("trainings",),
)
def draw_training_curves(trainings: Mapping[str, pd.DataFrame]) -> Figure:
    """Draw a panel for the loss, the error rates and the learning rate, a line per network.

    Circles: epochs that begin with a lower rate.

    Args:
        trainings: by network its curves, as :func:`joined` returns them; columns that are
            missing are not drawn.

    Returns:
        A figure as wide as a page's text, two panels in a row; a note without any curve.
    """
    shown = [
        name
        for name, (metrics, _) in PANELS.items()
        if any(metric in table.columns for table in trainings.values() for metric in metrics)
    ]
    if not shown:
        return note("The networks of this run have no curves: they were not trained here.")
    colours = model_colours(list(trainings))
    epochs = max(table.index.max() for table in trainings.values() if len(table))
    rows = -(-len(shown) // 2)
    with theme():
        figure = Figure(figsize=(TEXT_WIDTH, 0.4 + _HEIGHT * rows), layout="constrained")
        panels = list(np.ravel(figure.subplots(rows, 2)))
        for panel in panels[len(shown) :]:
            panel.set_axis_off()
        for panel, name in zip(panels, shown, strict=False):
            for rank, (network, table) in enumerate(trainings.items()):
                _draw(panel, name, network, table, colours[network], MARKERS[rank % len(MARKERS)])
            panel.set_ylabel(PANELS[name][1])
            panel.set_xlabel("epoch")
            panel.xaxis.set_major_locator(MaxNLocator(integer=True))
            panel.set_xlim(1 - _MARGIN * epochs, (1 + _MARGIN) * epochs + 0.1)
            if name == "rate":
                panel.set_yscale("log")
        _explain(figure, trainings, colours)
    return figure


def _draw(
    panel: Axes, name: str, network: str, table: pd.DataFrame, colour: str, marker: str
) -> None:
    """The lines of one network in one panel."""
    rates = table.get("learning_rate", pd.Series(np.nan, table.index)).to_numpy(np.float64)
    dropped = drops(rates[~np.isnan(rates)])
    for metric in PANELS[name][0]:
        if metric not in table.columns:
            continue
        values = table[metric].to_numpy(np.float64) * (100 if "error" in metric else 1)
        training = metric.startswith("train/")
        points = np.column_stack([table.index.to_numpy(np.float64), values])
        series = f"{network}, on training faces" if training else network
        keep_points(panel, series, points, [f"epoch {epoch}" for epoch in table.index])
        panel.plot(
            table.index,
            values,
            color=colour,
            linewidth=0.9,
            linestyle=":" if training else "-",
            # a rate holds for its whole epoch
            drawstyle="steps-mid" if name == "rate" else "default",
            marker="" if training or name == "rate" else marker,
            markersize=2.2,
        )
        if not training and len(dropped):
            epochs = table.index[~np.isnan(rates)][dropped]
            panel.scatter(
                epochs,
                values[~np.isnan(rates)][dropped],
                s=34,
                facecolors="none",
                edgecolors=colour,
                linewidths=0.9,
                zorder=3,
            )


def _explain(
    figure: Figure, trainings: Mapping[str, pd.DataFrame], colours: Mapping[str, str]
) -> None:
    handles = [
        Line2D([], [], color=colours[name], marker=MARKERS[rank % len(MARKERS)], ms=3, label=name)
        for rank, name in enumerate(trainings)
    ]
    columns = {column for table in trainings.values() for column in table.columns}
    if "train/loss" in columns:
        handles.append(Line2D([], [], color="0.3", linestyle=":", label="on training faces"))
    if any(
        "learning_rate" in table.columns and len(drops(table["learning_rate"].dropna().to_numpy()))
        for table in trainings.values()
    ):
        circle = Line2D(
            [], [], color="0.3", linestyle="", marker="o", mfc="none", ms=6, label="rate dropped"
        )
        handles.append(circle)
    longest = max(len(str(handle.get_label())) for handle in handles)
    columns_fitting = int(TEXT_WIDTH * _CHARACTERS_PER_INCH / (longest + 6))  # 6: the line
    ncols = max(1, min(len(handles), columns_fitting))
    figure.legend(handles=handles, loc="outside upper center", ncols=ncols, frameon=False)
