import numpy as np
import pytest
from matplotlib.collections import LineCollection

from heed.figures.amr_by_model import draw_amr_by_model

MODELS = ("balanced", "unbalanced")


def test_published_numbers_give_the_published_bars(published, read_bars, shown) -> None:
    figure = draw_amr_by_model(published)
    (panel,) = figure.axes
    bars = read_bars(figure, panel)
    for model in MODELS:
        assert bars[model] == pytest.approx(shown(published, f"{model}_amr"))
        assert len(bars[model]) == 40
    labels = [text.get_text() for text in panel.get_yticklabels()]
    assert labels == [name.replace("_", " ") for name in published["attribute"][:-1]]
    assert [text.get_text() for text in figure.legends[0].get_texts()] == list(MODELS)


def test_whiskers_span_the_intervals(wide, groups) -> None:
    (panel,) = draw_amr_by_model(wide, groups).axes
    whiskers = [found for found in panel.collections if isinstance(found, LineCollection)]
    for lines, model in zip(whiskers, MODELS, strict=True):
        rows = groups[(groups[["model", "metric", "group"]] == [model, "amr", "all"]).all(axis=1)]
        rows = rows.set_index("attribute").loc[wide["attribute"], ["low", "high"]]
        np.testing.assert_allclose(np.array(lines.get_segments())[:, :, 0], rows)


def test_a_missing_value_has_no_bar(wide, read_bars) -> None:
    wide.loc[wide["attribute"] == "Bald", "unbalanced_amr"] = np.nan
    figure = draw_amr_by_model(wide)
    bars = read_bars(figure, figure.axes[0])
    assert list(bars["unbalanced"]) == ["Smiling", "Wearing Hat"]
    assert len(bars["balanced"]) == 3


@pytest.mark.parametrize("count", [1, 3])
def test_one_and_three_models(count: int, wide, read_bars) -> None:
    table = wide[["attribute"]].assign(**{f"m{rank}_amr": 0.1 * rank for rank in range(count)})
    figure = draw_amr_by_model(table)
    bars = read_bars(figure, figure.axes[0])
    assert [bars[f"m{rank}"]["Bald"] for rank in range(count)] == [0.1 * i for i in range(count)]
    colours = {found[0].get_facecolor() for found in figure.axes[0].containers}
    assert len(colours) == count
