"""The study's tables on scores that were made up, so that the answers are known."""

import numpy as np
import pandas as pd
import pytest

from heed.methods.metric import Metric
from heed.methods.tables.correlations import correlation_table, spearman
from heed.methods.tables.factors import factors_table
from heed.methods.tables.methods_by_metric import methods_table, ranks_table, valid_table
from heed.methods.tables.printed import to_latex, to_markdown
from heed.methods.tables.progress import progress_table, trend_table
from heed.methods.tables.score_array import Bootstrap
from heed.methods.tables.suitability import agreement_table, suitability_table
from tests.methods.tables.made_up import METHODS, METRICS, scores
from tests.methods.tables.test_performance import predictions

NETWORKS = ["good", "fair", "poor"]
BOOTSTRAP = Bootstrap(resamples=200, seed=0, confidence=0.95)


def metric(direction: str) -> Metric:
    return Metric(
        label=direction.title(),
        kind="localisation",
        direction=direction,  # type: ignore[arg-type]
        source="",
        score=lambda maps, subject: np.zeros(len(maps)),
    )


KINDS = {name: metric(name) for name in METRICS}


def test_means_have_their_intervals_and_missing_shares() -> None:
    array = scores()
    array.values[:, :10, 0, 0] = np.nan
    table = methods_table(array, bootstrap=BOOTSTRAP).set_index(["metric", "method"])
    row = table.loc["up", "good"]
    assert row["value"] == pytest.approx(0.6, abs=0.02)
    assert row["value_low"] < 0.6 < row["value_high"]
    assert row["missing"] == pytest.approx(0.25)
    assert len(table) == len(METHODS) * len(METRICS)


def test_valid_maps_are_counted() -> None:
    array = scores(seeds=2, images=10)
    array.values[:, :, 0, 0] = np.linspace(0.05, 0.95, 10)
    array.values[:, 0, 1, 0] = np.nan
    table = valid_table(array, ["up", "iou"], [0.5, 0.75], bootstrap=BOOTSTRAP)
    shares = table.set_index(["at", "method"])["share"]
    assert set(table["metric"]) == {"up"}
    assert (shares[0.5, "good"], shares[0.75, "good"]) == (0.5, 0.3)
    assert shares[0.5, "mask"] == 1.0
    assert table["share_low"].ge(0).all()
    assert table["share_high"].le(1).all()


def test_ranks_follow_the_direction_of_the_metric() -> None:
    table = ranks_table(scores(noise=0.01), NETWORKS, KINDS, 0.05)
    for name in METRICS:
        of_metric = table[table["metric"] == name].set_index("method")
        assert of_metric["rank"].to_dict() == {"good": 1.0, "fair": 2.0, "poor": 3.0}
        assert of_metric["best"].tolist() == [True, False, False]


def test_methods_that_do_not_differ_have_no_best() -> None:
    array = scores(images=8)
    array.values[:] = 0.5
    assert not ranks_table(array, NETWORKS, KINDS, 0.05)["best"].any()


def test_a_suitable_metric_passes_every_check() -> None:
    array, untrained = scores(), scores(images=20, shift=(-0.3, 0.3))
    table = suitability_table(
        array, untrained, NETWORKS, KINDS, method="good", bootstrap=BOOTSTRAP
    ).set_index("metric")
    assert table["mask_first"].tolist() == [True, True]
    assert table["random_last"].tolist() == [True, True]
    assert table["seeds"].tolist() == [1.0, 1.0]
    assert table["others"].tolist() == [1.0, 1.0]
    assert (table["reaction_low"] > 0).all(), "better is up, for both directions"
    assert table["reaction"].tolist() == pytest.approx([0.3, 0.3], abs=0.03)


def test_a_method_may_be_level_with_the_mask_but_not_above_it() -> None:
    array = scores()
    mask, good = METHODS.index("mask"), METHODS.index("good")
    array.values[:, :, good, 0] = array.values[:, :, mask, 0]
    level = suitability_table(array, None, NETWORKS, KINDS, method="good", bootstrap=BOOTSTRAP)
    assert level.iloc[0]["mask_first"]
    array.values[..., 0] = 0.5
    same = suitability_table(array, None, NETWORKS, KINDS, method="good", bootstrap=BOOTSTRAP)
    assert not same.iloc[0]["mask_first"], "a metric that tells nothing apart is not suitable"


