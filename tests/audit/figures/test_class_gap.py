import numpy as np
import pandas as pd
import pytest
from matplotlib.collections import LineCollection, PathCollection

from heed.audit.figures.class_gap import draw_class_gap
from heed.figures.attribute_bars import MISSING_LABEL

ORDER = ["Wearing_Hat", "Smiling", "Bald"]


def means(groups: pd.DataFrame, model: str, side: str) -> np.ndarray:
    rows = groups.query(
        f"model == '{model}' and metric == 'proportional_energy' and group == 'predicted_{side}'"
    )
    return rows.set_index("attribute").loc[ORDER, "mean"].to_numpy()


def dots_of(panel) -> dict[str, np.ndarray]:
    return {
        found.get_label(): np.asarray(found.get_offsets())
        for found in panel.collections
        if isinstance(found, PathCollection)
    }


def test_dots_are_the_means_by_predicted_class_and_lines_join_them(groups, gaps) -> None:
    figure = draw_class_gap(groups, gaps, ORDER, 5)
    for panel, model in zip(figure.axes, ("balanced", "unbalanced"), strict=True):
        majority, minority = (means(groups, model, side) for side in ("majority", "minority"))
        dots = dots_of(panel)
        for side, expected in (("majority", majority), ("minority", minority)):
            found = dots[f"{side} class predicted"]
            np.testing.assert_allclose(found[:, 0], expected)
            np.testing.assert_allclose(found[:, 1], [0, 1, 2])
        lines = next(found for found in panel.collections if isinstance(found, LineCollection))
        ends = np.array(lines.get_segments())[:, :, 0]
        np.testing.assert_allclose(ends, np.column_stack([majority, minority]))
        gap = f"mean gap {(minority - majority).mean():+.3f} (3 attributes)".replace("-", "−")
        assert panel.get_title() == f"{model}\n{gap}"


def test_a_missing_group_has_a_mark_and_the_mean_gap_is_the_tables(groups, gaps) -> None:
    missing = (groups["attribute"] == "Bald") & (groups["group"] == "predicted_minority")
    groups.loc[missing, ["mean", "low", "high"]] = np.nan
    mean = (gaps["model"] == "balanced") & (gaps["attribute"] == "OVERALL")
    gaps.loc[mean, ["value", "n"]] = [-0.1234, 2]
    panel = draw_class_gap(groups, gaps, ORDER, 5).axes[0]
    dots = dots_of(panel)
    assert dots["minority class predicted"][:, 1].tolist() == [0, 1]
    assert len(dots["majority class predicted"]) == 3
    assert dots[MISSING_LABEL][:, 1].tolist() == [2]
    assert "mean gap −0.123 (2 attributes)" in panel.get_title()


def test_attributes_of_few_faces_are_hollow_and_the_legend_says_that_they_do_not_count(
    groups, gaps
) -> None:
    few = (groups["attribute"] == "Bald") & (groups["group"] == "predicted_minority")
    groups["n"] = groups["n"].astype(float)
    groups.loc[few, "n"] = 4.7
    for least, rows in ((5, [2]), (4, [])):
        figure = draw_class_gap(groups, gaps, ORDER, least)
        hollow = [
            found.get_offsets()[:, 1].tolist()
            for found in figure.axes[0].collections
            if isinstance(found, PathCollection)
            and len(found.get_offsets())
            and np.allclose(found.get_facecolors()[:, :3], 1)
        ]
        assert hollow == [rows, rows] if rows else not hollow
        lines = [f for f in figure.axes[0].collections if isinstance(f, LineCollection)]
        whiskers = [s for f in lines[1:] for s in f.get_segments() if np.isfinite(s).all()]
        at_bald = [s for s in whiskers if len(s) == 2 and s[0, 1] == ORDER.index("Bald")]
        assert len(at_bald) == (0 if rows else 2)
        (legend,) = figure.legends
        labels = [text.get_text() for text in legend.get_texts()]
        assert f"fewer than {least} faces, not in the mean" in labels


def test_without_any_gap_none_is_claimed(groups, gaps) -> None:
    groups.loc[groups["group"] == "predicted_minority", ["mean", "low", "high"]] = np.nan
    gaps = gaps.assign(value=np.nan, n=0)
    assert "no gap (0 attributes)" in draw_class_gap(groups, gaps, ORDER, 5).axes[0].get_title()


@pytest.mark.parametrize("count", [1, 3])
def test_any_number_of_models(groups, gaps, count: int) -> None:
    one = groups[groups["model"] == "balanced"]
    groups = pd.concat([one.assign(model=f"model {index}") for index in range(count)])
    one_gap = gaps[gaps["model"] == "balanced"]
    gaps = pd.concat([one_gap.assign(model=f"model {index}") for index in range(count)])
    figure = draw_class_gap(groups, gaps, ORDER, 5)
    names = [panel.get_title().split("\n")[0] for panel in figure.axes]
    assert names == [f"model {index}" for index in range(count)]
    labels = [label.get_text() for label in figure.axes[0].get_yticklabels()]
    assert labels == ["Wearing Hat", "Smiling", "Bald"]
