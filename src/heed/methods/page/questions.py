"""The plan's six questions, answered in sentences that follow the numbers.

Mysianov (2021) asks which activation maps explain a binary classifier, how that is measured, and
what regularisation, depth, training progress, hyper-parameters and the classifier's own performance
have to do with it.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import pandas as pd

from heed.base.names import readable
from heed.methods.tables.likeness import PASSES_BELOW
from heed.methods.tables.performance import LABELS as OUTCOME_LABELS
from heed.pages.number import Number, told
from heed.pages.wording import listed, sentence

REGULARISATION: Final = ("dropout", "batch norm", "weight decay")
DEPTH: Final = ("depth",)
"""Factors of a question of their own; all others are hyper-parameters."""


@dataclass(frozen=True)
class Question:
    """A question and what the numbers say.

    Attributes:
        anchor: in addresses.
        title: the question.
        answer: sentences.
        note: how it was measured.
        figures: names of those that show it.
        table: a table for it, or None; its columns are printed as they are.
    """

    anchor: str
    title: str
    answer: tuple[str, ...]
    note: str
    figures: tuple[str, ...]
    table: pd.DataFrame | None = None


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
        best_method(tables["ranks"], tables["randomisation"], labels),
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
    ranks: pd.DataFrame, randomisation: pd.DataFrame, labels: Mapping[str, str]
) -> Question:
    """Which method explains the classifier best?"""
    clauses, firsts = [], []
    for metric, of_metric in ranks.groupby("metric", sort=False):
        ordered = of_metric.sort_values("rank", kind="stable")
        best = [readable(name) for name in ordered.loc[ordered["best"], "method"]]
        if best:
            ends = "" if len(best) == 1 else f", which the images cannot tell apart ({len(best)})"
            clauses.append(f"by {labels[str(metric)]} {listed(best)}{ends}")
            firsts.append(set(ordered.loc[ordered["best"], "method"]))
        else:
            clauses.append(f"by {labels[str(metric)]} none: the methods do not differ")
    answer = [sentence(clauses)] if clauses else ["There is nothing to compare: too few methods."]
    if firsts:
        common = sorted(set.intersection(*firsts))
        answer.append(
            f"In the leading group by every metric that tells methods apart: "
            f"{listed([readable(name) for name in common])}."
            if common
            else "No method is in the leading group by all metrics: which is the best depends on "
            "the metric."
        )
    answer += changed_with_weights(randomisation)
    return Question(
        "method",
        "Which method explains the classifier best?",
        tuple(answer),
        "Methods are ranked for each test image; those closer to the lowest average rank than "
        "Nemenyi's critical difference form the leading group, where Friedman's test says that "
        "methods differ at all. The check with random weights (Adebayo et al. 2018) asks for maps "
        "that change: a rank correlation below 0.5 with those of an untrained network.",
        ("scores_by_method", "average_ranks"),
    )


def changed_with_weights(randomisation: pd.DataFrame) -> list[str]:
    """Which methods pass the check with random weights; no sentence where it was not made."""
    groups: dict[str, list[str]] = {}
    for row in randomisation.itertuples():
        number = Number(row.likeness, row.likeness_low, row.likeness_high)
        direction = number.direction(PASSES_BELOW)
        told_number = f"{readable(row.method)} ({told(number, 'share', signed=True)})"
        groups.setdefault(direction, []).append(told_number)
    openings = {
        "down": "with random weights other maps are made by",
        "up": "hardly other ones by",
        "unclear": "not settled for",
        "missing": "unknown for",
    }
    clauses = [f"{words} {listed(groups[d])}" for d, words in openings.items() if d in groups]
    return [sentence(clauses)] if clauses else []


def suitable_metric(suitability: pd.DataFrame, labels: Mapping[str, str]) -> Question:
    """Which metric is suitable to judge them?"""
    clauses = []
    rows = []
    for row in suitability.itertuples():
        reaction = Number(row.reaction, row.reaction_low, row.reaction_high)
        failed = []
        if (
            row.mask_first is not None
            and row.mask_first == row.mask_first
            and not bool(row.mask_first)
        ):
            failed.append("does not score the mask best")
        if (
            row.random_last is not None
            and row.random_last == row.random_last
            and not bool(row.random_last)
        ):
            failed.append("does not score random cells worst")
        if reaction.direction() != "up":
            failed.append("scores trained networks no better than random weights")
        if not row.seeds > 0.5:
            failed.append("orders the methods differently from training to training")
        label = labels[row.metric]
        clauses.append(f"{label} {listed(failed)}" if failed else f"{label} passes every check")
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
        (sentence(clauses),),
        "A suitable metric scores the drawn evidence best and random cells worst, brings the "
        "methods into the same order for every training (Kendall's τ above 0.5), and falls when a "
        "network's weights are random.",
        ("metric_agreement",),
        pd.DataFrame(rows),
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
        f"Scores of {readable(method)}, each level against the base, paired by image and seed. Of "
        "many intervals at 95 % one in twenty leaves 0 out by chance.",
        (),
    )


def factor_sentences(
    factors: pd.DataFrame, among: Iterable[str], labels: Mapping[str, str]
) -> list[str]:
    """A sentence for each level of some factors: which scores it raises or lowers for certain."""
    sentences = []
    for factor in among:
        of_factor = factors[factors["factor"] == factor]
        for _, rows in of_factor.groupby("level", sort=False):
            found: dict[str, list[str]] = {"up": [], "down": []}
            for row in rows.itertuples():
                number = Number(row.difference, row.difference_low, row.difference_high)
                direction = number.direction()
                if direction in found:
                    found[direction].append(
                        f"{labels[row.outcome]} by {told(number, 'share', signed=True)}"
                    )
            clauses = [
                f"{verb} {listed(found[direction])}"
                for direction, verb in (("up", "raises"), ("down", "lowers"))
                if found[direction]
            ]
            name = f"{factor} ({rows['value'].iloc[0]})"
            sentences.append(
                sentence([f"{name} {' and '.join(clauses)}"])
                if clauses
                else sentence([f"{name} changes nothing that the intervals settle"])
            )
    return sentences


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
        f"Scores of {readable(method)}; epoch 0 is before the first step.",
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
    return Question(
        "performance",
        "What do hyper-parameters and the classifier's own performance have to do with it?",
        (*([sentence(clauses)] if clauses else []), *factor_sentences(factors, others, labels)),
        f"Spearman's rank correlation between accuracy and the mean score of {readable(method)}, "
        "over all trained networks; the intervals draw levels. Below, each level against the base.",
        ("accuracy_and_scores", "factor_effects"),
    )


def outcome_words(runs: pd.DataFrame, base: str) -> str:
    """How well the base's networks classify, in a sentence."""
    of_base = runs[runs["level"] == base]
    told_all = [f"{OUTCOME_LABELS[name]} {of_base[name].mean():.3f}" for name in OUTCOME_LABELS]
    return f"Means over the base's {len(of_base)} trainings: {', '.join(told_all)}."


def _yes(value: object) -> str:
    if value is None or value != value:
        return "\N{EN DASH}"
    return "yes" if bool(value) else "no"


def _two(value: float) -> str:
    return "\N{EN DASH}" if value != value else f"{value:.2f}".replace("-", "\N{MINUS SIGN}")
