"""What the bars and whiskers of a figure show, read from what is drawn; the checks of all bars."""

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
import pandas as pd
import pytest
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.figure import Figure

Widths = dict[str, dict[str, float]]
"""By label of the bars: their widths by the attribute written at their row."""


class Shown(NamedTuple):
    """Where the numbers of some bars are from."""

    column: str
    """Of the wide table: their widths."""
    group: tuple[str, str, str]
    """Model, metric and group in the long table: their whiskers."""


Panels = Mapping[str, Mapping[str, Shown]]
"""By title of the panel and label of the bars."""


def names_of_rows(panel: Axes) -> list[str]:
    return [label.get_text() for label in panel.get_yticklabels()]


def bars_of(panel: Axes, rows_from: Axes | None = None) -> Widths:
    """The bars of a panel; ``rows_from`` is the panel that names the rows, if it is another."""
    names = names_of_rows(rows_from or panel)
    return {
        bars.get_label(): {
            names[round(bar.get_y() + bar.get_height() / 2)]: bar.get_width() for bar in bars
        }
        for bars in panel.containers
    }


def bars_by_panel(figure: Figure) -> list[Widths]:
    """The bars of all panels, whose rows are named in the first."""
    return [bars_of(panel, figure.axes[0]) for panel in figure.axes]


def whiskers_of(panel: Axes) -> list[np.ndarray]:
    """The whiskers of each kind of bars, in their order: lower and upper ends, (rows, 2)."""
    return [
        np.array(lines.get_segments())[:, :, 0]
        for lines in panel.collections
        if isinstance(lines, LineCollection)
    ]


def widths_in(table: pd.DataFrame, column: str) -> dict[str, float]:
    """What bars of a table's column must show: its numbers by the attribute's printed name."""
    numbers = table.set_index("attribute")[column].drop("OVERALL", errors="ignore")
    return {name.replace("_", " "): value for name, value in numbers.items()}


def check_bars(figure: Figure, table: pd.DataFrame, panels: Panels) -> None:
    """Every bar has the number of its column and row, and stands under its title and label."""
    assert [panel.get_title() for panel in figure.axes] == list(panels)
    for found, kinds in zip(bars_by_panel(figure), panels.values(), strict=True):
        assert list(found) == list(kinds)
        for label, shown in kinds.items():
            expected = widths_in(table, shown.column)
            assert found[label] == pytest.approx(expected)
            assert list(found[label]) == list(expected)  # from top to bottom
        assert [text.get_text() for text in figure.legends[0].get_texts()] == list(kinds)


def check_whiskers(figure: Figure, groups: pd.DataFrame, order: list[str], panels: Panels) -> None:
    """Every whisker spans the interval of its group and row."""
    rows = groups.set_index(["model", "metric", "group", "attribute"])
    for panel, kinds in zip(figure.axes, panels.values(), strict=True):
        for ends, shown in zip(whiskers_of(panel), kinds.values(), strict=True):
            intervals = rows.loc[[(*shown.group, attribute) for attribute in order]]
            np.testing.assert_allclose(ends, intervals[["low", "high"]])
