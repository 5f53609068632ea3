"""All trials of a search for hyper-parameters (Chavannes & Rutishauser 2021, figure 7.1)."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import matplotlib as mpl
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.colors import Colormap, ListedColormap, Normalize
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patheffects import Normal as Plain
from matplotlib.patheffects import Stroke
from matplotlib.ticker import LogLocator, MaxNLocator

from heed.base.errors import InputError
from heed.figures.picture_grid import note
from heed.figures.theme import SMALLEST_FONT, TEXT_WIDTH, theme
from heed.search.space import PARAMETERS, WITH_MOMENTUM, Space
from heed.search.trials import best_number

LABELS: Final = {
    "network": "network",
    "batch_size": "batch size\n(images)",
    "optimizer": "optimiser",
    "learning_rate": "learning\nrate",
    "momentum": "momentum",
    "schedule": "schedule",
    "plateau_factor": "plateau\nfactor",
    "epochs": "epochs",
}
"""What the axes are labelled with, by column of the table."""

_HEIGHT = 2.9  # inches
_UNUSED = -0.13  # height of a value that a trial does not have; axes are 0 to 1
_BEYOND = 1.1  # height of a failed training, and of an error beyond the axis of errors
_BAND = 0.55  # share of a choice's room over which the trials with it spread
_ROOM = 0.8  # share of a choice's room that its piece of the axis takes
_FONT = SMALLEST_FONT


@dataclass(frozen=True)
class Axis:
    """One vertical axis, from 0 at the bottom to 1.

    Attributes:
        label: below it.
        low: value at the bottom; of choices unused.
        high: value at the top.
        log: whether the values' logarithm is evenly spaced.
        choices: of an axis without numbers, from the bottom.
    """

    label: str
    low: float = 0.0
    high: float = 1.0
    log: bool = False
    choices: tuple[Any, ...] = ()

    def height(self, value: Any) -> float:
        """Where a value is; NaN for a missing one.

        Raises:
            ValueError: if it is none of the choices.
        """
        if pd.isna(value):
            return math.nan
        if self.choices:
            if value not in self.choices:
                raise InputError(
                    f"{self.label}: found {value!r}; expected {', '.join(map(str, self.choices))}"
                )
            return (self.choices.index(value) + 0.5) / len(self.choices)
        low, high, place = self.low, self.high, float(value)
        if self.log:
            low, high, place = math.log(low), math.log(high), math.log(place)
        return (place - low) / (high - low) if high > low else 0.5

    def ticks(self) -> list[tuple[float, str]]:
        """Heights and their labels."""
        if self.choices:
            return [(self.height(choice), str(choice)) for choice in self.choices]
        locator = LogLocator(numticks=8) if self.log else MaxNLocator(5, steps=[1, 2, 2.5, 5, 10])
        values = [v for v in locator.tick_values(self.low, self.high) if self._inside(v)]
        whole = [value for value in values if value == round(value)]
        if self.label == LABELS["epochs"]:
            values = whole
        return [(self.height(value), _number(value, self.log)) for value in values]

    def _inside(self, value: float) -> bool:
        margin = 1e-9 * max(abs(self.low), abs(self.high))
        return self.low - margin <= value <= self.high + margin


def axes_of(space: Space) -> dict[str, Axis]:
    """The axes of a search, by column; a parameter without a choice has none."""
    axes = {}
    for name in PARAMETERS:
        allowed = getattr(space, name)
        if hasattr(allowed, "low"):
            if allowed.low < allowed.high:
                log = name == "learning_rate"
                axes[name] = Axis(LABELS[name], allowed.low, allowed.high, log)
        elif len(allowed) > 1:
            axes[name] = Axis(LABELS[name], choices=tuple(allowed))
    if "plateau" not in space.schedule:
        axes.pop("plateau_factor", None)
    if not set(WITH_MOMENTUM) & set(space.optimizer):
        axes.pop("momentum", None)
    return axes


def draw_parallel_coordinates(trials: pd.DataFrame, space: Space) -> Figure:
    """Draw a line per trial through its values, coloured by its validation error.

    Thick with a black edge: the best. Dots: trial 0, the default setting. Thin: pruned, at the
    error of the last epoch, which is above the axis where it is higher than that of any complete
    trial. Dotted grey: the training failed. A value that a trial does not have, e.g. the
    momentum of Adam, is below its axis.

    Args:
        trials: as :func:`heed.search.trials.trials_table` makes it, or as it is read back.
        space: what could be chosen: the ends of the axes. A parameter with one choice has none.

    Returns:
        A figure as wide as a page's text; a note without any trial.

    Raises:
        ValueError: if a trial has a value that is none of its axis' choices.
    """
    if trials.empty:
        return note("This search has no finished trials.")
    errors = trials["error"].to_numpy(np.float64)
    complete = (trials["state"] == "complete").to_numpy()
    axes = [*axes_of(space).items(), ("error", _error_axis(errors, complete))]
    heights = np.column_stack([_heights(trials[name], axis) for name, axis in axes])
    heights[:, :-1][np.isnan(heights[:, :-1])] = _UNUSED
    heights[~(heights[:, -1] <= 1), -1] = _BEYOND
    best: int | None = best_number(trials) if complete.any() else None
    colours, norm = _colours(), Normalize(axes[-1][1].low, axes[-1][1].high, clip=True)
    with theme():
        figure = Figure(figsize=(TEXT_WIDTH, _HEIGHT), layout="constrained")
        panel = figure.subplots()
        # the worst first, so that the better ones are seen
        for row in np.argsort(-np.nan_to_num(errors, nan=np.inf), kind="stable"):
            trial = trials.iloc[row]
            colour = None if np.isnan(errors[row]) else colours(norm(100 * errors[row]))
            _draw_line(panel, heights[row], str(trial["state"]), trial["number"], best, colour)
        for place, (_, axis) in enumerate(axes):
            _draw_axis(panel, place, axis, last=place == len(axes) - 1)
        _draw_scale(panel, len(axes) - 1, colours)
        for column in np.flatnonzero((heights == _UNUSED).any(axis=0)):
            panel.text(column - 0.08, _UNUSED, "not used", fontsize=_FONT, ha="right", va="center")
        beyond = heights[:, -1] == _BEYOND
        if beyond.any():
            words = {"higher": beyond & ~np.isnan(errors), "failed": np.isnan(errors)}
            label = ",\n".join(word for word, rows in words.items() if rows.any())
            panel.text(len(axes) - 0.88, _BEYOND, label, fontsize=_FONT, va="center")
        panel.set_xlim(-0.45, len(axes) - 0.55)
        panel.set_ylim(_UNUSED - 0.05, (_BEYOND if beyond.any() else 1) + 0.03)
        panel.set_axis_off()
        _explain(figure, trials, best)
    return figure


def _error_axis(errors: np.ndarray, complete: np.ndarray) -> Axis:
    """From the lowest error to the highest of a complete trial.

    Pruned trials are judged at an early epoch: with them the others would all look alike.
    """
    known = errors[complete if complete.any() else ~np.isnan(errors)]
    low, high = (known.min(), known.max()) if len(known) else (0.0, 1.0)
    low = min([low, *errors[~np.isnan(errors)]])
    room = 0.02 * (high - low) or 0.005
    return Axis("validation\nerror (%)", 100 * (low - room), 100 * (high + room))


def _heights(values: pd.Series, axis: Axis) -> np.ndarray:
    """(N,) heights; trials with the same choice are spread over its room, the first on top."""
    factor = 100 if values.name == "error" else 1
    if not axis.choices:
        return np.array([axis.height(factor * value) for value in values])
    heights = np.array([axis.height(value) for value in values])
    for choice in axis.choices:
        same = np.flatnonzero((values == choice).to_numpy())
        if len(same) > 1:
            spread = np.linspace(0.5, -0.5, len(same)) * _BAND / len(axis.choices)
            heights[same] += spread
    return heights


def _draw_line(
    panel: Axes,
    heights: np.ndarray,
    state: str,
    number: int,
    best: int | None,
    colour: tuple[float, ...] | None,
) -> None:
    style: dict[str, Any] = {"color": colour, "linewidth": 1.3, "solid_joinstyle": "round"}
    if colour is None:
        style |= {"color": "0.55", "linewidth": 0.8, "linestyle": ":"}
    elif state != "complete":
        style |= {"linewidth": 0.6}
    if number == best:
        edge = [Stroke(linewidth=4.2, foreground="black"), Plain()]
        style |= {"linewidth": 2.6, "path_effects": edge, "zorder": 3}
    panel.plot(range(len(heights)), heights, **style)
    if number == 0:
        panel.plot(range(len(heights)), heights, "o", ms=3.2, mfc="white", mec="black", zorder=4)


def _draw_axis(panel: Axes, place: int, axis: Axis, last: bool) -> None:
    """One vertical line with its ticks, which stand on a white ground above the trials."""
    reach = 0.5 * _ROOM / len(axis.choices) if axis.choices else 0.5
    for middle in [axis.height(choice) for choice in axis.choices] or [0.5]:
        ends = [middle - reach, middle + reach]
        panel.plot([place, place], ends, color="black", linewidth=0.8, zorder=3.5)
    side, align = (0.12, "left") if last else (-0.06, "right")
    ground = {"facecolor": "white", "alpha": 0.75, "edgecolor": "none", "pad": 0.6}
    for height, label in axis.ticks():
        if not axis.choices and not last:
            panel.plot([place - 0.04, place], [height] * 2, color="black", lw=0.6, zorder=3.5)
        panel.text(
            place + side,
            height,
            label,
            fontsize=_FONT,
            ha=align,
            va="center",
            bbox=None if last else ground,
            zorder=5,
        )
    panel.text(place, _UNUSED - 0.05, axis.label, fontsize=_FONT, ha="center", va="top")


def _draw_scale(panel: Axes, place: int, colours: Colormap) -> None:
    """The axis of errors is the scale of the colours, too."""
    panel.imshow(
        np.linspace(0, 1, 256)[:, None],
        cmap=colours,
        extent=(place, place + 0.09, 0, 1),
        origin="lower",
        aspect="auto",
        zorder=3.4,
    )


def _colours() -> Colormap:
    """Dark for low errors; without the lightest end, which white paper swallows."""
    return ListedColormap(mpl.colormaps["viridis"](np.linspace(0, 0.92, 256)))


def _number(value: float, log: bool) -> str:
    if log and not 1e-3 < value < 1e3:
        return f"{value:.0e}".replace("e-0", "e-").replace("e+0", "e")
    return f"{value:.12g}"


def _explain(figure: Figure, trials: pd.DataFrame, best: int | None) -> None:
    states: Sequence[str] = list(trials["state"])
    handles = []
    if best is not None:
        edge = [Stroke(linewidth=4.2, foreground="black"), Plain()]
        label = f"best: trial {best}"
        handles.append(Line2D([], [], color="0.3", lw=2.6, path_effects=edge, label=label))
    if (trials["number"] == 0).any():
        handles.append(
            Line2D([], [], ls="", marker="o", ms=3.2, mfc="white", mec="black", label="default")
        )
    for state, label, colour, width, dashes in (
        ("complete", "complete", "0.3", 1.3, "-"),
        ("pruned", "pruned", "0.3", 0.6, "-"),
        ("diverged", "diverged", "0.55", 0.8, ":"),
        ("out_of_memory", "out of memory", "0.55", 0.8, ":"),
    ):
        if count := states.count(state):
            label = f"{label} ({count})"
            handles.append(Line2D([], [], color=colour, lw=width, ls=dashes, label=label))
    figure.legend(handles=handles, loc="outside upper center", ncols=6, frameon=False)
