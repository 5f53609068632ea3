import numpy as np
import pandas as pd
import pytest

from heed.audit.figures.empty_maps import LOWEST_LIMIT, draw_empty_maps

LABELS = {
    "all faces": "all",
    "majority class predicted": "predicted_majority",
    "minority class predicted": "predicted_minority",
}
COUNTS = pd.DataFrame(
    {
        "attribute": ["Smiling", "Bald", "Wearing_Hat", "OVERALL"],
        "train_positives": [60, 2, 10, 72],
        "train_negatives": [40, 98, 90, 228],
    }
)
MAJORITY = [0.6, 0.98, 0.9]


def test_dots_are_the_empty_rates_over_the_majority_s_share(groups) -> None:
    figure = draw_empty_maps(groups, COUNTS)
    for panel, model in zip(figure.axes, ("balanced", "unbalanced"), strict=True):
        dots = {found.get_label(): found.get_offsets() for found in panel.collections}
        assert set(dots) == set(LABELS)
        for label, group in LABELS.items():
            rows = groups.query(f"model == '{model}' and metric == 'amr' and group == '{group}'")
            rates = rows.set_index("attribute").loc[["Smiling", "Bald", "Wearing_Hat"]]
            np.testing.assert_allclose(dots[label][:, 0], MAJORITY)
            np.testing.assert_allclose(dots[label][:, 1], rates["empty_rate"])


def test_the_title_counts_the_empty_maps(groups) -> None:
    everyone = (groups["metric"] == "amr") & (groups["group"] == "all")
    groups.loc[everyone, ["n", "empty_rate"]] = [1000, 0.02]
    title = draw_empty_maps(groups, COUNTS).axes[0].get_title()
    assert title.split("\n")[0] == "balanced"
    assert " ".join(title.split()[1:]) == "on average 60 of 3,000 maps per training are empty"


def sentence(groups) -> str:
    figure = draw_empty_maps(groups, COUNTS)
    assert not figure.axes
    return " ".join(figure.texts[0].get_text().split())


def test_one_empty_map_in_one_of_three_trainings_is_fewer_than_one_and_not_none(groups) -> None:
    one = (groups["metric"] == "amr") & (groups["group"] == "all")
    groups.loc[one, ["n", "empty_rate"]] = [100, 0.0]
    groups.loc[
        one & (groups["attribute"] == "Bald") & (groups["model"] == "unbalanced"), "empty_rate"
    ] = 1 / 300
    assert sentence(groups) == (
        "Fewer than 0.5% of each network's maps are empty (balanced: none of 300 maps per training "
        "is empty; unbalanced: on average fewer than 1 of 300 maps per training are empty). Most "
        "are of Bald, 0.3% of its maps."
    )


def test_hardly_any_empty_maps_are_a_sentence_and_many_of_one_network_are_a_figure(groups) -> None:
    groups = groups.assign(n=100, empty_rate=0.0)
    assert "Most" not in sentence(groups)
    of_one = groups["model"] == "unbalanced"
    groups.loc[of_one, "empty_rate"] = 0.0049
    assert sentence(groups)
    groups.loc[of_one, "empty_rate"] = 0.0051
    for panel in draw_empty_maps(groups, COUNTS).axes:
        assert panel.get_ylim()[1] == LOWEST_LIMIT
        assert panel.get_ylim()[0] < 0  # dots at 0 are not cut


def test_the_attributes_with_the_highest_shares_are_named(groups) -> None:
    groups = groups.assign(n=100, empty_rate=0.0)
    chosen = (groups["attribute"] == "Wearing_Hat") & (groups["group"] == "predicted_majority")
    groups.loc[chosen, "empty_rate"] = 0.4
    everyone = (groups["attribute"] == "Wearing_Hat") & (groups["group"] == "all")
    groups.loc[everyone, "empty_rate"] = 0.2  # once each, at the highest of its dots
    panel = draw_empty_maps(groups, COUNTS).axes[0]
    assert [(text.get_text(), *text.xy) for text in panel.texts] == [("Wearing Hat", 0.9, 0.4)]


def test_a_group_without_faces_and_an_attribute_without_training_faces_have_no_dot(groups) -> None:
    missing = (groups["attribute"] == "Bald") & (groups["group"] == "predicted_minority")
    groups.loc[missing, ["n", "empty_rate"]] = [0, np.nan]
    counts = COUNTS.copy()
    counts.loc[counts["attribute"] == "Wearing_Hat", ["train_positives", "train_negatives"]] = 0
    panel = draw_empty_maps(groups, counts).axes[0]
    found = {dots.get_label(): dots.get_offsets()[:, 0].tolist() for dots in panel.collections}
    assert found["minority class predicted"] == [0.6]
    assert found["all faces"] == [0.6, 0.98]


@pytest.mark.parametrize("count", [1, 3])
def test_any_number_of_models(groups, count: int) -> None:
    one = groups[groups["model"] == "balanced"]
    groups = pd.concat([one.assign(model=f"model {index}") for index in range(count)])
    titles = [panel.get_title() for panel in draw_empty_maps(groups, COUNTS).axes]
    assert [title.split("\n")[0] for title in titles] == [f"model {i}" for i in range(count)]
