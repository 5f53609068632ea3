import numpy as np
import pandas as pd
import pytest
from matplotlib.collections import LineCollection, PathCollection

from heed.audit.figures.attribute_intervals import GROUPS, draw_attribute_intervals
from heed.figures.attribute_bars import MISSING_LABEL

ORDER = ["Wearing_Hat", "Smiling", "Bald"]


def test_each_panel_shows_its_attribute_s_means_and_intervals(groups) -> None:
    figure = draw_attribute_intervals(groups, ORDER)
    assert [panel.get_title() for panel in figure.axes] == ["Wearing Hat", "Smiling", "Bald"]
    for panel, name in zip(figure.axes, ORDER, strict=True):
        dots = [found for found in panel.collections if isinstance(found, PathCollection)]
        lines = [found for found in panel.collections if isinstance(found, LineCollection)]
        for found, whiskers, model in zip(dots, lines, ("balanced", "unbalanced"), strict=True):
            rows = groups.query(f"model == '{model}' and metric == 'amr' and attribute == '{name}'")
            rows = rows.set_index("group").loc[list(GROUPS)]
            assert found.get_label() == model
            np.testing.assert_allclose(found.get_offsets()[:, 0], rows["mean"])
            np.testing.assert_allclose(np.round(found.get_offsets()[:, 1]), range(7))
            ends = np.array(whiskers.get_segments())[:, :, 0]
            np.testing.assert_allclose(ends, rows[["low", "high"]])


def test_rows_are_named_at_the_left_in_the_order_of_the_groups(groups) -> None:
    first, second, _ = draw_attribute_intervals(groups, ORDER).axes
    names = [label.get_text() for label in first.get_yticklabels()]
    assert names == [
        "all",
        "gt+",
        "gt-",
        "correct",
        "incorrect",
        "predicted majority",
        "predicted minority",
    ]
    assert first.yaxis_inverted()
    assert second.get_ylim() == first.get_ylim()


def test_a_missing_mean_is_marked(groups) -> None:
    chosen = (groups["attribute"] == "Bald") & (groups["group"] == "incorrect")
    groups.loc[chosen & (groups["model"] == "balanced"), ["mean", "low", "high"]] = np.nan
    *_, bald = draw_attribute_intervals(groups, ORDER).axes
    dots = {found.get_label(): found for found in bald.collections}
    assert len(dots["balanced"].get_offsets()) == 6
    assert len(dots["unbalanced"].get_offsets()) == 7
    np.testing.assert_allclose(
        np.round(dots[MISSING_LABEL].get_offsets()[:, 1]), [GROUPS.index("incorrect")]
    )


@pytest.mark.parametrize("count", [1, 3])
def test_any_number_of_models_and_attributes(groups, count: int) -> None:
    one = groups[(groups["model"] == "balanced") & (groups["attribute"] == "Bald")]
    attributes = [f"Name_{index}" for index in range(7)]  # two lines, the second not full
    groups = pd.concat(
        [
            one.assign(model=f"model {index}", attribute=name)
            for index in range(count)
            for name in attributes
        ]
    )
    figure = draw_attribute_intervals(groups, attributes)
    assert len(figure.axes) == 7
    (legend,) = figure.legends
    assert [text.get_text() for text in legend.get_texts()] == [f"model {i}" for i in range(count)]
    written = [
        any(label.get_visible() and label.get_text() for label in panel.get_xticklabels())
        for panel in figure.axes
    ]
    assert written == [False] * 2 + [True] * 5  # the lowest panel of each column


def test_a_group_that_is_missing_is_named(groups) -> None:
    with pytest.raises(ValueError, match="metric amr, group incorrect"):
        draw_attribute_intervals(groups[groups["group"] != "incorrect"], ORDER)
