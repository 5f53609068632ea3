"""Questions 1 and 4 of Bieri (2023), answered by a run.

Questions 2 and 3 are in ``two_groups``, question 5 is in ``average_maps``.

Every sentence is made from the run's numbers and their intervals. "Clear" means that an interval
leaves out the value that says nothing: 0 for a difference or a correlation, half of the attributes
for a count of them.
"""

from collections.abc import Callable, Mapping
from itertools import combinations
from math import isnan
from typing import Any, Final

import numpy as np
from scipy import special

from heed.audit.page.answer import counted, difference
from heed.audit.page.reported import ATTRIBUTES_COUNTED, Published
from heed.audit.page.sections import Section, compared, row, same_direction
from heed.pages.number import Direction, Number, Unit, interval, printed, within
from heed.pages.wording import answer_by_direction, grouped, listed, networks, sentence

COMPARED: Final[tuple[tuple[str, str, str, Unit], ...]] = (
    ("amr", "AMR", "AMR", "share"),
    ("pe_predicted_minority", "PE for the minority class", "PE, minority class predicted", "share"),
    ("pe_predicted_majority", "PE for the majority class", "PE, majority class predicted", "share"),
    ("error_rate", "error rate", "Error rate", "percent"),
    ("balanced_error_rate", "balanced error", "Balanced error", "percent"),
)
"""What question 4 compares: key, name in the sentence and in the table, unit."""

TOLD: Final = ("amr", "pe_predicted_minority", "error_rate")
"""Of these, what the sentence on the papers tells: one of each source and its conditions."""


def amr_and_error(statistics: Mapping[str, Any], published: Published) -> Section:
    """Question 1: do attributes with a higher AMR have a lower error rate?

    Args:
        statistics: the content of ``metrics/statistics.json``.
        published: what may stand beside this run.
    """
    answer: dict[str, tuple[Direction, str]] = {}
    remarks, rows = {}, []
    for model, of_model in statistics["amr"].items():
        pearson = Number.of(of_model, "pearson")
        answer[model] = (pearson.direction(), _correlation(pearson, of_model["attributes"]))
        reported = published.value("pearson", model)
        remarks[model] = same_direction(pearson, None if reported is None else _fisher(reported))
        rows.append(
            row("Pearson's r", model, pearson, "share", signed=True, published=reported,
                source=published.source("pearson"), remark=remarks[model])
        )  # fmt: skip
    units: dict[str, Unit] = {"spearman": "share", "covariance": "fine"}
    names = {"spearman": "Spearman's ρ", "covariance": "Covariance"}
    rows += [
        row(names[name], model, Number.of(of_model, name), unit, signed=True)
        for name, unit in units.items()
        for model, of_model in statistics["amr"].items()
    ]
    rows += [
        row("Pearson's r, normalised AMR",
            f"{model}, {of_model['attributes']} attributes with a range",
            Number.of(of_model, "pearson"), "share", signed=True)
        for model, of_model in statistics["amr_normalised"].items()
    ]  # fmt: skip
    return Section(
        "question-1",
        "Do attributes with a higher AMR have a lower error rate?",
        "AMR and error",
        answer_by_direction(
            {
                "down": (
                    "yes, the higher an attribute's AMR, the lower its error rate: Pearson's r ="
                ),
                "up": "no, the higher an attribute's AMR, the higher its error rate: Pearson's r =",
                "equal": "no, there is no correlation of AMR and error rate:",
                "unclear": "not clearly: the correlation of AMR and error rate (Pearson's r) is",
                "missing": "too few attributes to tell: the correlation is",
            },
            answer,
        ),
        compared(
            published.sentence(
                "pearson",
                lambda b, u: (
                    f"r = {printed(b, 'share', signed=True)} (AFFACT-b) and "
                    f"{printed(u, 'share', signed=True)} (AFFACT-ub), neither significant"
                ),
            ),
            remarks,
            of_networks=True,
        ),
        rows,
        (
            "amr_and_error_by_imbalance",
            *(f"amr_and_error_by_error_{model}" for model in statistics["amr"]),
        ),
        number=1,
    )


