"""Questions 2 and 3 of Bieri (2023): is one group's AMR higher, and in how many attributes?

The interval of the *difference* decides, over persons and trainings. Whether it is a pattern of
attributes in general, the interval that draws attributes too says, and a sign test.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd
from scipy import stats

from heed.audit.page.answer import printed_p
from heed.audit.page.reported import ATTRIBUTES_COUNTED, Published
from heed.audit.page.sections import Row, Section, compared, row, same_direction
from heed.metrics.estimates import OVERALL
from heed.pages.number import Direction, Number, told
from heed.pages.wording import answer_by_direction


@dataclass(frozen=True)
class Side:
    """One of two groups of faces.

    Attributes:
        name: in words.
        group: in ``metrics/tables/groups.csv``.
        column: in ``metrics/tables/amr.csv`` after the network's name, and in ``published.csv``.
    """

    name: str
    group: str
    column: str


CORRECT = Side("correct decisions", "correct", "amr_correct")
INCORRECT = Side("incorrect decisions", "incorrect", "amr_incorrect")
WITH = Side("faces with the attribute", "gt_positive", "amr_gt_pos")
WITHOUT = Side("faces without it", "gt_negative", "amr_gt_neg")


def correct_and_incorrect(
    audit: Mapping[str, Any],
    groups: pd.DataFrame,
    published: Published,
    confidence: float,
) -> Section:
    """Question 2: is AMR higher for correct than for incorrect decisions?

    Args:
        audit: the content of ``metrics/audit.json``.
        groups: ``metrics/tables/groups.csv``.
        published: what may stand beside this run.
        confidence: of the interval of a count of attributes.
    """
    count = "incorrect_above_correct"
    gaps = {model: of["amr_incorrect_gap"] for model, of in audit["models"].items()}
    answer, remarks, rows = _compared(
        INCORRECT, CORRECT, gaps, groups, published, count, confidence
    )
    return Section(
        "question-2",
        "Is AMR higher for correct than for incorrect decisions?",
        "Correct or not",
        answer_by_direction(
            {
                "down": "yes, AMR is higher for correct decisions:",
                "up": "no, AMR is higher for incorrect decisions:",
                "equal": "no, AMR is the same for both:",
                "unclear": "not clearly: AMR of incorrect less that of correct decisions is",
                "missing": "it cannot be told, no attribute has decisions of both kinds:",
            },
            answer,
        ),
        compared(
            published.sentence(
                count,
                lambda b, u: (
                    f"AMR is higher for incorrect decisions in {b:.0f} of {ATTRIBUTES_COUNTED} "
                    f"attributes (AFFACT-b) and in {u:.0f} (AFFACT-ub)"
                ),
            ),
            remarks,
            of_networks=True,
        ),
        rows,
        ("amr_by_correctness",),
        number=2,
    )


def with_and_without(
    audit: Mapping[str, Any],
    groups: pd.DataFrame,
    published: Published,
    confidence: float,
) -> Section:
    """Question 3: is AMR higher for faces with the attribute than for faces without it?

    Args: as :func:`correct_and_incorrect`.
    """
    count = "positive_above_negative"
    gaps = {model: of["amr_label_gap"] for model, of in audit["models"].items()}
    answer, remarks, rows = _compared(WITH, WITHOUT, gaps, groups, published, count, confidence)
    return Section(
        "question-3",
        "Is AMR higher for faces with the attribute than for faces without it?",
        "With or without",
        answer_by_direction(
            {
                "up": "yes, AMR is higher for faces with the attribute:",
                "down": "no, AMR is higher for faces without the attribute:",
                "equal": "no, AMR is the same for both:",
                "unclear": "not clearly: AMR of faces with the attribute less that of others is",
                "missing": "it cannot be told, no attribute has faces of both kinds:",
            },
            answer,
        ),
        compared(
            published.sentence(
                count,
                lambda b, u: (
                    f"AMR is higher for faces with the attribute in {b:.0f} of "
                    f"{ATTRIBUTES_COUNTED} attributes (AFFACT-b) and in {u:.0f} (AFFACT-ub)"
                ),
            ),
            remarks,
            of_networks=True,
        ),
        rows,
        ("amr_by_label",),
        number=3,
    )


def count_above(above: int, below: int, *, confidence: float) -> Number:
    """A count of attributes with its interval.

    The interval is Clopper's and Pearson's (1934) for the share of the attributes that differ: it
    leaves out half of these when a sign test finds that one side is higher.

    Args:
        above: attributes whose first mean is the higher.
        below: attributes whose second mean is.
        confidence: of the interval.

    Example:
        >>> found = count_above(31, 9, confidence=0.95)
        >>> found.value, round(found.low), round(found.high)
        (31.0, 25, 36)
    """
    differing = above + below
    if differing == 0:
        return Number(0.0, 0.0, 0.0)
    bounds = stats.binomtest(above, differing).proportion_ci(confidence)
    return Number(float(above), differing * bounds.low, differing * bounds.high)


def _compared(
    first: Side,
    second: Side,
    gaps: Mapping[str, Mapping[str, Any]],
    groups: pd.DataFrame,
    published: Published,
    counted_as: str,
    confidence: float,
) -> tuple[dict[str, tuple[Direction, str]], dict[str, str], list[Row]]:
    """Per network the direction and the number to tell, the remark, and the table's rows."""
    overall = groups[(groups["metric"] == "amr") & (groups["attribute"] == OVERALL)]
    overall = overall.set_index(["model", "group"])
    answer: dict[str, tuple[Direction, str]] = {}
    remarks, counted, differences, means = {}, [], [], []
    for model in published.beside:
        sides = gaps[model]["above"], gaps[model]["below"]
        above, n = count_above(*sides, confidence=confidence), sum(sides)
        gap, general = Number.of(gaps[model]), Number.over_attributes(gaps[model])
        count = published.value(counted_as, model)
        beside = None if count is None else count - ATTRIBUTES_COUNTED / 2
        remarks[model] = same_direction(general, beside)
        for side in (first, second):
            found = overall.loc[(model, side.group)]
            means.append(
                row(f"AMR, {side.name}", model, Number(found["mean"], found["low"], found["high"]),
                    "share", published=published.value(side.column, model),
                    source=published.source(side.column))
            )  # fmt: skip
        differences += [
            row(f"AMR, {first.name} less {second.name}", model, gap, "share", signed=True),
            row("The same, drawing attributes too", model, general, "share", signed=True),
        ]
        answer[model] = (_claimed(gap, general), _told(gap, general, gaps[model]))
        counted.append(
            Row(
                f"Attributes with higher AMR for {first.name}",
                model,
                f"{above.value:.0f} of {n}" if n else "",
                f"{above.low:.0f} to {above.high:.0f}" if n else "",
                "" if count is None else f"{count:.0f} of {ATTRIBUTES_COUNTED}",
                "" if count is None else published.source(counted_as),
                remarks[model],
            )
        )
    return answer, remarks, counted + differences + means


def _claimed(gap: Number, general: Number) -> Direction:
    """The direction of a gap; unclear where other attributes might show another one."""
    here = gap.direction()
    return "unclear" if here in ("up", "down") and general.direction() != here else here


def _told(gap: Number, general: Number, stored: Mapping[str, Any]) -> str:
    """A gap in words: how large, in how many attributes, and whether others would show it."""
    claimed = _claimed(gap, general)
    if claimed in ("missing", "equal"):
        return ""
    p = printed_p(stored["sign_test_p"])
    differing = stored["above"] + stored["below"]
    if claimed == "unclear":
        only = (
            ""
            if gap.direction() == claimed
            else f"; clear for these {differing} attributes, not beyond them"
        )
        return (
            f"{told(gap, 'share', signed=True)} on average, above 0 in {stored['above']} of "
            f"{differing} attributes (sign test, {p}{only})"
        )
    size, side = (-gap, "below") if claimed == "down" else (gap, "above")
    return (
        f"by {told(size, 'share')} on average, in {stored[side]} of {differing} attributes "
        f"(sign test, {p})"
    )
