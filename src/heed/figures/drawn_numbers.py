"""The numbers of a figure as a table, so that a file of data can lie beside each picture."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final
from weakref import WeakKeyDictionary

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import NDArray

COLUMNS: Final = ("panel", "series", "row", "quantity", "value", "low", "high", "n", "hollow")
"""Of the table: the panel's title, the label in the legend, the name of the row or dot, the label
of the axis, where the mark ends or lies, the ends of its whisker, the number of faces behind it,
whether it is only outlined."""

_TOP: Final = "y"
_SIDE: Final = "x"


@dataclass(frozen=True, eq=False)
class _Marks:
    """Marks of one series, one per row."""

    panel: Axes
    series: str
    axis: str
    numbers: NDArray[np.float64]
    interval: tuple[NDArray[np.float64], NDArray[np.float64]] | None
    n: NDArray[np.float64] | None
    hollow: NDArray[np.bool_] | None
    names: tuple[str, ...] | None


# Beside the figures and not in them: matplotlib's have no place for a table.
_KEPT: WeakKeyDictionary[Figure, list[_Marks]] = WeakKeyDictionary()


def keep_row_marks(
    panel: Axes,
    series: str,
    values: NDArray[np.float64],
    interval: tuple[NDArray[np.float64], NDArray[np.float64]] | None = None,
    hollow: NDArray[np.bool_] | None = None,
    n: NDArray[np.float64] | None = None,
) -> None:
    """Keep what is drawn in the rows 0, 1, ... of a panel.

    Args:
        panel: whose rows have names on the vertical axis, now or later.
        series: the label in the legend.
        values: where each mark lies on the horizontal axis, (A,); NaN for none.
        interval: lower and upper ends of the whiskers, each (A,); None for none.
        hollow: which marks are only outlined, (A,); None for none.
        n: number of faces behind each, (A,); None where it is not known.
    """
    _keep(_Marks(panel, series, _SIDE, values, interval, n, hollow, None))


def keep_points(
    panel: Axes, series: str, points: NDArray[np.float64], names: Sequence[str]
) -> None:
    """Keep the dots of a scatter plot: two rows of the table for each, one for each axis.

    Args:
        panel: the panel.
        series: the label in the legend, or what else they have in common.
        points: (n, 2), x and y.
        names: one for each.
    """
    for axis, values in zip((_SIDE, _TOP), np.asarray(points, np.float64).T, strict=True):
        _keep(_Marks(panel, series, axis, values, None, None, None, tuple(names)))


def drawn_numbers(figure: Figure) -> pd.DataFrame:
    """What was drawn, in the order in which it was drawn.

    Args:
        figure: drawn with :func:`heed.figures.attribute_bars.draw_bars`,
            :func:`heed.figures.attribute_dots.draw_dots`, or by what calls the functions above.

    Returns:
        Columns :data:`COLUMNS`, a row for each mark; missing values are NaN. Without marks there
        is no row.

    Example:
        >>> from heed.figures.attribute_bars import Bars, draw_panel_per_model
        >>> bars = Bars("all faces", "C0", np.array([0.25, 0.5]))
        >>> table = drawn_numbers(draw_panel_per_model({"balanced": [bars]}, ["Bald", "Big_Lips"]))
        >>> table[["panel", "series", "row", "value"]].values.tolist()
        [['balanced', 'all faces', 'Bald', 0.25], ['balanced', 'all faces', 'Big Lips', 0.5]]
    """
    tables = [_table(marks) for marks in _KEPT.get(figure, [])]
    return pd.concat(tables, ignore_index=True) if tables else pd.DataFrame(columns=list(COLUMNS))


def _keep(marks: _Marks) -> None:
    figure = marks.panel.get_figure(root=True)
    assert figure is not None
    _KEPT.setdefault(figure, []).append(marks)


def _table(marks: _Marks) -> pd.DataFrame:
    n = len(marks.numbers)
    names = marks.names
    if names is None:
        ticks = marks.panel.yaxis.get_major_formatter()
        names = tuple(_line(name) for name in ticks.format_ticks(list(range(n))))
    low, high = marks.interval or (np.full(n, np.nan), np.full(n, np.nan))
    panel, figure = marks.panel, marks.panel.get_figure(root=True)
    assert figure is not None
    if marks.axis == _SIDE:
        label = panel.get_xlabel() or figure.get_supxlabel()
    else:
        label = panel.get_ylabel() or figure.get_supylabel()
    columns = (
        _line(panel.get_title()), _line(marks.series), names, _line(label), marks.numbers,
        low, high, np.full(n, np.nan) if marks.n is None else marks.n,
        np.zeros(n, bool) if marks.hollow is None else marks.hollow,
    )  # fmt: skip
    return pd.DataFrame(dict(zip(COLUMNS, columns, strict=True)))


def _line(text: str) -> str:
    return " ".join(text.split())
