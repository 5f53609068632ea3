import itertools

import numpy as np
import pandas as pd
import pytest

from heed.affact.figures.error_by_set import PUBLISHED_LABEL
from heed.affact.figures.rates_by_set import ROWS, ErrorRates
from heed.affact.figures.relative_error import draw_relative_error, relative
from heed.affact.test_sets import SETS
from heed.celeba.attributes import ATTRIBUTES
from heed.figures.attribute_bars import MISSING_LABEL
from heed.figures.theme import TEXT_WIDTH
from heed.metrics.estimates import OVERALL
from tests.figures.bars import bars_of, names_of_rows

NAN = float("nan")


def rates(gain: dict[str, float], sets: str = "ACDT") -> pd.DataFrame:
    """Errors of 0.1 of the first network; the second has them times ``1 + gain``."""
    table = pd.DataFrame(itertools.product(["one", "two"], sets, ROWS),
                         columns=["network", "set", "attribute"]).assign(error=0.1)  # fmt: skip
    second = table["network"] == "two"
    table.loc[second, "error"] *= 1 + table["attribute"].map(gain).fillna(0)
    return table


def test_relative_by_hand() -> None:
    first = np.array([0.2, 0.2, 0.2, 0.0, NAN])
    second = np.array([0.1, 0.3, NAN, 0.1, 0.1])
    np.testing.assert_allclose(relative(first, second), [-50, 50, NAN, NAN, NAN])


def test_greatest_gain_on_top_and_the_mean_below() -> None:
    gain = {"Bald": -0.8, "Male": -0.25, "Young": 0.5, OVERALL: -0.1}
    table = rates(gain)
    table.loc[table["attribute"] == "Bangs", "error"] = NAN
    figure = draw_relative_error(ErrorRates(table), "one", "two")
    assert len(figure.axes) == 4
    assert figure.get_figwidth() == TEXT_WIDTH
    names = names_of_rows(figure.axes[0])
    assert names[:2] == ["Bald", "Male"]
    assert names[-3:] == ["Young", "Bangs", "TOTAL"]
    for panel in figure.axes:
        bars = bars_of(panel, figure.axes[0])
        assert list(bars) == ["two errs less", "two errs more"]
        shown = bars["two errs less"] | bars["two errs more"]
        assert shown["Bald"] == pytest.approx(-80)
        assert shown["Young"] == pytest.approx(50)
        assert shown["TOTAL"] == pytest.approx(-10)
        assert "Bangs" not in shown
        assert panel.get_xlim() == (-80, 50)
        (missing,) = [m for m in panel.collections if m.get_label() == MISSING_LABEL]
        assert np.asarray(missing.get_offsets()).tolist() == [[0, names.index("Bangs")]]


def test_the_mean_errors_are_compared_both_ways() -> None:
    # 0.1 and 0.08: -20 % of the first network's, and +25 % of the second's, as the report has it
    figure = draw_relative_error(ErrorRates(rates({OVERALL: -0.2}, "A")), "one", "two")
    assert figure.axes[0].get_title().splitlines()[1] == "−20 % / +25 %"
    alike = draw_relative_error(ErrorRates(rates({OVERALL: -0.004}, "A")), "one", "two")
    assert alike.axes[0].get_title().splitlines()[1] == "0 % / 0 %"
    missing = rates({}, "A")
    missing.loc[missing["attribute"] == OVERALL, "error"] = NAN
    figure = draw_relative_error(ErrorRates(missing), "one", "two")
    assert figure.axes[0].get_title().splitlines()[1] == "– / –"


def test_a_bar_that_is_cut_has_its_number() -> None:
    figure = draw_relative_error(ErrorRates(rates({"Bald": 2.88}, "A")), "one", "two")
    (panel,) = figure.axes
    assert panel.get_xlim() == (-10, 100)
    (text,) = panel.texts
    assert text.get_text() == "+288 %"
    figure.draw_without_rendering()
    assert panel.bbox.x0 < text.get_window_extent().x0 < text.get_window_extent().x1
    assert text.get_window_extent().x1 < panel.bbox.x1


def test_published_differences_are_marked() -> None:
    published = pd.DataFrame({"attribute": ["Bald", "TOTAL"],
                              "T_resnet51s": [1.2, 13.14], "T_affact": [0.9, 8.44]})  # fmt: skip
    names = {"one": "resnet51s", "two": "affact"}
    errors = ErrorRates(rates({"Bald": -0.5}), published, names)
    panels = draw_relative_error(errors, "one", "two").axes
    for panel, name in zip(panels, SETS, strict=True):
        marks = [m for m in panel.collections if m.get_label() == PUBLISHED_LABEL]
        assert len(marks) == (name == "T")
    ((bald, total),) = [np.asarray(m.get_offsets()) for m in panels[-1].collections]
    np.testing.assert_allclose(bald, [-25, 0])
    np.testing.assert_allclose(total, [100 * (8.44 - 13.14) / 13.14, len(ATTRIBUTES)])


def test_only_the_sets_of_both_are_compared() -> None:
    table = rates({})
    table = table[(table["network"] == "one") | table["set"].isin(["A", "D"])]
    titles = [panel.get_title()[0] for panel in
              draw_relative_error(ErrorRates(table), "one", "two").axes]  # fmt: skip
    assert titles == ["A", "D"]
    apart = table[(table["network"] == "two") | (table["set"] == "C")]
    figure = draw_relative_error(ErrorRates(apart), "one", "two")
    assert "both one and two" in figure.texts[0].get_text()
