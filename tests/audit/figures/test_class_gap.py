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
    figure = draw_class_gap(groups, gaps, ORDER)
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
        gap = f"mean gap {(minority - majority).mean():+.2f} (3 attributes)"
        assert panel.get_title() == f"{model}\n{gap}"


def test_a_missing_group_has_a_mark_and_the_mean_gap_is_the_tables(groups, gaps) -> None:
    missing = (groups["attribute"] == "Bald") & (groups["group"] == "predicted_minority")
    groups.loc[missing, ["mean", "low", "high"]] = np.nan
    mean = (gaps["model"] == "balanced") & (gaps["attribute"] == "OVERALL")
    gaps.loc[mean, ["value", "n"]] = [0.123, 2]
    panel = draw_class_gap(groups, gaps, ORDER).axes[0]
    dots = dots_of(panel)
    assert dots["minority class predicted"][:, 1].tolist() == [0, 1]
    assert len(dots["majority class predicted"]) == 3
    assert dots[MISSING_LABEL][:, 1].tolist() == [2]
    assert "mean gap +0.12 (2 attributes)" in panel.get_title()


def test_without_any_gap_none_is_claimed(groups, gaps) -> None:
    groups.loc[groups["group"] == "predicted_minority", ["mean", "low", "high"]] = np.nan
    gaps = gaps.assign(value=np.nan, n=0)
    assert "no gap (0 attributes)" in draw_class_gap(groups, gaps, ORDER).axes[0].get_title()


@pytest.mark.parametrize("count", [1, 3])
def test_any_number_of_models(groups, gaps, count: int) -> None:
    one = groups[groups["model"] == "balanced"]
    groups = pd.concat([one.assign(model=f"model {index}") for index in range(count)])
    one_gap = gaps[gaps["model"] == "balanced"]
    gaps = pd.concat([one_gap.assign(model=f"model {index}") for index in range(count)])
    figure = draw_class_gap(groups, gaps, ORDER)
    names = [panel.get_title().split("\n")[0] for panel in figure.axes]
    assert names == [f"model {index}" for index in range(count)]
    labels = [label.get_text() for label in figure.axes[0].get_yticklabels()]
    assert labels == ["Wearing Hat", "Smiling", "Bald"]
