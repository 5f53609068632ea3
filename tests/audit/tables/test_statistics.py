import numpy as np
import pandas as pd
import pytest
from scipy import stats

from heed.audit.tables.statistics import (
    Averages,
    amr_statistics,
    compared_pairs,
    kl_summary,
    kl_table,
)
from heed.celeba.attributes import ATTRIBUTES
from heed.metrics.groups import GROUP_INDEX, GROUPS
from tests.places import REFERENCE

SETTINGS = {"resamples": 300, "confidence": 0.95, "seed": 0}

BOOTSTRAP = {"resamples": 50, "confidence": 0.95, "seed": 0}


def published(name):
    table = pd.read_csv(REFERENCE / name)
    return table, amr_statistics(table, **SETTINGS)


def test_published_table_5_1():
    table, found = published("thesis_table_5_1_mask_v2.csv")
    assert list(found) == ["balanced", "unbalanced"]
    # r from the printed two decimals; the thesis prints -0.1706 and 0.2211 from unrounded means
    assert found["balanced"]["pearson"] == pytest.approx(-0.175, abs=5e-4)
    assert found["unbalanced"]["pearson"] == pytest.approx(0.213, abs=5e-4)
    assert found["balanced"]["pearson_p"] == pytest.approx(0.28, abs=5e-3)
    assert found["unbalanced"]["pearson_p"] == pytest.approx(0.19, abs=5e-3)
    for model, of_model in found.items():
        columns = [f"{model}_amr", f"{model}_error_rate"]
        covariance = np.cov(table.loc[table.attribute != "OVERALL", columns].to_numpy().T)
        assert of_model["variance_amr"] == pytest.approx(covariance[0, 0])
        assert of_model["covariance"] == pytest.approx(covariance[0, 1])
        assert of_model["variance_error_rate"] == pytest.approx(covariance[1, 1])
        assert of_model["attributes"] == 40
        assert of_model["pearson_low"] < of_model["pearson"] < of_model["pearson_high"]


def test_counts_of_the_published_experiments():
    _, found = published("thesis_table_5_1_mask_v2.csv")
    assert [found[model]["incorrect_above_correct"] for model in found] == [26, 30]
    assert [found[model]["positive_above_negative"] for model in found] == [31, 36]


def test_published_table_a_3():
    _, found = published("thesis_table_A_3_mask_v1.csv")
    assert found["balanced"]["pearson"] == pytest.approx(-0.254, abs=5e-4)
    assert found["unbalanced"]["pearson"] == pytest.approx(0.066, abs=5e-4)


def test_missing_groups_are_not_counted():
    table, _ = published("thesis_table_5_1_mask_v2.csv")
    table.loc[0, ["balanced_amr_incorrect", "balanced_error_rate"]] = np.nan
    found = amr_statistics(table, **SETTINGS)["balanced"]
    assert (found["attributes"], found["with_both_decisions"]) == (39, 39)
    assert found["with_both_labels"] == 40


def test_a_missing_column_is_named():
    table, _ = published("thesis_table_5_1_mask_v2.csv")
    with pytest.raises(ValueError, match="no column unbalanced_amr_correct"):
        amr_statistics(table.drop(columns="unbalanced_amr_correct"), **SETTINGS)


@pytest.fixture
def averages():
    generator = np.random.default_rng(0)
    made = {}
    for name in ("first", "second", "third"):
        means = generator.random((40, len(GROUPS), 8, 8)).astype(np.float32)
        n = generator.integers(1, 50, (40, len(GROUPS)))
        means[5, GROUP_INDEX["incorrect"]], n[5, GROUP_INDEX["incorrect"]] = np.nan, 0
        made[name] = Averages(means, n)
    return made


def noise(averages):
    """The place of the pair in whole numbers, and of the attribute in thousandths."""
    pairs = compared_pairs(list(averages))
    return {(p, q): rank + np.arange(40) / 1000 for rank, (_, p, q) in enumerate(pairs)}


