"""How many faces are behind each bar or dot, written beside the rows of a panel."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from matplotlib.axes import Axes
from matplotlib.transforms import ScaledTranslation
from numpy.typing import NDArray

from heed.base.rounding import count_text
from heed.figures.theme import SMALLEST_FONT

Floats = NDArray[np.float64]

MOST_PANELS: Final = 3
"""Side by side, with room for the numbers of each."""

SIZES_CAPTION: Final = (
    "At the right, where there is room: the number of faces (n) of each group, a mean over the "
    "trainings."
)

_CHARACTER, _GAP = 4.5, 5.0  # points
_GREY: Final = "0.35"


@dataclass(frozen=True, eq=False)
class Sizes:
    """One column of numbers.

    Attributes:
        n: number of faces of each row, (A,) float64; NaN: nothing is written.
        colour: of the series' mark, which stands above the column.
        marker: its shape.
    """

    n: Floats
    colour: str
    marker: str = "s"


def sizes_text(n: NDArray[np.number[Any]]) -> str:
    """Numbers of faces in a few words: the one that all have, or the fewest and the most.

    Example:
        >>> sizes_text(np.array([25.0, 25.0])), sizes_text(np.array([25.0, np.nan, 20.3]))
        ('n = 25', 'n = 20 to 25')
    """
    known = np.asarray(n, np.float64)
    known = known[~np.isnan(known)]
    ends = (known.min(), known.max()) if known.size else (0.0,)
    return f"n = {' to '.join(dict.fromkeys(count_text(float(end)) for end in ends))}"


def write_sizes(panel: Axes, columns: Sequence[Sizes]) -> None:
    """Write columns of numbers at the right of a panel, whose rows are 0, 1, ... from the top.

    Args:
        panel: the panel; its figure has a layout that makes room for them.
        columns: from left to right.
    """
    right = 0.0
    for column in columns:
        texts = ["" if np.isnan(n) else count_text(float(n)) for n in column.n]
        right += _GAP + _CHARACTER * max(map(len, [*texts, "0"]))
        for row, text in enumerate(texts):
            panel.annotate(
                text, (1, row), xycoords=("axes fraction", "data"), xytext=(right, 0),
                textcoords="offset points", ha="right", va="center_baseline", color=_GREY,
                fontsize=SMALLEST_FONT, annotation_clip=False,
            )  # fmt: skip
        _head(panel, column, right)
    panel.annotate(
        "n", (1, 1), xycoords="axes fraction", xytext=(_GAP, 3),
        textcoords="offset points", fontsize=SMALLEST_FONT, color=_GREY, style="italic",
    )  # fmt: skip


def write_shared_sizes(panels: Sequence[Axes], columns: Sequence[Sequence[Sizes]]) -> str | None:
    """Write the numbers of panels side by side, and no number twice.

    What all panels share is written once, behind the last. Where every number is the same, nothing
    is written: one sentence says it, for a legend.

    Args:
        panels: side by side.
        columns: of each panel.

    Returns:
        This sentence; None where numbers were written, or where there is no room.
    """
    every = np.concatenate([column.n for of_panel in columns for column in of_panel])
    if len(np.unique(every[~np.isnan(every)])) == 1:
        return f"{sizes_text(every)} faces in each row"
    first = np.stack([column.n for column in columns[0]])
    if all(
        len(of_panel) == len(first)
        and np.array_equal(np.stack([column.n for column in of_panel]), first, equal_nan=True)
        for of_panel in columns
    ):
        write_sizes(panels[-1], columns[-1])
    elif len(panels) <= MOST_PANELS:
        for panel, of_panel in zip(panels, columns, strict=True):
            write_sizes(panel, of_panel)
    return None


def _head(panel: Axes, column: Sizes, right: float) -> None:
    """The mark of the series above the column's last digit."""
    figure = panel.get_figure(root=True)
    assert figure is not None
    moved = ScaledTranslation((right - 3) / 72, 6 / 72, figure.dpi_scale_trans)
    panel.plot(
        [1], [1], marker=column.marker, color=column.colour, markersize=4, linestyle="",
        transform=panel.transAxes + moved, clip_on=False, label="_n",  # not in the legend
    )  # fmt: skip
