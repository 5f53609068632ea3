"""The numbers that are kept are those that are drawn."""

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from heed.figures.attribute_bars import Bars, draw_bars, legend_above, panels_for
from heed.figures.attribute_dots import Dots, draw_dots
from heed.figures.drawn_numbers import COLUMNS, drawn_numbers, keep_points
from tests.figures.bars import bars_by_panel
from tests.figures.dots import dots_by_panel

ROWS = ["Bald", "Big_Lips"]
FACES = np.array([7.0, 8.3])
INTERVAL = np.array([0.1, 0.2]), np.array([0.5, 0.6])


def test_bars_and_dots_are_those_of_the_figure_with_names_titles_and_whiskers() -> None:
    figure, (left, right) = panels_for(ROWS, bars=1, panels=2)
    draw_bars(left, [Bars("one", "C0", np.array([0.25, np.nan]), INTERVAL)])
    draw_dots(
        right,
        [Dots("two", "C1", np.array([0.5, 0.75]), hollow=np.array([False, True]), n=FACES)],
        spread=0,
    )
    left.set_title("over\ntwo lines")
    right.set_xlabel("quantity")
    table = drawn_numbers(figure)
    assert list(table) == list(COLUMNS)
    assert table["row"].tolist() == ["Bald", "Big Lips"] * 2
    assert table["panel"].tolist() == ["over two lines"] * 2 + [""] * 2
    assert table["quantity"].tolist() == [""] * 2 + ["quantity"] * 2
    assert table["hollow"].tolist() == [False, False, False, True]
    np.testing.assert_array_equal(table["low"], [0.1, 0.2, np.nan, np.nan])
    np.testing.assert_array_equal(table["high"], [0.5, 0.6, np.nan, np.nan])
    np.testing.assert_array_equal(table["n"], [np.nan, np.nan, *FACES])
    legend_above(figure)
    shown = table.dropna(subset="value").groupby("series")[["row", "value"]]
    kept = {name: dict(rows.itertuples(index=False)) for name, rows in shown}
    assert kept["one"] == bars_by_panel(figure)[0]["one"]
    dots = dots_by_panel(figure)[1]
    assert kept["two"] == {name: x for drawn in dots.values() for name, x in drawn.items()}


def test_points_have_a_row_for_each_axis() -> None:
    figure = Figure()
    panel = figure.subplots()
    panel.set(xlabel="across", ylabel="up")
    keep_points(panel, "one", np.array([[1.0, 2.0], [3.0, 4.0]]), ["a", "b"])
    table = drawn_numbers(figure)
    assert table[["row", "quantity", "value"]].to_numpy().tolist() == [
        ["a", "across", 1.0], ["b", "across", 3.0], ["a", "up", 2.0], ["b", "up", 4.0],
    ]  # fmt: skip


def test_a_figure_without_numbers_has_no_row() -> None:
    pd.testing.assert_frame_equal(drawn_numbers(Figure()), pd.DataFrame(columns=list(COLUMNS)))
