import itertools

import numpy as np
import pandas as pd
import pytest
from matplotlib.collections import PathCollection

from heed.audit.figures.kl_divergence import FEW_LABEL, SMALLEST_LABEL, draw_kl_divergence
from heed.figures.attribute_bars import MISSING_LABEL
from heed.figures.theme import pdf, png

ORDER = ["Wearing_Hat", "Smiling", "Bald"]


def kl_of(*models: str) -> pd.DataFrame:
    rng = np.random.default_rng(0)
    pairs = [("models", f"{p}/all", f"{q}/all") for p, q in itertools.combinations(models, 2)]
    for comparison, p, q in (
        ("correctness", "correct", "incorrect"),
        ("label", "gt_positive", "gt_negative"),
    ):
        pairs += [(comparison, f"{model}/{p}", f"{model}/{q}") for model in models]
    rows = [(*pair, name) for pair in pairs for name in sorted(ORDER)]
    table = pd.DataFrame(rows, columns=["comparison", "p", "q", "attribute"])
    n = len(table)
    return table.assign(n_p=50, n_q=20, proper=10 ** rng.uniform(-3, 0, n), thesis=rng.random(n))


def dots_of(panel) -> dict[str, np.ndarray]:
    return {
        found.get_label(): np.asarray(found.get_offsets())
        for found in panel.collections
        if isinstance(found, PathCollection)
    }


def expected(kl: pd.DataFrame, p: str, q: str) -> list[float]:
    rows = kl[(kl["p"] == p) & (kl["q"] == q)].set_index("attribute")
    return rows.loc[ORDER, "proper"].tolist()


def test_dots_are_the_proper_distances_of_each_pair() -> None:
    kl = kl_of("a", "b")
    between, *within = draw_kl_divergence(kl, ORDER).axes
    dots = dots_of(between)
    assert list(dots) == ["a | b"]
    np.testing.assert_allclose(dots["a | b"][:, 0], expected(kl, "a/all", "b/all"))
    for panel, model in zip(within, ("a", "b"), strict=True):
        assert panel.get_title() == f"within {model}"
        dots = dots_of(panel)
        for label, p, q in (
            ("correct | incorrect", "correct", "incorrect"),
            ("positive (gt+) | negative (gt-)", "gt_positive", "gt_negative"),
        ):
            found = expected(kl, f"{model}/{p}", f"{model}/{q}")
            np.testing.assert_allclose(dots[label][:, 0], found)
            np.testing.assert_allclose(np.round(dots[label][:, 1]), [0, 1, 2])


def test_all_panels_have_the_same_logarithmic_axis_around_all_dots() -> None:
    kl = kl_of("a", "b")
    panels = draw_kl_divergence(kl, ORDER).axes
    assert {panel.get_xscale() for panel in panels} == {"log"}
    ((low, high),) = {panel.get_xlim() for panel in panels}
    assert low <= kl["proper"].min()
    assert high >= kl["proper"].max()
    assert panels[0].get_xlabel() == "KL divergence (nats)"


@pytest.mark.parametrize(("models", "panels"), [("a", 1), ("abc", 4)])
def test_any_number_of_models(models: str, panels: int) -> None:
    figure = draw_kl_divergence(kl_of(*models), ORDER)
    assert len(figure.axes) == panels
    if panels == 4:
        assert set(dots_of(figure.axes[0])) == {"a | b", "a | c", "b | c"}


def test_a_missing_distance_is_marked_and_zero_is_drawn_at_the_left_end() -> None:
    kl = kl_of("a")
    kl.loc[kl["attribute"] == "Bald", "proper"] = np.nan
    kl.loc[kl["attribute"] == "Smiling", "proper"] = 0.0
    (panel,) = draw_kl_divergence(kl, ORDER).axes
    dots = dots_of(panel)
    correct = dots["correct | incorrect"]
    np.testing.assert_allclose(np.round(correct[:, 1]), [0, 1])
    assert correct[1, 0] == panel.get_xlim()[0]
    assert len(dots[MISSING_LABEL]) == 1
    assert SMALLEST_LABEL in dots


def test_distances_that_are_all_missing_or_zero_still_give_an_axis() -> None:
    for value in (np.nan, 0.0):
        (panel,) = draw_kl_divergence(kl_of("a").assign(proper=value), ORDER).axes
        assert 0 < panel.get_xlim()[0] < panel.get_xlim()[1]


def test_averages_over_few_faces_are_hollow() -> None:
    kl = kl_of("a")
    few = (kl["attribute"] == "Bald") & (kl["comparison"] == "label")
    kl.loc[few, "n_p"] = 9
    (panel,) = draw_kl_divergence(kl, ORDER).axes
    dots = dots_of(panel)
    assert FEW_LABEL in dots
    assert len(dots["correct | incorrect"]) == 3
    assert len(dots["positive (gt+) | negative (gt-)"]) == 2


def test_a_missing_row_is_named() -> None:
    kl = kl_of("a")
    with pytest.raises(ValueError, match="p a/correct, q a/incorrect and attribute Bald"):
        draw_kl_divergence(kl[kl["attribute"] != "Bald"], ORDER)


def test_labels_have_no_underscore_and_bytes_are_stable() -> None:
    kl = kl_of("a", "b")
    figure = draw_kl_divergence(kl, ORDER)
    labels = [label.get_text() for label in figure.axes[0].get_yticklabels()]
    assert labels == ["Wearing Hat", "Smiling", "Bald"]
    again = draw_kl_divergence(kl, ORDER)
    assert (png(figure, 60), pdf(figure, 60)) == (png(again, 60), pdf(again, 60))
