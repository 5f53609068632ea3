import numpy as np
import pytest

from heed.audit.figures.amr_by_model import draw_amr_by_model
from tests.figures.bars import Shown, bars_of, check_bars, check_whiskers

MODELS = ("balanced", "unbalanced")
# one panel, which needs no title
PANELS = {"": {model: Shown(f"{model}_amr", (model, "amr", "all")) for model in MODELS}}


def test_published_numbers_give_the_published_bars(published) -> None:
    check_bars(draw_amr_by_model(published), published, PANELS)


def test_whiskers_span_the_intervals(wide, groups) -> None:
    order = wide["attribute"].tolist()
    check_whiskers(draw_amr_by_model(wide, groups), groups, order, PANELS)


def test_a_missing_value_has_no_bar(wide) -> None:
    wide.loc[wide["attribute"] == "Bald", "unbalanced_amr"] = np.nan
    bars = bars_of(draw_amr_by_model(wide).axes[0])
    assert list(bars["unbalanced"]) == ["Smiling", "Wearing Hat"]
    assert len(bars["balanced"]) == 3


@pytest.mark.parametrize("count", [1, 3])
def test_one_and_three_models(count: int, wide) -> None:
    table = wide[["attribute"]].assign(**{f"m{rank}_amr": 0.1 * rank for rank in range(count)})
    (panel,) = draw_amr_by_model(table).axes
    bars = bars_of(panel)
    assert [bars[f"m{rank}"]["Bald"] for rank in range(count)] == [0.1 * i for i in range(count)]
    colours = {found[0].get_facecolor() for found in panel.containers}
    assert len(colours) == count
