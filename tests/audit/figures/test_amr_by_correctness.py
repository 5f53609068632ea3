import numpy as np
import pytest

from heed.audit.figures.amr_by_correctness import draw_amr_by_correctness
from tests.figures.bars import Shown, bars_by_panel, check_bars, check_whiskers

PANELS = {
    model: {
        f"{group}ly classified": Shown(f"{model}_amr_{group}", (model, "amr", group))
        for group in ("correct", "incorrect")
    }
    for model in ("balanced", "unbalanced")
}


def test_published_numbers_give_the_published_bars(published) -> None:
    check_bars(draw_amr_by_correctness(published), published, PANELS)


def test_whiskers_span_the_intervals_of_the_group(wide, groups) -> None:
    order = wide["attribute"].tolist()
    check_whiskers(draw_amr_by_correctness(wide, groups), groups, order, PANELS)


def test_a_group_without_faces_has_no_bar(wide) -> None:
    wide.loc[wide["attribute"] == "Bald", "unbalanced_amr_incorrect"] = np.nan
    full, gap = bars_by_panel(draw_amr_by_correctness(wide))
    assert list(gap["incorrectly classified"]) == ["Smiling", "Wearing Hat"]
    assert len(full["incorrectly classified"]) == 3


def test_one_and_three_models(wide) -> None:
    one = wide[["attribute", "balanced_amr_correct", "balanced_amr_incorrect"]]
    assert len(draw_amr_by_correctness(one).axes) == 1
    third = one.rename(columns=lambda name: name.replace("balanced", "third"))
    figure = draw_amr_by_correctness(wide.merge(third, on="attribute"))
    assert [panel.get_title() for panel in figure.axes] == [*PANELS, "third"]
    first, _, last = bars_by_panel(figure)
    assert first == last


def test_a_column_that_is_missing_is_named(wide) -> None:
    with pytest.raises(ValueError, match="no column unbalanced_amr_incorrect among"):
        draw_amr_by_correctness(wide.drop(columns="unbalanced_amr_incorrect"))
