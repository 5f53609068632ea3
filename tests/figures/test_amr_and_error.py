import numpy as np
import pandas as pd
import pytest

from heed.figures.amr_and_error import draw_amr_and_error
from heed.figures.theme import png

ORDER = ["Wearing_Hat", "Smiling", "Bald"]


def widths(panel) -> dict[str, list[float]]:
    return {bars.get_label(): [bar.get_width() for bar in bars] for bars in panel.containers
            if hasattr(bars, "patches")}  # fmt: skip


def test_bars_are_the_numbers_of_the_tables(groups: pd.DataFrame, errors: pd.DataFrame) -> None:
    figure = draw_amr_and_error(groups, errors, ORDER, threshold=0.5)
    amr, error, balanced_error = figure.axes
    for model in ("balanced", "unbalanced"):
        rows = groups.query("model == @model and metric == 'amr' and group == 'all'")
        expected = rows.set_index("attribute").loc[ORDER, "mean"]
        assert widths(amr)[model] == pytest.approx(expected.tolist())
        rates = errors.query("model == @model").set_index("attribute").loc[ORDER]
        assert widths(error)[model] == pytest.approx((100 * rates["error_rate"]).tolist())
        expected = 100 * rates["balanced_error_rate"]
        assert widths(balanced_error)[model] == pytest.approx(expected.tolist())
    labels = [label.get_text() for label in amr.get_yticklabels()]
    assert labels == ["Wearing Hat", "Smiling", "Bald"]
    assert amr.yaxis_inverted()
    assert amr.get_xlabel() == "AMR (active: map > 0.5)"


def test_whiskers_span_the_interval(groups: pd.DataFrame, errors: pd.DataFrame) -> None:
    figure = draw_amr_and_error(groups, errors, ORDER, threshold=0.5)
    bars = next(found for found in figure.axes[0].containers if found.get_label() == "balanced")
    segments = np.array(bars.errorbar.lines[2][0].get_segments())
    rows = groups.query("model == 'balanced' and metric == 'amr' and group == 'all'")
    rows = rows.set_index("attribute").loc[ORDER]
    np.testing.assert_allclose(segments[:, :, 0], rows[["low", "high"]].to_numpy())


def test_same_bytes_each_time(groups: pd.DataFrame, errors: pd.DataFrame) -> None:
    first, second = (
        png(draw_amr_and_error(groups, errors, ORDER, threshold=0), dpi=60) for _ in range(2)
    )
    assert first == second
    assert first.startswith(b"\x89PNG")
