import numpy as np
import pytest
from matplotlib.collections import LineCollection, PathCollection
from matplotlib.figure import Figure

from heed.figures.attribute_bars import (
    MISSING_LABEL,
    Bars,
    draw_bars,
    draw_panel_per_model,
    interval_of,
    name_rows,
    of_group,
)
from heed.figures.theme import COLUMN_WIDTH, TEXT_WIDTH, pdf, png

NAN = float("nan")


def panel_with(*series: Bars):
    panel = Figure().subplots()
    name_rows(panel, ["Bald", "Wearing_Hat", "Young"])
    draw_bars(panel, series)
    return panel


def test_a_missing_value_has_a_mark_and_no_bar() -> None:
    panel = panel_with(Bars("a", "red", np.array([0.5, NAN, 0])))
    (bars,) = panel.containers
    assert [bar.get_width() for bar in bars] == [0.5, 0]  # zero is a value
    (marks,) = (found for found in panel.collections if isinstance(found, PathCollection))
    assert marks.get_label() == MISSING_LABEL
    assert np.asarray(marks.get_offsets())[:, 1].tolist() == [1]


def test_bars_of_an_attribute_fill_its_row_without_touching_the_next() -> None:
    lengths = np.ones(3)
    panel = panel_with(*(Bars(name, "red", lengths) for name in "abc"))
    spans = [[(bar.get_y(), bar.get_y() + bar.get_height()) for bar in bars]
             for bars in panel.containers]  # fmt: skip
    for row in range(3):
        (first, second, third) = (of_series[row] for of_series in spans)
        assert first == pytest.approx((row - 0.4, row - 0.4 / 3))
        assert second == pytest.approx((row - 0.4 / 3, row + 0.4 / 3))
        assert third == pytest.approx((row + 0.4 / 3, row + 0.4))


def test_whiskers_span_the_interval_even_where_it_excludes_the_mean() -> None:
    interval = np.array([0.1, NAN, 0.45]), np.array([0.2, NAN, 0.6])
    panel = panel_with(Bars("a", "red", np.array([0.15, NAN, 0.4]), interval))
    (whiskers,) = (found for found in panel.collections if isinstance(found, LineCollection))
    ends = np.array(whiskers.get_segments())
    np.testing.assert_allclose(ends[:, :, 0], [[0.1, 0.2], [0.45, 0.6]])
    np.testing.assert_allclose(ends[:, :, 1], [[0, 0], [2, 2]], atol=1e-12)


def test_bars_can_start_elsewhere() -> None:
    start = np.array([0.2, 0.3, 0.4])
    (bars,) = panel_with(Bars("a", "red", np.full(3, 0.1), start=start)).containers
    assert [bar.get_x() for bar in bars] == start.tolist()


def test_rows_are_named_from_the_top_without_underscores() -> None:
    panel = panel_with(Bars("a", "red", np.ones(3)))
    labels = [label.get_text() for label in panel.get_yticklabels()]
    assert labels == ["Bald", "Wearing Hat", "Young"]
    assert panel.yaxis_inverted()


@pytest.mark.parametrize("count", [1, 2, 3])
def test_any_number_of_models(count: int) -> None:
    models = {f"model_{index}_" + "x" * 40: [Bars("a", "red", np.array([0.5, NAN]))]
              for index in range(count)}  # fmt: skip
    figure = draw_panel_per_model(models, ["Bald", "Young"])
    assert [axes.get_title().replace("\n", "") for axes in figure.axes] == list(models)
    assert figure.get_figwidth() == (COLUMN_WIDTH if count == 1 else TEXT_WIDTH)
    (legend,) = figure.legends
    assert [text.get_text() for text in legend.get_texts()] == ["a", MISSING_LABEL]


def test_titles_stay_inside_their_panels() -> None:
    models = {name * 12: [Bars("a", "red", np.ones(2))] for name in ("long-", "wide_")}
    figure = draw_panel_per_model(models, ["Bald", "Young"])
    figure.draw_without_rendering()
    left, right = (axes.title.get_window_extent() for axes in figure.axes)
    assert left.x1 < right.x0
    assert right.x1 < figure.bbox.x1


@pytest.mark.parametrize("count", [2, 3, 4, 6])
def test_labels_of_neighbouring_panels_do_not_meet(count: int) -> None:
    models = {f"m{index}": [Bars("a", "red", np.ones(2))] for index in range(count)}
    figure = draw_panel_per_model(models, ["Wearing_Necklace", "Young"])
    figure.draw_without_rendering()
    labels = [axes.xaxis.label.get_window_extent() for axes in figure.axes]
    ticks = [[tick.get_window_extent() for tick in axes.get_xticklabels()] for axes in figure.axes]
    for index in range(count - 1):
        assert labels[index].x1 < labels[index + 1].x0
        assert ticks[index][-1].x1 < ticks[index + 1][0].x0


def test_same_bytes_each_time_and_no_date() -> None:
    figures = [
        draw_panel_per_model(
            {"m": [Bars("a", "red", np.array([0.5, NAN]), (np.zeros(2), np.ones(2)))]},
            ["Bald", "Young"],
        )
        for _ in range(2)
    ]
    first, second = ([png(figure, 60), pdf(figure, 60)] for figure in figures)
    assert first == second
    assert first[0].startswith(b"\x89PNG")
    assert first[1].startswith(b"%PDF")
    assert b"CreationDate" not in first[1]


def test_no_groups_no_interval() -> None:
    assert interval_of(None, "m", "amr", "all", ["Bald"]) is None


def test_rows_come_in_the_order_asked_for(groups) -> None:
    rows = of_group(groups, "unbalanced", "amr", "correct", ["Wearing_Hat", "Smiling"])
    assert rows.index.tolist() == ["Wearing_Hat", "Smiling"]
    assert set(rows["model"] + rows["metric"] + rows["group"]) == {"unbalancedamrcorrect"}


def test_a_row_that_is_missing_is_named(groups) -> None:
    with pytest.raises(ValueError, match="model m, metric amr, group all and attribute Bald"):
        of_group(groups, "m", "amr", "all", ["Bald"])