def test_kl_table_holds_the_pairs_in_order(averages):
    order = ATTRIBUTES[::-1]
    table = kl_table(averages, order, noise(averages), 1e-7)
    pairs = table.groupby(["comparison", "p", "q"], sort=False).size()
    assert [(p, q) for kind, p, q in pairs.index if kind == "models"] == [
        ("first/all", "second/all"),
        ("first/all", "third/all"),
        ("second/all", "third/all"),
    ]
    assert ("correctness", "second/correct", "second/incorrect") in pairs.index
    assert ("label", "third/gt_positive", "third/gt_negative") in pairs.index
    assert len(pairs) == 9
    assert (pairs == 40).all()
    assert list(table.attribute[:40]) == list(order)
    expected = np.repeat(np.arange(9), 40) + np.tile(np.arange(40)[::-1], 9) / 1000
    np.testing.assert_allclose(table["permuted"], expected)
    np.testing.assert_allclose(table["corrected"], table["proper"] - expected)


def test_kl_table_takes_the_right_maps(averages):
    table = kl_table(averages, ATTRIBUTES, noise(averages), 1e-7).set_index(["p", "attribute"])
    row = table.loc[("first/correct", "Bald")]
    bald, of_first = ATTRIBUTES.index("Bald"), averages["first"]
    p = of_first.means[bald, GROUP_INDEX["correct"]].astype(float).ravel() + 1e-7
    q = of_first.means[bald, GROUP_INDEX["incorrect"]].astype(float).ravel() + 1e-7
    assert row["proper"] == pytest.approx(stats.entropy(p, q))
    p, q = p - 1e-7, q - 1e-7
    assert row["unnormalised"] == pytest.approx((p * np.log(p / q) - p + q).mean())
    assert [row["intensity_p"], row["intensity_q"]] == pytest.approx([p.mean(), q.mean()])
    assert row["n_q"] == of_first.n[bald, GROUP_INDEX["incorrect"]]
    missing = table.loc[("first/correct", ATTRIBUTES[5])]
    assert missing[["proper", "thesis", "unnormalised", "corrected", "intensity_q"]].isna().all()
    assert not np.isnan(missing["intensity_p"])
    assert missing["n_q"] == 0


def test_kl_summary_tells_whether_the_distance_grows_with_imbalance(averages):
    table = kl_table(averages, ATTRIBUTES, noise(averages), 1e-7)
    one = table["p"] == "first/all"
    table.loc[one & (table["q"] == "second/all"), "proper"] = np.linspace(1, 2, 40)
    table.loc[one & (table["q"] == "second/all"), "corrected"] = np.linspace(0.5, 0, 40)
    found = kl_summary(table, **BOOTSTRAP)
    rising = found["first/all_to_second/all"]
    assert (rising["attributes"], rising["mean"]) == (40, pytest.approx(1.5))
    ends = [rising[f"imbalance_spearman{end}"] for end in ("", "_low", "_high")]
    assert ends == pytest.approx([1, 1, 1])
    assert rising["corrected_mean"] == pytest.approx(0.25)
    assert rising["corrected_imbalance_spearman_high"] == pytest.approx(-1)
    other = found["first/correct_to_first/incorrect"]
    assert other["imbalance_spearman_low"] < other["imbalance_spearman"]
    assert other["imbalance_spearman"] < other["imbalance_spearman_high"]
    assert found["first/correct_to_first/incorrect"]["attributes"] == 39


@pytest.mark.parametrize(("attributes", "expected"), [(2, np.nan), (3, 0.5)])
def test_kl_summary_of_few_attributes_by_hand(attributes, expected):
    """Ranks 1, 2, 3 of the places and 2, 1, 3 of the distances; two points are no trend."""
    table = pd.DataFrame({"p": "a", "q": "b", "proper": [np.nan, 0.2, 0.1, 0.9], "corrected": 0.0})
    found = kl_summary(table[: attributes + 1], **BOOTSTRAP)["a_to_b"]
    assert found["attributes"] == attributes
    assert found["mean"] == pytest.approx((0.2 + 0.1 + 0.9 * (attributes == 3)) / attributes)
    assert found["imbalance_spearman"] == pytest.approx(expected, nan_ok=True)


def test_kl_of_a_single_classifier_has_no_pair_of_models(averages):
    only = {"only": averages["first"]}
    table = kl_table(only, ATTRIBUTES, noise(only), 1e-7)
    assert set(table["comparison"]) == {"correctness", "label"}