def test_a_metric_that_prefers_random_cells_is_found() -> None:
    array = scores()
    array.values[:, :, METHODS.index("random"), 0] = 2.0
    table = suitability_table(array, None, NETWORKS, KINDS, method="good", bootstrap=BOOTSTRAP)
    first = table.iloc[0]
    assert not first["mask_first"]
    assert not first["random_last"]
    assert np.isnan(first["reaction"])


def test_agreement_is_one_with_itself_and_turns_with_the_order() -> None:
    array = scores(noise=0.001)
    table = agreement_table(array, NETWORKS, KINDS).set_index(["metric", "other"])["tau"]
    assert table["up", "up"] == table["up", "down"] == 1.0
    both_up = {**KINDS, "down": metric("up")}
    turned = agreement_table(array, NETWORKS, both_up).set_index(["metric", "other"])["tau"]
    assert turned["up", "down"] == -1.0


def test_the_effect_of_a_factor_is_the_paired_difference() -> None:
    levels = {"base": scores(), "more": scores(shift=(0.2, 0.0)), "same": scores()}
    logits = {name: predictions(1.0 if name == "more" else 0.0) for name in levels}
    words = {name: (f"factor of {name}", name) for name in levels}
    table = factors_table(
        levels, logits, words, base="base", method="good", bootstrap=BOOTSTRAP
    ).set_index(["level", "outcome"])
    row = table.loc["more", "up"]
    assert row["difference"] == pytest.approx(0.2)
    assert row["difference_low"] == pytest.approx(0.2)  # the same noise: pairs differ by .2 each
    assert table.loc[("same", "up"), "difference"] == 0
    assert table.loc[("same", "accuracy"), ["difference", "difference_low"]].tolist()[0] == 0
    assert table.loc[("more", "fpr"), "difference"] > 0.1
    assert "base" not in table.index.get_level_values(0)
    alone = {"base": levels["base"]}
    assert factors_table(
        alone, logits, words, base="base", method="good", bootstrap=BOOTSTRAP
    ).empty


def test_along_the_training() -> None:
    along = {0: scores(), 1: scores(shift=(0.1, 0.0)), 2: scores(shift=(0.4, 0.0))}
    logits = pd.concat([predictions().assign(epoch=epoch) for epoch in along])
    table = progress_table(along, logits, method="fair", bootstrap=BOOTSTRAP)
    assert table[table["outcome"] == "up"]["value"].diff().dropna().tolist() == pytest.approx(
        [0.1, 0.3]
    )
    assert len(table) == 3 * (2 + 5)
    trend = trend_table(along, method="fair", first=1, bootstrap=BOOTSTRAP).set_index("outcome")
    assert trend.loc["up", "difference"] == pytest.approx(0.3)
    assert trend.loc["up", ["first", "last"]].tolist() == [1, 2]
    one = {2: along[2]}
    assert trend_table(one, method="fair", first=1, bootstrap=BOOTSTRAP).empty


def test_correlations_are_scipys_and_missing_for_few_runs() -> None:
    from scipy import stats

    rng = np.random.default_rng(0)
    pair = rng.normal(size=(12, 2)).round(1)
    assert spearman(pair) == pytest.approx(stats.spearmanr(*pair.T).statistic)
    runs = pd.DataFrame({"level": list("aabbccddeeff"), "accuracy": np.arange(12) / 12})
    runs["roc_auc"], runs["up"] = 0.9, np.arange(12)
    table = correlation_table(runs, ["up"], bootstrap=BOOTSTRAP).set_index("by")
    assert table.loc["accuracy", "spearman"] == pytest.approx(1)
    assert table.loc["accuracy", "spearman_low"] == pytest.approx(1)
    assert np.isnan(table.loc["roc_auc", "spearman"])
    assert np.isnan(correlation_table(runs.iloc[:4], ["up"], bootstrap=BOOTSTRAP)["spearman"]).all()


def test_the_table_in_print() -> None:
    table = methods_table(scores(), bootstrap=BOOTSTRAP)
    table.loc[0, "value"] = np.nan
    labels = {name: kind.label for name, kind in KINDS.items()}
    lines = to_markdown(table, METHODS, labels).splitlines()
    assert [cell.strip() for cell in lines[0].split("|")[1:-1]] == ["Map", "Up", "Down"]
    assert len(lines) == 2 + len(METHODS)
    assert "–" in lines[2]
    latex = to_latex(table, METHODS, labels)
    assert latex.count(r"\\") == 1 + len(METHODS)
