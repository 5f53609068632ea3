import numpy as np
import pandas as pd
import pytest
from matplotlib.collections import LineCollection, PathCollection

from heed.audit.figures.contribution_and_bias import draw_contribution_and_bias
from heed.figures.attribute_bars import MISSING_LABEL

ORDER = ["Wearing_Hat", "Smiling", "Bald"]
LABELS = {"positive (gt+)": "gt_positive", "negative (gt-)": "gt_negative"}


def test_dots_and_whiskers_are_the_bias_shares_by_label(groups) -> None:
    figure = draw_contribution_and_bias(groups, ORDER)
    for panel, model in zip(figure.axes, ("balanced", "unbalanced"), strict=True):
        assert panel.get_title() == model
        dots = [found for found in panel.collections if isinstance(found, PathCollection)]
        whiskers = [found for found in panel.collections if isinstance(found, LineCollection)]
        for found, lines, (label, group) in zip(dots, whiskers, LABELS.items(), strict=True):
            rows = groups.query(
                f"model == '{model}' and metric == 'bias_share' and group == '{group}'"
            )
            rows = rows.set_index("attribute").loc[ORDER]
            assert found.get_label() == label
            np.testing.assert_allclose(found.get_offsets()[:, 0], rows["mean"])
            ends = np.array(lines.get_segments())[:, :, 0]
            np.testing.assert_allclose(ends, rows[["low", "high"]])


def test_the_axis_above_shows_the_complement(groups) -> None:
    panel = draw_contribution_and_bias(groups, ORDER).axes[0]
    panel.get_figure().draw_without_rendering()
    (above,) = panel.child_axes
    assert above.get_xlabel() == "contribution share of the logit"
    for share in (0.0, 0.25, 1.0):
        place, _ = panel.transData.transform((share, 0))
        assert above.transData.transform((1 - share, 0))[0] == pytest.approx(place)


def test_the_title_stands_over_the_label_of_the_axis_above(groups) -> None:
    panel = draw_contribution_and_bias(groups, ORDER).axes[0]
    panel.get_figure().draw_without_rendering()
    (above,) = panel.child_axes
    label = above.xaxis.label.get_window_extent()
    assert panel.title.get_window_extent().y0 >= label.y1


@pytest.mark.parametrize(("highest", "limit"), [(0.01, 0.1), (0.31, 0.35), (1.0, 1.0)])
def test_panels_share_an_axis_that_reaches_past_every_interval(groups, highest, limit) -> None:
    groups = groups.assign(mean=highest / 2, low=0.0, high=highest)
    for panel in draw_contribution_and_bias(groups, ORDER).axes:
        assert panel.get_xlim() == pytest.approx((0, limit))


def test_missing_shares_are_marked(groups) -> None:
    groups.loc[groups["group"] == "gt_positive", ["mean", "low", "high"]] = np.nan
    panel = draw_contribution_and_bias(groups, ORDER).axes[0]
    dots = {found.get_label(): found for found in panel.collections}
    assert len(dots["positive (gt+)"].get_offsets()) == 0
    assert len(dots[MISSING_LABEL].get_offsets()) == 3


def test_a_table_of_missing_shares_has_an_axis_too(groups) -> None:
    panel = draw_contribution_and_bias(
        groups.assign(mean=np.nan, low=np.nan, high=np.nan), ORDER
    ).axes[0]
    assert panel.get_xlim() == (0, 0.1)


@pytest.mark.parametrize("count", [1, 3])
def test_any_number_of_models(groups, count: int) -> None:
    one = groups[groups["model"] == "balanced"]
    groups = pd.concat([one.assign(model=f"model {index}") for index in range(count)])
    figure = draw_contribution_and_bias(groups, ORDER)
    assert [panel.get_title() for panel in figure.axes] == [f"model {i}" for i in range(count)]
    labels = [label.get_text() for label in figure.axes[0].get_yticklabels()]
    assert labels == ["Wearing Hat", "Smiling", "Bald"]
