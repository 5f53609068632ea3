import numpy as np
import pandas as pd
import pytest

from heed.audit.figures.amr_and_error import draw_amr_and_error
from heed.figures.theme import pdf, png
from tests.figures.bars import bars_by_panel, bars_of, names_of_rows, whiskers_of, widths_in

MODELS = ("balanced", "unbalanced")


def rows(figure) -> list[str]:
    return [name.replace(" ", "_") for name in names_of_rows(figure.axes[0])]


@pytest.mark.parametrize("order", ["imbalance", "error"])
def test_published_numbers_give_the_published_bars(order, published) -> None:
    figure = draw_amr_and_error(published, order, threshold=0.5)
    amr, error = bars_by_panel(figure)
    for model in MODELS:
        assert amr[model] == pytest.approx(widths_in(published, f"{model}_amr"))
        assert len(amr[model]) == 40
        assert error[model] == pytest.approx(widths_in(published, f"{model}_error_rate"))
    assert figure.axes[0].get_xlabel() == "AMR (active: map > 0.5)"
    assert [text.get_text() for text in figure.legends[0].get_texts()] == list(MODELS)


def test_orders_of_the_published_table(published) -> None:
    by_imbalance = rows(draw_amr_and_error(published, "imbalance", 0.5))
    assert by_imbalance == published["attribute"].tolist()[:-1]
    by_error = rows(draw_amr_and_error(published, "error", 0.5))
    # Error rates of AFFACT-b: 0.01 twice, 0.02, 0.03; at the other end 0.3 and 0.31.
    assert by_error[:4] == ["Male", "Eyeglasses", "Wearing_Hat", "Bald"]
    assert by_error[-2:] == ["Big_Lips", "Oval_Face"]
    values = published.set_index("attribute")
    assert values.loc[by_error, "balanced_error_rate"].is_monotonic_increasing
    assert sorted(by_error) == sorted(by_imbalance)
    of_five_percent = values.index[values["balanced_error_rate"] == 0.05].tolist()
    start = by_error.index(of_five_percent[0])
    assert by_error[start:][: len(of_five_percent)] == of_five_percent
    everything_equal = published.assign(balanced_error_rate=0.5)
    assert rows(draw_amr_and_error(everything_equal, "error", 0.5)) == by_imbalance


def test_order_of_imbalance_can_be_given_and_breaks_ties(wide) -> None:
    given = ["Wearing_Hat", "Smiling", "Bald"]
    wide["balanced_error_rate"] = [0.5, 0.3, 0.5]  # Smiling, Bald, Wearing Hat
    assert rows(draw_amr_and_error(wide, "imbalance", 0.5, order=given)) == given
    by_error = rows(draw_amr_and_error(wide, "error", 0.5, order=given))
    assert by_error == ["Bald", "Wearing_Hat", "Smiling"]


def test_order_of_imbalance_must_fit(wide) -> None:
    with pytest.raises(ValueError, match="differ in Bald, Young; expected each attribute"):
        draw_amr_and_error(wide, "error", 0, order=["Wearing_Hat", "Smiling", "Young"])
    with pytest.raises(ValueError, match="repeated attributes"):
        draw_amr_and_error(wide, "error", 0, order=["Smiling", "Smiling", "Bald", "Wearing_Hat"])


def test_a_missing_value_comes_last_and_has_no_bar(wide) -> None:
    wide["balanced_error_rate"] = [np.nan, 0.3, 0.2]
    figure = draw_amr_and_error(wide, "error", 0.5)
    assert rows(figure) == ["Wearing_Hat", "Bald", "Smiling"]
    bars = bars_of(figure.axes[1], figure.axes[0])
    assert bars["balanced"] == pytest.approx({"Wearing Hat": 0.2, "Bald": 0.3})
    assert len(bars["unbalanced"]) == 3


def test_whiskers_span_the_intervals(wide, groups, errors) -> None:
    figure = draw_amr_and_error(wide, "imbalance", 0.5, groups, errors=errors)
    order = wide["attribute"].tolist()
    amr_rows = groups.query("metric == 'amr' and group == 'all'")
    wanted = [(amr_rows, "low", "high")]
    wanted += [(errors, f"{rate}_low", f"{rate}_high")
               for rate in ("error_rate", "balanced_error_rate")]  # fmt: skip
    for panel, (table, low, high) in zip(figure.axes, wanted, strict=True):
        for ends, model in zip(whiskers_of(panel), MODELS, strict=True):
            of_model = table[table["model"] == model].set_index("attribute").loc[order]
            np.testing.assert_allclose(ends, of_model[[low, high]])


def test_balanced_error_is_drawn_where_it_is_given(wide, errors) -> None:
    figure = draw_amr_and_error(wide, "error", 0, errors=errors)
    _, error, balanced_error = bars_by_panel(figure)
    for model in MODELS:
        of_model = errors.query("model == @model")
        for bars, rate in ((error, "error_rate"), (balanced_error, "balanced_error_rate")):
            assert bars[model] == pytest.approx(widths_in(of_model, rate))
    assert figure.axes[2].get_xlabel() == "balanced error rate (share of faces)"


def test_errors_of_another_run_are_refused(wide, errors) -> None:
    with pytest.raises(ValueError, match="no row with model unbalanced and attribute Smiling"):
        draw_amr_and_error(wide, "imbalance", 0, errors=errors.query("model == 'balanced'"))


@pytest.mark.parametrize("names", [["one"], ["one", "two", "three"]])
def test_one_and_three_models(names: list[str]) -> None:
    table = pd.DataFrame({"attribute": ["Bald", "Young", "OVERALL"]})
    for rank, name in enumerate(names):
        table[f"{name}_error_rate"] = [0.1 * rank, 0.2, 0.3]
        table[f"{name}_amr"] = [0.3, 0.1 * rank, 0.2]
    figure = draw_amr_and_error(table, "imbalance", 0)
    bars = bars_of(figure.axes[0])
    assert list(bars) == names
    assert [bars[name]["Young"] for name in names] == [0.1 * rank for rank in range(len(names))]
    assert rows(figure) == ["Bald", "Young"]


def test_each_network_is_sorted_by_its_own_error(published) -> None:
    # figures 5.1 and 5.2; of AFFACT-ub the lowest errors are 0.01 (three), 0.02 ...
    found = {}
    for model in MODELS:
        figure = draw_amr_and_error(published, "error", 0.5, model=model)
        amr, error = bars_by_panel(figure)
        assert list(amr) == list(error) == [model]
        values = published.set_index("attribute")
        found[model] = rows(figure)
        assert values.loc[found[model], f"{model}_error_rate"].is_monotonic_increasing
        both = draw_amr_and_error(published, "error", 0.5)
        colours = [
            next(bar for bar in f.axes[0].containers if bar.get_label() == model)[0].get_facecolor()
            for f in (figure, both)
        ]
        assert colours[0] == colours[1]
    assert found["balanced"] != found["unbalanced"]
    with pytest.raises(ValueError, match="no column mine_amr; expected a network of balanced"):
        draw_amr_and_error(published, "error", 0.5, model="mine")


def test_same_bytes_each_time(wide, groups) -> None:
    figures = [draw_amr_and_error(wide, "error", 0, groups) for _ in range(2)]
    first, second = ([png(figure, 60), pdf(figure, 60)] for figure in figures)
    assert first == second
