import numpy as np
import pandas as pd

from heed.figures.class_gap import draw_class_gap

ORDER = ["Wearing_Hat", "Smiling", "Bald"]


def test_dots_are_the_means_by_predicted_class(groups: pd.DataFrame) -> None:
    figure = draw_class_gap(groups, ORDER)
    for panel, model in zip(figure.axes, ("balanced", "unbalanced"), strict=True):
        assert panel.get_title() == model
        dots = {dots.get_label(): dots.get_offsets() for dots in panel.collections}
        for side in ("majority", "minority"):
            rows = groups.query(
                "model == @model and metric == 'proportional_energy' "
                f"and group == 'predicted_{side}'"
            )
            expected = rows.set_index("attribute").loc[ORDER, "mean"]
            np.testing.assert_allclose(dots[side][:, 0], expected)
            np.testing.assert_allclose(dots[side][:, 1], [0, 1, 2])


def test_a_missing_group_has_no_dot(groups: pd.DataFrame) -> None:
    missing = (groups["attribute"] == "Bald") & (groups["group"] == "predicted_minority")
    groups.loc[missing, "mean"] = np.nan
    dots = {
        found.get_label(): np.ma.filled(found.get_offsets(), np.nan)
        for found in draw_class_gap(groups, ORDER).axes[0].collections
    }
    assert np.isnan(dots["minority"][:, 0]).tolist() == [False, False, True]
    assert not np.isnan(dots["majority"]).any()
