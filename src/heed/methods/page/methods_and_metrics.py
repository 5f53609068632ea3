"""Which method explains the classifier best, and which metric is suitable to say so."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any, Final

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
from heed.methods.page.question import Question
from heed.pages.number import Number, told
from heed.pages.wording import listed, sentence

AGREES: Final = 0.5
"""Kendall's tau above which trainings bring the methods into one order."""


def best_method(
    ranks: pd.DataFrame,
    randomisation: pd.DataFrame,
    stability: pd.DataFrame,
    labels: Mapping[str, str],
) -> Question:
    """Which method explains the classifier best?"""
    groups = leading_groups(ranks)
    leading, telling = times_leading(groups)
    rows = [
        {
            "Metric": labels[metric],
            "Leading group, the best first": listed([map_name(name) for name in best])
            or "methods do not differ",
        }
        for metric, best in groups.items()
    ]
    order = list(leading)
    answer = (
        ["The images do not tell the methods apart by any metric."]
        if len(ranks)
        else ["Methods are not ranked: that takes three of them, and two images that all score."]
    )
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


def leading_groups(ranks: pd.DataFrame) -> dict[str, list[str]]:
    """By metric the leading group, the best method first; empty where methods do not differ.

    Args:
        ranks: of :func:`heed.methods.tables.methods_by_metric.ranks_table`.
    """
    found = {}
    for metric, of_metric in ranks.groupby("metric", sort=False):
        ordered = of_metric.sort_values("rank", kind="stable")
        found[str(metric)] = list(ordered.loc[ordered["best"], "method"])
    return found


def times_leading(groups: Mapping[str, Sequence[str]]) -> tuple[dict[str, int], int]:
    """How often each method is in a leading group, most often first; and of how many groups."""
    counts = Counter(name for group in groups.values() for name in group)
    return dict(counts.most_common()), sum(map(bool, groups.values()))


def suitable_metric(suitability: pd.DataFrame, labels: Mapping[str, str]) -> Question:
    """Which metric is suitable to judge them?"""
    failed: dict[tuple[str, str], list[str]] = {}
    sound = []
    rows = []
    for row in suitability.itertuples():
        label, reaction = labels[row.metric], Number.of(row._asdict(), "reaction")
        faults = faults_of(row._asdict())
        for words in faults:
            failed.setdefault(words, []).append(label)
        if not faults:
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
            *(
                sentence([f"{listed(names)} {of_one if len(names) == 1 else of_many}"])
                for (of_one, of_many), names in failed.items()
            ),
        ),
        "A suitable metric scores the mask itself best and random cells worst, brings the "
        "methods into the same order for every training (Kendall's τ above 0.5), and falls when a "
        "network's weights are random.",
        ("metric_agreement",),
        (pd.DataFrame(rows),),
    )


def faults_of(row: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Which checks a metric fails, in words: of one metric, and of several.

    Args:
        row: of :func:`heed.methods.tables.suitability.suitability_table`.
    """
    reacts = Number.of(row, "reaction").direction()
    checks = {
        ("does not score the mask best", "do not score the mask best"): _no(row["mask_first"]),
        ("does not score random cells worst", "do not score random cells worst"): _no(
            row["random_last"]
        ),
        (
            "scores trained networks no better than random weights",
            "score trained networks no better than random weights",
        ): reacts not in ("up", "missing"),
        (
            "was not compared with random weights",
            "were not compared with random weights",
        ): reacts == "missing",
        (
            "orders the methods differently from training to training",
            "order the methods differently from training to training",
        ): row["seeds"] <= AGREES,
        (
            "has no order of the methods that trainings could agree on",
            "have no order of the methods that trainings could agree on",
        ): row["seeds"] != row["seeds"],
    }
    return [words for words, fails in checks.items() if fails]


def _no(value: object) -> bool:
    """Whether a check failed; one that was not made did not."""
    return value is not None and value == value and not bool(value)


def _yes(value: object) -> str:
    if value is None or value != value:
        return "\N{EN DASH}"
    return "yes" if bool(value) else "no"


def _two(value: float) -> str:
    return "\N{EN DASH}" if value != value else f"{value:.2f}".replace("-", "\N{MINUS SIGN}")
