import numpy as np
import pandas as pd
import pytest

from heed.audit.figures.size_correction import draw_size_correction
from tests.figures.bars import bars_of, names_of_rows, whiskers_of

KINDS = {"with size correction": "amr", "without size correction": "amr_uncorrected"}
ORDER = ["Wearing_Hat", "Smiling", "Bald"]


def test_bars_and_whiskers_are_those_of_all_faces(groups) -> None:
    figure = draw_size_correction(groups, ORDER)
    for panel, model in zip(figure.axes, ("balanced", "unbalanced"), strict=True):
        assert panel.get_title() == model
        bars = bars_of(panel, figure.axes[0])
        for ends, (label, metric) in zip(whiskers_of(panel), KINDS.items(), strict=True):
            rows = groups[
                (groups[["model", "metric", "group"]] == [model, metric, "all"]).all(axis=1)
            ]
            rows = rows.set_index("attribute").loc[ORDER]
            expected = {name.replace("_", " "): mean for name, mean in rows["mean"].items()}
            assert bars[label] == pytest.approx(expected)
            assert list(bars[label]) == ["Wearing Hat", "Smiling", "Bald"]
            np.testing.assert_allclose(ends, rows[["low", "high"]])


def test_without_an_order_rows_are_those_of_the_table_less_the_means(groups) -> None:
    overall = groups[groups["attribute"] == "Bald"].assign(attribute="OVERALL")
    figure = draw_size_correction(pd.concat([groups, overall]))
    assert names_of_rows(figure.axes[0]) == ["Smiling", "Bald", "Wearing Hat"]


def test_a_missing_mean_has_no_bar(groups) -> None:
    chosen = (groups["attribute"] == "Bald") & (groups["metric"] == "amr_uncorrected")
    groups.loc[chosen, ["mean", "low", "high"]] = np.nan
    bars = bars_of(draw_size_correction(groups, ORDER).axes[0])
    assert list(bars["without size correction"]) == ["Wearing Hat", "Smiling"]
    assert len(bars["with size correction"]) == 3


def test_a_metric_that_is_missing_is_named(groups) -> None:
    with pytest.raises(ValueError, match="model balanced, metric amr_uncorrected, group all"):
        draw_size_correction(groups[groups["metric"] != "amr_uncorrected"])
