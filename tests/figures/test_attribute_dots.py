import itertools

import numpy as np
import pytest
from matplotlib.collections import LineCollection, PathCollection
from matplotlib.colors import to_rgba
from matplotlib.figure import Figure

from heed.figures.attribute_bars import MISSING_LABEL
from heed.figures.attribute_dots import Dots, dots_of_group, draw_dots, title_panels
from heed.figures.theme import TEXT_WIDTH, theme

NAN = float("nan")


def scatters(panel) -> list[PathCollection]:
    return [found for found in panel.collections if isinstance(found, PathCollection)]


def panel_with(*series: Dots, **options):
    panel = Figure().subplots()
    draw_dots(panel, series, **options)
    return panel


def test_series_share_a_row_without_reaching_the_next() -> None:
    panel = panel_with(*(Dots(name, "red", np.ones(2)) for name in "abc"), spread=0.6)
    heights = {dots.get_label(): dots.get_offsets()[:, 1] for dots in scatters(panel)}
    np.testing.assert_allclose(heights["a"], [-0.2, 0.8])
    np.testing.assert_allclose(heights["b"], [0, 1])
    np.testing.assert_allclose(heights["c"], [0.2, 1.2])


def test_a_missing_number_has_a_mark_at_the_edge_and_no_whisker() -> None:
    interval = np.array([0.1, NAN, 0]), np.array([0.3, NAN, 0.2])
    panel = panel_with(Dots("a", "red", np.array([0.2, NAN, 0]), interval))
    dots, marks = scatters(panel)
    np.testing.assert_allclose(dots.get_offsets(), [[0.2, 0], [0, 2]])  # zero is a number
    assert marks.get_label() == MISSING_LABEL
    np.testing.assert_allclose(marks.get_offsets()[:, 1], [1])
    (whiskers,) = (found for found in panel.collections if isinstance(found, LineCollection))
    np.testing.assert_allclose(
        np.array(whiskers.get_segments()), [[[0.1, 0], [0.3, 0]], [[0, 2], [0.2, 2]]]
    )


def test_hollow_dots_are_white_inside_and_keep_their_colour_in_the_legend() -> None:
    hollow = np.array([True, False])
    solid, outlined = scatters(panel_with(Dots("a", "red", np.array([0.1, 0.2]), hollow=hollow)))
    assert solid.get_label() == "a"
    assert tuple(solid.get_facecolor()[0]) == to_rgba("red")
    assert tuple(outlined.get_facecolor()[0]) == to_rgba("white")
    assert tuple(outlined.get_edgecolor()[0]) == to_rgba("red")
    np.testing.assert_allclose(solid.get_offsets(), [[0.2, 1]])
    np.testing.assert_allclose(outlined.get_offsets(), [[0.1, 0]])


def test_a_series_without_any_number_is_still_in_the_legend() -> None:
    panel = panel_with(Dots("a", "red", np.array([NAN, NAN])))
    assert [dots.get_label() for dots in scatters(panel)] == ["a", MISSING_LABEL]


def test_dots_of_a_group_are_its_means_in_the_order_asked_for(groups) -> None:
    order = ["Bald", "Smiling"]
    dots = dots_of_group(groups, "unbalanced", "amr", "incorrect", order)
    rows = groups.query("model == 'unbalanced' and metric == 'amr' and group == 'incorrect'")
    rows = rows.set_index("attribute").loc[order]
    np.testing.assert_array_equal(dots.numbers, rows["mean"])
    assert dots.interval is not None
    np.testing.assert_array_equal(dots.interval, [rows["low"], rows["high"]])
    assert dots.label == "incorrectly classified"


@pytest.mark.parametrize("count", [1, 2, 5])
def test_titles_stay_beside_each_other(count: int) -> None:
    with theme():
        figure = Figure(figsize=(TEXT_WIDTH, 3), layout="constrained")
        panels = list(np.atleast_1d(figure.subplots(1, count)))
        title_panels(figure, panels, ["a long name of a model " * 3 + "\nsecond line"] * count)
        figure.draw_without_rendering()
    boxes = [panel.title.get_window_extent() for panel in panels]
    assert all(left.x1 < right.x0 for left, right in itertools.pairwise(boxes))
    assert all(panel.get_title().endswith("\nsecond line") for panel in panels)
