"""The page's sentences follow the numbers."""

import pandas as pd
import pytest

from heed.methods.page.effects import factor_sentences
from heed.methods.page.methods_and_metrics import best_method, suitable_metric
from heed.methods.page.questions import (
    hyper_parameters,
    interval_words,
    questions,
    training_progress,
)

NOTHING = pd.DataFrame(
    columns=["step", "decides", "method", "measure", "likeness", "likeness_low", "likeness_high"]
)
NO_NOISE = pd.DataFrame(columns=["method", "change", "stable"])
LABELS = {"iou": "IoU", "pe": "PE", "accuracy": "Accuracy"}


def ranks(**best: list[str]) -> pd.DataFrame:
    rows = [
        {"metric": metric, "method": method, "rank": rank, "best": method in of_metric}
        for metric, of_metric in best.items()
        for rank, method in enumerate(("gradcam", "layercam", "scorecam"), 1)
    ]
    return pd.DataFrame(rows, columns=["metric", "method", "rank", "best"])


def test_the_leading_methods_are_counted() -> None:
    table = ranks(iou=["gradcam"], pe=["gradcam", "layercam"], auc=[])
    question = best_method(table, NOTHING, NO_NOISE, {**LABELS, "auc": "AUC"})
    assert question.answer == (
        "Grad-CAM is in the leading group by 2 of 2 metrics and LayerCAM by 1.",
        "By all of them: Grad-CAM.",
    )
    assert question.tables[0].to_numpy().tolist() == [
        ["IoU", "Grad-CAM"],
        ["PE", "Grad-CAM and LayerCAM"],
        ["AUC", "methods do not differ"],
    ]


def test_metrics_that_disagree_are_said_to() -> None:
    found = best_method(ranks(iou=["gradcam"], pe=["layercam"]), NOTHING, NO_NOISE, LABELS).answer
    assert found[1].startswith("No method is in it by all metrics")


def test_nothing_is_told_where_nothing_differs() -> None:
    found = best_method(ranks(iou=[]), NOTHING, NO_NOISE, LABELS).answer
    assert found == ("The images do not tell the methods apart by any metric.",)


def test_two_methods_are_not_said_to_be_alike() -> None:
    found = best_method(ranks(), NOTHING, NO_NOISE, LABELS).answer
    assert found == (
        "Methods are not ranked: that takes three of them, and two images that all score.",
    )


def suitability(**values: object) -> pd.DataFrame:
    row = {
        "metric": "iou", "mask_first": True, "random_last": True, "seeds": 0.9, "others": 0.4,
        "reaction": 0.2, "reaction_low": 0.1, "reaction_high": 0.3,
    }  # fmt: skip
    return pd.DataFrame([{**row, **values}])


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({}, "Every check is passed by IoU."),
        ({"mask_first": False}, "IoU does not score the mask best."),
        ({"random_last": False}, "IoU does not score random cells worst."),
        ({"seeds": 0.2}, "IoU orders the methods differently from training to training."),
        (
            {"seeds": float("nan")},
            "IoU has no order of the methods that trainings could agree on.",
        ),
        ({"reaction": float("nan")}, "IoU was not compared with random weights."),
        (
            {"reaction_low": -0.1},
            "IoU scores trained networks no better than random weights.",
        ),
        ({"mask_first": None, "random_last": None}, "Every check is passed by IoU."),
    ],
)
def test_what_a_metric_fails_is_said(values: dict, words: str) -> None:
    answer = suitable_metric(suitability(**values), LABELS).answer
    assert answer[-1] == words
    assert (answer[0] == words) == words.startswith("Every")


def test_several_metrics_that_fail_are_told_in_the_plural() -> None:
    both = pd.concat([suitability(random_last=False), suitability(metric="pe", random_last=False)])
    answer = suitable_metric(both, LABELS).answer
    assert answer == ("No metric passes all checks.", "IoU and PE do not score random cells worst.")


