import numpy as np
import pandas as pd
import pytest
from matplotlib.collections import PathCollection

from heed.audit.figures.border_mass import draw_border_mass
from heed.figures.attribute_bars import MISSING_LABEL

ORDER = ["Wearing_Hat", "Smiling", "Bald"]


def scales_of(groups: pd.DataFrame, **cells: int) -> pd.DataFrame:
    """As much of the table of scales as the figure reads: a grid of 7 x 7 where none is given."""
    models = list(dict.fromkeys(groups["model"]))
    rows = [{"model": model, "version": "2", "cells": cells.get(model, 7)} for model in models]
    return pd.DataFrame([*rows, *rows])


def dots_of(panel) -> dict[str, list[float]]:
    return {
        found.get_label(): np.asarray(found.get_offsets())[:, 0].tolist()
        for found in panel.collections
        if isinstance(found, PathCollection)
    }


def shares(groups: pd.DataFrame, model: str, group: str) -> list[float]:
    rows = groups.query(f"model == '{model}' and metric == 'border_share' and group == '{group}'")
    return rows.set_index("attribute").loc[ORDER, "mean"].tolist()


def test_dots_compare_networks_first_and_then_predicted_classes(groups) -> None:
    everyone, *others = draw_border_mass(groups, scales_of(groups), ORDER).axes
    assert dots_of(everyone) == {
        model: pytest.approx(shares(groups, model, "all")) for model in ("balanced", "unbalanced")
    }
    for panel, model in zip(others, ("balanced", "unbalanced"), strict=True):
        assert " ".join(panel.get_title().split()) == f"{model}, by predicted class"
        assert dots_of(panel) == {
            f"{side} class predicted": pytest.approx(shares(groups, model, f"predicted_{side}"))
            for side in ("majority", "minority")
        }


def uniform_lines(panel):
    """Without the marks above the numbers of faces."""
    return [line for line in panel.lines if line.get_linestyle() == "--"]


def test_a_line_in_each_panel_marks_the_uniform_map(groups) -> None:
    cells = np.zeros((7, 7), dtype=bool)
    cells[[0, -1], :] = cells[:, [0, -1]] = True
    figure = draw_border_mass(groups, scales_of(groups), ORDER)
    for panel in figure.axes:
        (line,) = uniform_lines(panel)
        np.testing.assert_allclose(line.get_xdata(), cells.mean())
    (legend,) = figure.legends
    assert sum("24/49" in text.get_text() for text in legend.get_texts()) == 1


def test_networks_of_other_grids_have_other_lines(groups) -> None:
    figure = draw_border_mass(groups, scales_of(groups, unbalanced=14), ORDER)
    uniform = {7: 24 / 49, 14: 52 / 196}
    found = [[line.get_xdata()[0] for line in uniform_lines(panel)] for panel in figure.axes]
    np.testing.assert_allclose(found[0], [uniform[7], uniform[14]])
    np.testing.assert_allclose(found[1:], [[uniform[7]], [uniform[14]]])
    (legend,) = figure.legends
    assert "uniform map (24/49 or 52/196)" in [text.get_text() for text in legend.get_texts()]


@pytest.mark.parametrize(("high", "limit"), [(0.1, 0.6), (0.7, 0.72), (1.0, 1.0)])
def test_panels_share_an_axis_beyond_the_line_and_every_interval(groups, high, limit) -> None:
    figure = draw_border_mass(
        groups.assign(mean=0.05, low=0.01, high=high), scales_of(groups), ORDER
    )
    for panel in figure.axes:
        assert panel.get_xlim() == pytest.approx((0, limit))


def test_a_missing_share_is_marked(groups) -> None:
    chosen = (groups["attribute"] == "Bald") & (groups["group"] == "predicted_minority")
    groups.loc[chosen, ["mean", "low", "high"]] = np.nan
    panel = draw_border_mass(groups, scales_of(groups), ORDER).axes[1]
    assert len(dots_of(panel)["minority class predicted"]) == 2
    assert len(dots_of(panel)[MISSING_LABEL]) == 1
    assert MISSING_LABEL not in dots_of(draw_border_mass(groups, scales_of(groups), ORDER).axes[0])


def test_without_any_share_panels_have_an_axis_all_the_same(groups) -> None:
    figure = draw_border_mass(
        groups.assign(mean=np.nan, low=np.nan, high=np.nan), scales_of(groups), ORDER
    )
    assert figure.axes[0].get_xlim() == (0, 0.6)


@pytest.mark.parametrize("count", [1, 3])
def test_any_number_of_models(groups, count: int) -> None:
    one = groups[groups["model"] == "balanced"]
    groups = pd.concat([one.assign(model=f"model {index}") for index in range(count)])
    figure = draw_border_mass(groups, scales_of(groups), ORDER)
    assert len(figure.axes) == 1 + count
    labels = [label.get_text() for label in figure.axes[0].get_yticklabels()]
    assert labels == ["Wearing Hat", "Smiling", "Bald"]