def _correlation(pearson: Number, attributes: int) -> str:
    """A correlation with its interval and over how many attributes it is."""
    value = printed(pearson.value, "share", signed=True)
    if isnan(pearson.value):
        return value
    bounds = interval(pearson, "share", signed=True)
    return f"{value} ({', '.join(filter(None, [bounds, f'n = {attributes:.0f}']))})"


def networks_compared(audit: Mapping[str, Any], published: Published, least_faces: int) -> Section:
    """Question 4: how do the networks differ in AMR, PE and errors?

    Args:
        audit: the content of ``metrics/audit.json``.
        published: what may stand beside this run.
        least_faces: ``aggregate.least_faces``.
    """
    models = list(audit["models"])
    pairs = list(combinations(models, 2))
    rows, remarks = [], {}
    for key, word, name, unit in COMPARED:
        source = published.source(key)
        for model in models:
            number = Number.of(audit["models"][model][key])
            level = published.value(key, model)
            rows.append(row(name, model, number, unit, published=level, source=source))
        for first, second in pairs:
            apart = difference(audit, second, first, key)
            reported = None
            one, other = published.value(key, first), published.value(key, second)
            alike = published.beside[first] == published.beside[second]
            if one is not None and other is not None and not alike:
                reported = other - one
            remark = same_direction(apart, reported)
            rows.append(
                row(name, f"{second} \N{MINUS SIGN} {first}", apart, unit, signed=True,
                    published=reported, source=source, remark=remark)
            )  # fmt: skip
            pair = f" ({second} \N{MINUS SIGN} {first})" if len(pairs) > 1 else ""
            remarks[f"{word}{pair}"] = remark
    clauses = [_pair_compared(audit, first, second) for first, second in pairs]
    alone = "only one network was audited, so there is nothing to compare"
    return Section(
        "question-4",
        "Does a network whose loss is balanced look elsewhere than one whose loss is not?",
        "Networks",
        sentence(clauses or [alone]),
        compared(
            " ".join(
                dict.fromkeys(
                    published.sentence(key, _levels(word))
                    for key, word, *_ in COMPARED
                    if key in TOLD
                )
            ),
            remarks,
        ),
        rows,
        (
            "class_gap",
            "amr_by_model",
            "averages_by_model",
            "averages_by_prediction",
            "averages_of_z",
        ),
        number=4,
        note=counted(audit, least_faces),
    )


def _fisher(r: float, confidence: float = 0.95) -> Number:
    """A published correlation over 40 attributes with its interval, by Fisher's z (1921)."""
    half = special.ndtri((1 + confidence) / 2) / np.sqrt(ATTRIBUTES_COUNTED - 3)
    return Number(r, *(float(np.tanh(np.arctanh(r) + side * half)) for side in (-1, 1)))


def _levels(name: str) -> Callable[[float, float], str]:
    """Words for a quantity of both published networks."""
    return lambda b, u: f"{name} {b:.2f} (AFFACT-b) and {u:.2f} (AFFACT-ub)"


def _pair_compared(audit: Mapping[str, Any], first: str, second: str) -> str:
    """Where the second network is clearly above or below the first, and where neither."""
    numbers = {
        name: (difference(audit, second, first, key), unit) for key, name, _, unit in COMPARED
    }
    words: dict[Direction, str] = {
        "up": "a higher", "down": "a lower", "equal": "an equal", "missing": "no comparable",
    }  # fmt: skip
    has, unclear = [], ""
    for direction, names in grouped({n: d.direction() for n, (d, _) in numbers.items()}).items():
        known = [
            name if direction in ("missing", "equal")
            else f"{name} ({within(*numbers[name], signed=True)})"
            for name in names
        ]  # fmt: skip
        if direction == "unclear":
            do = "does" if len(names) == 1 else "do"
            unclear = f"{listed(known)} {do} not differ clearly"
        else:
            has.append(listed([f"{words[direction]} {name}" for name in known]))
    opening = f"on average over these attributes, compared with {networks([first])},"
    if not has:
        return f"{opening} {unclear}"
    found = f"{opening} {networks([second])} has {', '.join(has)}"
    return f"{found}; {unclear}" if unclear else found
