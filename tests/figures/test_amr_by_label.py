import numpy as np
import pytest
from matplotlib.collections import LineCollection

from heed.figures.amr_by_label import draw_amr_by_label

MODELS = ("balanced", "unbalanced")
KINDS = {
    "positive (gt+)": ("gt_pos", "gt_positive"),
    "negative (gt-)": ("gt_neg", "gt_negative"),
}


def test_published_numbers_give_the_published_bars(published, read_bars, shown) -> None:
    figure = draw_amr_by_label(published)
    assert [panel.get_title() for panel in figure.axes] == list(MODELS)
    for panel, model in zip(figure.axes, MODELS, strict=True):
        bars = read_bars(figure, panel)
        assert list(bars) == list(KINDS)
        for label, (suffix, _) in KINDS.items():
            assert bars[label] == pytest.approx(shown(published, f"{model}_amr_{suffix}"))
            assert len(bars[label]) == 40
    assert [text.get_text() for text in figure.legends[0].get_texts()] == list(KINDS)


def test_rows_are_those_of_the_table(published) -> None:
    labels = [text.get_text() for text in draw_amr_by_label(published).axes[0].get_yticklabels()]
    assert labels == [name.replace("_", " ") for name in published["attribute"][:-1]]


def test_whiskers_span_the_intervals_of_the_group(wide, groups) -> None:
    order = wide["attribute"].tolist()
    for panel, model in zip(draw_amr_by_label(wide, groups).axes, MODELS, strict=True):
        whiskers = [found for found in panel.collections if isinstance(found, LineCollection)]
        for lines, (_, group) in zip(whiskers, KINDS.values(), strict=True):
            rows = groups[
                (groups[["model", "metric", "group"]] == [model, "amr", group]).all(axis=1)
            ]
            ends = np.array(lines.get_segments())[:, :, 0]
            np.testing.assert_allclose(
                ends, rows.set_index("attribute").loc[order, ["low", "high"]]
            )


def test_a_group_without_faces_has_no_bar(wide, read_bars) -> None:
    wide.loc[wide["attribute"] == "Bald", "unbalanced_amr_gt_neg"] = np.nan
    figure = draw_amr_by_label(wide)
    full, gap = (read_bars(figure, panel) for panel in figure.axes)
    assert list(gap["negative (gt-)"]) == ["Smiling", "Wearing Hat"]
    assert len(full["negative (gt-)"]) == 3


def test_one_and_three_models(wide, read_bars) -> None:
    columns = ["attribute", "balanced_amr_gt_pos", "balanced_amr_gt_neg"]
    one = wide[columns]
    assert len(draw_amr_by_label(one).axes) == 1
    third = one.rename(columns=lambda name: name.replace("balanced", "third"))
    figure = draw_amr_by_label(wide.merge(third, on="attribute"))
    assert [panel.get_title() for panel in figure.axes] == [*MODELS, "third"]
    first, _, last = (read_bars(figure, panel) for panel in figure.axes)
    assert first == last


def test_a_column_that_is_missing_is_named(wide) -> None:
    with pytest.raises(ValueError, match="no column unbalanced_amr_gt_neg among"):
        draw_amr_by_label(wide.drop(columns="unbalanced_amr_gt_neg"))
