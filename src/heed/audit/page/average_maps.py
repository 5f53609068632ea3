"""Question 5 of Bieri (2023): whether average maps fade, and how far their shapes lie apart.

The two go together: divergences are of maps that were divided by their sums, so that they tell
where a map lies, and intensities tell how much of it there is.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from heed.audit.page.reported import Published
from heed.audit.page.sections import Row, Section, compared, row, same_direction
from heed.metrics.correlation import correlate
from heed.metrics.estimates import OVERALL
from heed.pages.number import MINUS, Direction, Number, interval, printed
from heed.pages.wording import answer_by_direction, grouped, listed, networks, sentence

DIVERGENCES: Final = {
    "models": "the networks' average maps",
    "correctness": "the average maps of correct and incorrect decisions",
    "label": "the average maps of faces with and without the attribute",
}
"""How question 5 speaks of the first comparison in ``metrics/tables/kl.csv``; others are in its
table."""

NAMES: Final = {
    "all": "all faces",
    "correct": "correct decisions",
    "incorrect": "incorrect decisions",
    "gt_positive": "faces with the attribute",
    "gt_negative": "faces without the attribute",
}
"""Groups in words."""

TRENDS: Final[dict[Direction, str]] = {
    "up": ", growing with class imbalance",
    "down": ", shrinking with class imbalance",
    "equal": ", the same at any class imbalance",
    "unclear": ", without a clear trend over class imbalance",
    "missing": "",
}

FADING: Final[dict[Direction, str]] = {
    "up": "average maps grow stronger with class imbalance, rank correlation",
    "down": "average maps fade with class imbalance, rank correlation",
    "equal": "average maps keep their intensity at any class imbalance, rank correlation",
    "unclear": "whether average maps fade with class imbalance is not clear, rank correlation",
    "missing": "whether average maps fade with class imbalance cannot be told",
}

HIGHER: Final[dict[Direction, str]] = {
    "up": "a higher", "down": "a lower", "equal": "an equal", "missing": "no comparable",
}  # fmt: skip
"""What is said of an intensity; differences that are not clear are in the table alone."""


@dataclass(frozen=True)
class _Bootstrap:
    """Of the attributes, for trends over them."""

    resamples: int
    confidence: float
    seed: int

    def trend(self, values: NDArray[np.float64]) -> Number:
        """Rank correlation with the place in the order of imbalance."""
        found = correlate(
            np.arange(len(values), dtype=np.float64), values,
            resamples=self.resamples, confidence=self.confidence, seed=self.seed,
        )  # fmt: skip
        return Number(found.spearman, *found.spearman_interval)


def average_maps_apart(
    kl: pd.DataFrame,
    published: Published,
    intensity: pd.DataFrame,
    groups: pd.DataFrame,
    *,
    resamples: int,
    confidence: float,
    seed: int,
) -> Section:
    """Question 5: do average maps fade, how far do they differ, and does it grow with imbalance?

    Args:
        kl: ``metrics/tables/kl.csv``, the attributes of each pair by increasing imbalance.
        published: what may stand beside this run.
        intensity: ``metrics/tables/intensity.csv``.
        groups: ``metrics/tables/groups.csv``, the attributes in the same order.
        resamples: bootstrap resamples of the attributes, for the trends.
        confidence: of their intervals.
        seed: of the random generator.
    """
    bootstrap = _Bootstrap(resamples, confidence, seed)
    fading, fading_rows = _fading(groups, bootstrap)
    stronger, stronger_rows = _stronger(intensity)
    source = published.source("divergence_trend")
    apart, apart_rows, remarks = _apart(kl, bootstrap, source)
    return Section(
        "question-5",
        "Do average maps fade, how far do they differ, and does it grow with class imbalance?",
        "Average maps",
        " ".join([fading, *([sentence(stronger)] if stronger else []), sentence(apart[:1])]),
        compared(
            published.sentence(
                "divergence_trend",
                lambda *_: (
                    "the divergence of the two networks grows with class imbalance (no number is "
                    "printed)"
                ),
            ),
            remarks,
        ),
        [*fading_rows, *stronger_rows, *apart_rows],
        ("intensity", "kl_divergence", "averages_by_correctness", "averages_by_label"),
        number=5,
    )


def _fading(groups: pd.DataFrame, bootstrap: _Bootstrap) -> tuple[str, list[Row]]:
    """Whether the intensity falls over the attributes, the most balanced first."""
    chosen = groups[(groups["metric"] == "intensity") & (groups["group"] == "all")]
    answer: dict[str, tuple[Direction, str]] = {}
    levels, trends = [], []
    for model, of_model in chosen.groupby("model", sort=False):
        overall = of_model[of_model["attribute"] == OVERALL].iloc[0]
        attributes = of_model[of_model["attribute"] != OVERALL]
        trend = bootstrap.trend(attributes["mean"].to_numpy(np.float64))
        direction = trend.direction()
        number = "" if direction == "missing" else printed(trend.value, "share", signed=True)
        answer[str(model)] = (direction, number)
        level = Number(overall["mean"], overall["low"], overall["high"])
        levels.append(row("Mean intensity, 0 to 1", str(model), level, "share"))
        trends.append(
            row("Rank correlation of intensity with class imbalance", str(model), trend, "share",
                signed=True)
        )  # fmt: skip
    return answer_by_direction(FADING, answer), [*levels, *trends]


def _stronger(intensity: pd.DataFrame) -> tuple[list[str], list[Row]]:
    """Which of two average maps has the higher intensity; clauses and rows."""
    clauses, rows = [], []
    overall = intensity[intensity["attribute"] == OVERALL]
    for comparison, pairs in overall.groupby("comparison", sort=False):
        numbers: dict[str, Number] = {}
        for pair in pairs.itertuples():
            (first, group), (second, other) = str(pair.p).split("/"), str(pair.q).split("/")
            bounds = (pair.difference, pair.difference_low, pair.difference_high)
            number = Number(*map(float, bounds))
            if comparison == "models":
                between = f"{second} {MINUS} {first}"
                clauses += _higher(networks([second]), networks([first]), {"": number})
            else:
                between = f"{first}: {NAMES[other]} {MINUS} {NAMES[group]}"
                numbers[first] = number
            rows.append(row("Difference in intensity", between, number, "share", signed=True))
        if numbers:
            clauses += _higher(NAMES[other], NAMES[group], numbers)
    return clauses, rows


def _higher(one: str, other: str, differences: Mapping[str, Number]) -> list[str]:
    """How the intensity of one's maps compares with that of the other's; nothing if unclear."""
    found: list[str] = []
    for direction, names in grouped({n: d.direction() for n, d in differences.items()}).items():
        if direction == "unclear":
            continue
        numbers = listed(
            [
                f"{printed(differences[name].value, 'share', signed=True)}"
                f"{f' for {name}' if name else ''}"
                for name in names
            ]
        )
        found.append(f"{HIGHER[direction]} {'one' if found else 'intensity'} ({numbers})")
    if not found:
        return []
    return [f"maps of {one} have {', and '.join(found)}, compared with those of {other}"]


def _apart(
    kl: pd.DataFrame, bootstrap: _Bootstrap, source: str
) -> tuple[list[str], list[Row], dict[str, str]]:
    """How far shapes differ, beyond what shuffled faces do; clauses, rows and remarks."""
    clauses: list[str] = []
    rows, remarks = [], {}
    for comparison, of_comparison in kl.groupby("comparison", sort=False):
        found = []
        for (p, q), pair in of_comparison.groupby(["p", "q"], sort=False):
            (first, group), (second, other) = p.split("/"), q.split("/")
            models = comparison == "models"
            between = (
                f"{first} | {second}" if models
                else f"{first}: {group} | {other}".replace("gt_", "")
            )  # fmt: skip
            means = {name: _mean(pair[name]) for name in ("proper", "corrected", "unnormalised")}
            trends = {
                name: bootstrap.trend(pair[name].to_numpy(np.float64))
                for name in ("proper", "corrected")
            }
            beside = source if models else ""
            if beside:
                remarks[f"{first} and {second}"] = same_direction(trends["corrected"], 1.0)
            rows += [
                row("Mean KL divergence, nats", between, means["proper"], "share"),
                row("Mean KL divergence, permuted faces taken off", between, means["corrected"],
                    "share"),
                row("Mean generalised KL divergence, nats per pixel", between,
                    means["unnormalised"], "fine"),
                _trend_row("Rank correlation of KL divergence with class imbalance", between,
                           trends["proper"], beside),
                _trend_row("Rank correlation, permuted faces taken off", between,
                           trends["corrected"], beside),
            ]  # fmt: skip
            who = f"{first} and {second}" if models else first
            direction = trends["corrected"].direction()
            found.append(
                f"{printed(means['corrected'].value, 'share')} nats of KL divergence beyond what "
                f"shuffled faces give{TRENDS[direction]} ({who})"
            )
        clauses.append(f"in shape, {DIVERGENCES[str(comparison)]} differ by {listed(found)}")
    return clauses, rows, remarks


def _mean(values: pd.Series) -> Number:
    """The mean over the attributes that have a value."""
    return Number(float(values.mean()))


def _trend_row(quantity: str, between: str, trend: Number, source: str) -> Row:
    return Row(
        quantity,
        between,
        printed(trend.value, "share", signed=True),
        interval(trend, "share", signed=True),
        "grows" if source else "",
        source,
        same_direction(trend, 1.0) if source else "",
    )
