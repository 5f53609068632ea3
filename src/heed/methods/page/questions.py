"""The plan's six questions, answered in sentences that follow the numbers.

Mysianov (2021) asks which activation maps explain a binary classifier, how that is measured, and
what regularisation, depth, training progress, hyper-parameters and the classifier's own performance
have to do with it.
"""

from collections.abc import Mapping, Sequence
from typing import Final

import pandas as pd

from heed.methods.map_names import map_name
from heed.methods.page.effects import factor_sentences
from heed.methods.page.methods_and_metrics import best_method, suitable_metric
from heed.methods.page.question import Question
from heed.methods.tables.performance import LABELS as OUTCOME_LABELS
from heed.pages.number import Number, told
from heed.pages.wording import listed, sentence

REGULARISATION: Final = ("dropout", "batch norm", "weight decay")
DEPTH: Final = ("depth",)
"""Factors of a question of their own; all others are hyper-parameters."""


def questions(
    tables: Mapping[str, pd.DataFrame], labels: Mapping[str, str], method: str
) -> list[Question]:
    """The six questions in their order.

    Args:
        tables: of the stage answers, by name.
        labels: by metric or outcome its name.
        method: whose scores are followed along factors and epochs.
    """
    return [
        best_method(tables["ranks"], tables["randomisation"], tables["stability"], labels),
        suitable_metric(tables["suitability"], labels),
        effects(
            "regularisation",
            "Does regularisation change the maps?",
            tables["factors"],
            REGULARISATION,
            labels,
            method,
        ),
        effects("depth", "Does depth change the maps?", tables["factors"], DEPTH, labels, method),
        training_progress(tables["trend"], labels, method),
        hyper_parameters(tables, labels, method),
    ]


def effects(
    anchor: str,
    title: str,
    factors: pd.DataFrame,
    among: Sequence[str],
    labels: Mapping[str, str],
    method: str,
) -> Question:
    """What some factors change in the scores of one method's maps."""
    answer = factor_sentences(factors, among, labels)
    return Question(
        anchor,
        title,
        tuple(answer) or ("It was not varied: levels in params.yaml has no such factor.",),
        f"Scores of {map_name(method)}, each level against the base, paired by image and seed. Of "
        "many intervals some leave 0 out by chance.",
        (),
    )


def training_progress(trend: pd.DataFrame, labels: Mapping[str, str], method: str) -> Question:
    """Do maps get better along the training?"""
    groups: dict[str, list[str]] = {"up": [], "down": [], "unclear": []}
    for row in trend.itertuples():
        number = Number(row.difference, row.difference_low, row.difference_high)
        direction = number.direction()
        groups.setdefault(direction, []).append(
            f"{labels[row.outcome]} ({told(number, 'share', signed=True)})"
        )
    clauses = [
        f"{verb} {listed(groups[direction])}"
        for direction, verb in (("up", "higher:"), ("down", "lower:"), ("unclear", "not settled:"))
        if groups.get(direction)
    ]
    if not trend.empty:
        span = f"after epoch {trend['last'].iloc[0]}, against epoch {trend['first'].iloc[0]}"
        answer = (
            sentence([f"{span}, {clauses[0]}", *clauses[1:]]) if clauses else "Nothing is known."
        )
    else:
        answer = "It was not followed: no level keeps the weights of single epochs."
    return Question(
        "progress",
        "Do the maps get better along the training?",
        (answer,),
        f"Scores of {map_name(method)}; epoch 0 is before the first step.",
        ("along_training",),
    )


def hyper_parameters(
    tables: Mapping[str, pd.DataFrame], labels: Mapping[str, str], method: str
) -> Question:
    """What do hyper-parameters and the classifier's own performance have to do with it?"""
    factors, correlations = tables["factors"], tables["correlations"]
    others = [
        name for name in dict.fromkeys(factors["factor"]) if name not in (*REGULARISATION, *DEPTH)
    ]
    groups: dict[str, list[str]] = {}
    for row in correlations[correlations["by"] == "accuracy"].itertuples():
        number = Number(row.spearman, row.spearman_low, row.spearman_high)
        groups.setdefault(number.direction(), []).append(
            f"{labels[row.metric]} ({told(number, 'share', signed=True)})"
        )
    openings = {
        "up": "networks that are more often right score higher by",
        "down": "networks that are more often right score lower by",
        "unclear": "no relation is settled for",
        "missing": "too few networks to tell for",
    }
    clauses = [f"{openings[d]} {listed(names)}" for d, names in groups.items() if d in openings]
    answer = [sentence(clauses)] if clauses else []
    answer += factor_sentences(factors, others, labels)
    return Question(
        "performance",
        "What do hyper-parameters and the classifier's own performance have to do with it?",
        tuple(answer) or ("There is nothing to compare: too few networks.",),
        f"Spearman's rank correlation between accuracy and the mean score of {map_name(method)}, "
        "over all trained networks; the intervals draw levels. Below, each level against the base.",
        ("accuracy_and_scores", "factor_effects"),
    )


def outcome_words(runs: pd.DataFrame, base: str) -> str:
    """How well the base's networks classify, in a sentence."""
    of_base = runs[runs["level"] == base]
    told_all = [f"{OUTCOME_LABELS[name]} {of_base[name].mean():.3f}" for name in OUTCOME_LABELS]
    if len(of_base) == 1:
        return f"The base's one training: {', '.join(told_all)}."
    return f"Means over the base's {len(of_base)} trainings: {', '.join(told_all)}."


def interval_words(runs: pd.DataFrame, base: str, confidence: float) -> str:
    """What the intervals are over, in a sentence: of one training nothing is known of others."""
    over = (
        "over other images and other trainings"
        if (runs["level"] == base).sum() > 1
        else "over other images; how far another training would differ, a single one cannot tell"
    )
    return sentence([f"Intervals hold {100 * confidence:g} %, {over}"])
