"""The plan's six questions, answered in sentences that follow the numbers.

Mysianov (2021) asks which activation maps explain a binary classifier, how that is measured, and
what regularisation, depth, training progress, hyper-parameters and the classifier's own performance
have to do with it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import pandas as pd

from heed.methods.map_names import map_name
from heed.methods.page.checks import (
    RANDOMISATION_NOTE,
    STABILITY_NOTE,
    check_table,
    randomisation_sentences,
    sound_sentences,
    stability_sentences,
)
from heed.methods.page.effects import factor_sentences
from heed.methods.tables.performance import LABELS as OUTCOME_LABELS
from heed.pages.number import Number, told
from heed.pages.wording import listed, sentence

REGULARISATION: Final = ("dropout", "batch norm", "weight decay")
DEPTH: Final = ("depth",)
"""Factors of a question of their own; all others are hyper-parameters."""

AGREES: Final = 0.5
"""Kendall's tau above which trainings bring the methods into one order."""


@dataclass(frozen=True)
class Question:
    """A question and what the numbers say.

    Attributes:
        anchor: in addresses.
        title: the question.
        answer: sentences.
        note: how it was measured.
        figures: names of those that show it.
        tables: for it; their columns are printed as they are.
    """

    anchor: str
    title: str
    answer: tuple[str, ...]
    note: str
    figures: tuple[str, ...]
    tables: tuple[pd.DataFrame, ...] = ()


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


def best_method(
    ranks: pd.DataFrame,
    randomisation: pd.DataFrame,
    stability: pd.DataFrame,
    labels: Mapping[str, str],
) -> Question:
    """Which method explains the classifier best?"""
    leading: dict[str, int] = {}
    rows = []
    for metric, of_metric in ranks.groupby("metric", sort=False):
        ordered = of_metric.sort_values("rank", kind="stable")
        best = list(ordered.loc[ordered["best"], "method"])
        for name in best:
            leading[name] = leading.get(name, 0) + 1
        group = listed([map_name(name) for name in best]) or "methods do not differ"
        rows.append({"Metric": labels[str(metric)], "Leading group, the best first": group})
    telling = int(ranks.groupby("metric")["best"].any().sum())
    order = sorted(leading, key=lambda name: -leading[name])
    answer = ["The images do not tell the methods apart by any metric."]
    if order:
        leader, *others = order
        led = (
            f"{map_name(leader)} is in the leading group by {leading[leader]} of {telling} metrics"
        )
        answer = [sentence([listed([led, *(f"{map_name(n)} by {leading[n]}" for n in others)])])]
        answer.append(
            f"By all of them: {listed([map_name(n) for n in order if leading[n] == telling])}."
            if leading[order[0]] == telling
            else "No method is in it by all metrics: which is the best depends on the metric."
        )
    answer += sound_sentences(randomisation, stability, list(dict.fromkeys(ranks["method"])))
    answer += randomisation_sentences(randomisation)
    answer += stability_sentences(stability)
    return Question(
        "method",
        "Which method explains the classifier best?",
        tuple(answer),
        "Methods are ranked for each test image; those closer to the lowest average rank than "
        "Nemenyi's critical difference form the leading group, where Friedman's test says that "
        f"methods differ at all. {RANDOMISATION_NOTE} {STABILITY_NOTE}",
        ("scores_by_method", "average_ranks", "randomisation"),
        (pd.DataFrame(rows), check_table(randomisation, stability)),
    )


def suitable_metric(suitability: pd.DataFrame, labels: Mapping[str, str]) -> Question:
    """Which metric is suitable to judge them?"""
    failed: dict[str, list[str]] = {}
    sound = []
    rows = []
    for row in suitability.itertuples():
        label, reaction = labels[row.metric], Number.of(row._asdict(), "reaction")
        checks = {
            "does not score the mask best": _no(row.mask_first),
            "does not score random cells worst": _no(row.random_last),
            "scores trained networks no better than random weights": reaction.direction() != "up",
            "orders the methods differently from training to training": not row.seeds > AGREES,
        }
        for words, fails in checks.items():
            if fails:
                failed.setdefault(words, []).append(label)
        if not any(checks.values()):
            sound.append(label)
        rows.append(
            {
                "Metric": label,
                "Mask first": _yes(row.mask_first),
                "Random last": _yes(row.random_last),
                "Agrees over trainings (τ)": _two(row.seeds),
                "Agrees with other metrics (τ)": _two(row.others),
                "Better than with random weights": told(reaction, "share", signed=True),
            }
        )
    return Question(
        "metric",
        "Which metric is suitable?",
        (
            f"Every check is passed by {listed(sound)}."
            if sound
            else "No metric passes all checks.",
            *(sentence([f"{listed(names)} {words}"]) for words, names in failed.items()),
        ),
        "A suitable metric scores the drawn evidence best and random cells worst, brings the "
        "methods into the same order for every training (Kendall's τ above 0.5), and falls when a "
        "network's weights are random.",
        ("metric_agreement",),
        (pd.DataFrame(rows),),
    )


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
        "many intervals at 95 % one in twenty leaves 0 out by chance.",
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
    return f"Means over the base's {len(of_base)} trainings: {', '.join(told_all)}."


def _no(value: object) -> bool:
    """Whether a check failed; one that was not made did not."""
    return value is not None and value == value and not bool(value)


def _yes(value: object) -> str:
    if value is None or value != value:
        return "\N{EN DASH}"
    return "yes" if bool(value) else "no"


def _two(value: float) -> str:
    return "\N{EN DASH}" if value != value else f"{value:.2f}".replace("-", "\N{MINUS SIGN}")