@pytest.mark.parametrize(("seeds", "over"), [(1, "a single one cannot tell"), (2, "trainings.")])
def test_intervals_of_one_training_say_nothing_of_others(seeds: int, over: str) -> None:
    runs = pd.DataFrame({"level": ["base"] * seeds + ["deep"] * 3})
    words = interval_words(runs, "base", 0.9)
    assert words.startswith("Intervals hold 90\N{NO-BREAK SPACE}%, over other images")
    assert words.removesuffix(".").endswith(over.removesuffix("."))


def effects(**intervals: tuple[float, float, float]) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "factor": "depth", "level": "deep", "value": "3 blocks", "outcome": outcome,
            "difference": value, "difference_low": low, "difference_high": high,
        }
        for outcome, (value, low, high) in intervals.items()
    )  # fmt: skip


def test_only_what_an_interval_settles_is_an_effect() -> None:
    table = effects(iou=(0.1, 0.05, 0.15), pe=(0.1, -0.1, 0.3), accuracy=(-0.02, -0.03, -0.01))
    assert factor_sentences(table, ["depth"], LABELS) == [
        "Depth (3 blocks) raises IoU by 0.100 (0.050 to 0.150) and lowers Accuracy by "
        "0.020 (0.010 to 0.030)."
    ]
    assert factor_sentences(table, ["dropout"], LABELS) == []
    unclear = effects(pe=(0.1, -0.1, 0.3))
    assert factor_sentences(unclear, ["depth"], LABELS) == [
        "Depth (3 blocks) changes nothing that the intervals settle."
    ]


def test_the_trend_is_told_by_its_interval() -> None:
    trend = pd.DataFrame(
        {
            "outcome": ["iou", "pe"], "first": 1, "last": 12, "difference": [0.2, 0.1],
            "difference_low": [0.1, -0.1], "difference_high": [0.3, 0.3],
        }
    )  # fmt: skip
    (answer,) = training_progress(trend, LABELS, "gradcam").answer
    assert answer == (
        "After epoch 12, against epoch 1, higher: IoU (+0.200 (+0.100 to +0.300)); not settled: "
        "PE (+0.100 (−0.100 to +0.300))."
    )
    assert "was not followed" in training_progress(trend.iloc[:0], LABELS, "gradcam").answer[0]


def test_correlations_and_the_other_factors() -> None:
    correlations = pd.DataFrame(
        {
            "metric": ["iou", "pe", "iou"], "by": ["accuracy", "accuracy", "roc_auc"],
            "spearman": [0.6, float("nan"), 0.5], "spearman_low": [0.2, float("nan"), 0.1],
            "spearman_high": [0.8, float("nan"), 0.7],
        }
    )  # fmt: skip
    table = effects(iou=(0.1, 0.05, 0.15)).assign(factor="label noise")
    answer = hyper_parameters({"factors": table, "correlations": correlations}, LABELS, "x").answer
    assert answer[0].startswith("Networks that are more often right score higher by IoU (+0.600")
    assert "too few networks to tell for PE" in answer[0]
    assert answer[1].startswith("Label noise (3 blocks) raises IoU")


def test_a_study_of_one_level_says_that_it_has_nothing_to_compare() -> None:
    empty = pd.DataFrame()
    no_ranks = pd.DataFrame(columns=["metric", "method", "rank", "best"])
    no_factors = pd.DataFrame(columns=["factor", "level", "value", "outcome", "difference",
                                       "difference_low", "difference_high"])  # fmt: skip
    no_trend = pd.DataFrame(columns=["outcome", "first", "last", "difference"])
    no_correlations = pd.DataFrame(columns=["metric", "by", "spearman", "spearman_low",
                                            "spearman_high"])  # fmt: skip
    asked = questions(
        {
            "ranks": no_ranks, "randomisation": NOTHING, "stability": NO_NOISE,
            "suitability": suitability(), "factors": no_factors, "trend": no_trend,
            "correlations": no_correlations, "runs": empty,
        },
        LABELS,
        "gradcam",
    )  # fmt: skip
    assert len(asked) == 6
    assert all(question.answer for question in asked)
    assert "not varied" in asked[2].answer[0]
