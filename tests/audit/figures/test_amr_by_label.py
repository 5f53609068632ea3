import numpy as np
import pytest

from heed.audit.figures.amr_by_label import draw_amr_by_label
from heed.figures.drawn_numbers import drawn_numbers
from tests.figures.bars import Shown, bars_by_panel, check_bars, check_whiskers

PANELS = {
    model: {
        "positive (gt+)": Shown(f"{model}_amr_gt_pos", (model, "amr", "gt_positive")),
        "negative (gt-)": Shown(f"{model}_amr_gt_neg", (model, "amr", "gt_negative")),
    }
    for model in ("balanced", "unbalanced")
}


def test_published_numbers_give_the_published_bars(published) -> None:
    check_bars(draw_amr_by_label(published), published, PANELS)


def test_whiskers_span_the_intervals_of_the_group(wide, groups) -> None:
    order = wide["attribute"].tolist()
    check_whiskers(draw_amr_by_label(wide, groups), groups, order, PANELS)


def test_numbers_of_faces_are_those_of_the_groups(wide, groups) -> None:
    order = wide["attribute"].tolist()
    groups["n"] = np.arange(len(groups), dtype=float)
    kept = drawn_numbers(draw_amr_by_label(wide, groups)).groupby(["panel", "series"])["n"]
    rows = groups.set_index(["model", "metric", "group", "attribute"])["n"]
    for (model, label), n in kept:
        expected = rows.loc[[(*PANELS[model][label].group, attribute) for attribute in order]]
        assert n.tolist() == expected.tolist()


def test_a_group_without_faces_has_no_bar(wide) -> None:
    wide.loc[wide["attribute"] == "Bald", "unbalanced_amr_gt_neg"] = np.nan
    full, gap = bars_by_panel(draw_amr_by_label(wide))
    assert list(gap["negative (gt-)"]) == ["Smiling", "Wearing Hat"]
    assert len(full["negative (gt-)"]) == 3


def test_one_and_three_models(wide) -> None:
    one = wide[["attribute", "balanced_amr_gt_pos", "balanced_amr_gt_neg"]]
    assert len(draw_amr_by_label(one).axes) == 1
    third = one.rename(columns=lambda name: name.replace("balanced", "third"))
    figure = draw_amr_by_label(wide.merge(third, on="attribute"))
    assert [panel.get_title() for panel in figure.axes] == [*PANELS, "third"]
    first, _, last = bars_by_panel(figure)
    assert first == last


def test_a_column_that_is_missing_is_named(wide) -> None:
    with pytest.raises(ValueError, match="no column unbalanced_amr_gt_neg among"):
        draw_amr_by_label(wide.drop(columns="unbalanced_amr_gt_neg"))
