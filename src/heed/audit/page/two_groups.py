"""Questions 2 and 3 of Bieri (2023): in how many attributes one group's AMR is higher."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy import stats

from heed.audit.page.reported import ATTRIBUTES_COUNTED, REPORTED, TABLE, Beside
from heed.audit.page.sections import Row, Section, compared, row, same_direction
from heed.metrics.comparison import compare
from heed.metrics.estimates import OVERALL
from heed.pages.number import Direction, Number, printed
from heed.pages.wording import answer_by_direction

B, U = REPORTED["balanced"], REPORTED["unbalanced"]


@dataclass(frozen=True)
class Side:
    """One of two groups of faces.

    Attributes:
        name: in words.
        group: in ``metrics/tables/groups.csv``.
        column: in ``metrics/tables/amr.csv`` after the network's name, and of ``Reported``.
    """

    name: str
    group: str
    column: str


CORRECT = Side("correct decisions", "correct", "amr_correct")
INCORRECT = Side("incorrect decisions", "incorrect", "amr_incorrect")
WITH = Side("faces with the attribute", "gt_positive", "amr_gt_pos")
WITHOUT = Side("faces without it", "gt_negative", "amr_gt_neg")


def correct_and_incorrect(
    amr: pd.DataFrame,
    groups: pd.DataFrame,
    published: Beside,
    confidence: float,
) -> Section:
    """Question 2: is AMR higher for correct than for incorrect decisions?

    Args:
        amr: ``metrics/tables/amr.csv``.
        groups: ``metrics/tables/groups.csv``.
        published: by network of the run the published one beside it.
        confidence: of the interval of a count of attributes.
    """
    counts = {model: of.incorrect_above_correct for model, of in published.items() if of}
    answer, remarks, rows = _compared(
        INCORRECT, CORRECT, amr, groups, published, counts, confidence
    )
    return Section(
        "question-2",
        "Is AMR higher for correct than for incorrect decisions?",
        "Correct or not",
        answer_by_direction(
            {
                "down": "yes, AMR is higher for correct decisions:",
                "up": "no, AMR is higher for incorrect decisions:",
                "unclear": "not clearly: AMR is higher for incorrect decisions",
                "missing": "it cannot be told, no attribute has decisions of both kinds:",
            },
            answer,
        ),
        compared(
            f"{TABLE}: AMR is higher for incorrect decisions in {B.incorrect_above_correct} of "
            f"{ATTRIBUTES_COUNTED} attributes (AFFACT-b) and in {U.incorrect_above_correct} "
            "(AFFACT-ub).",
            remarks,
        ),
        rows,
        ("amr_by_correctness",),
        number=2,
    )


def with_and_without(
    amr: pd.DataFrame,
    groups: pd.DataFrame,
    published: Beside,
    confidence: float,
) -> Section:
    """Question 3: is AMR higher for faces with the attribute than for faces without it?

    Args: as :func:`correct_and_incorrect`.
    """
    counts = {model: of.positive_above_negative for model, of in published.items() if of}
    answer, remarks, rows = _compared(WITH, WITHOUT, amr, groups, published, counts, confidence)
    return Section(
        "question-3",
        "Is AMR higher for faces with the attribute than for faces without it?",
        "With or without",
        answer_by_direction(
            {
                "up": "yes, AMR is higher for faces with the attribute:",
                "down": "no, AMR is higher for faces without the attribute:",
                "unclear": "not clearly: AMR is higher for faces with the attribute",
                "missing": "it cannot be told, no attribute has faces of both kinds:",
            },
            answer,
        ),
        compared(
            f"{TABLE}: AMR is higher for faces with the attribute in {B.positive_above_negative} "
            f"of {ATTRIBUTES_COUNTED} attributes (AFFACT-b) and in {U.positive_above_negative} "
            "(AFFACT-ub).",
            remarks,
        ),
        rows,
        ("amr_by_label",),
        number=3,
    )


def count_above(
    first: NDArray[np.float64], second: NDArray[np.float64], *, confidence: float
) -> tuple[Number, Number, int]:
    """In how many attributes the first mean is higher, and in how many the second.

    The intervals are Clopper's and Pearson's for the share of the attributes that differ: they
    leave out half of these when a sign test finds that one side is higher.

    Args:
        first: one mean per attribute, (A,); NaN = missing.
        second: likewise.
        confidence: of the intervals.

    Returns:
        Attributes with ``first`` above, with ``second`` above, and with both means. Without any
        the counts are missing.
    """
    counted = compare(first, second)
    if counted.n == 0:
        return Number(np.nan), Number(np.nan), 0
    differing = counted.above + counted.below
    if differing == 0:
        return Number(0.0, 0.0, 0.0), Number(0.0, 0.0, 0.0), counted.n
    numbers = []
    for count in (counted.above, counted.below):
        bounds = stats.binomtest(count, differing).proportion_ci(confidence)
        numbers.append(Number(count, differing * bounds.low, differing * bounds.high))
    return numbers[0], numbers[1], counted.n


def _compared(
    first: Side,
    second: Side,
    amr: pd.DataFrame,
    groups: pd.DataFrame,
    published: Beside,
    counts: Mapping[str, int],
    confidence: float,
) -> tuple[dict[str, tuple[Direction, str]], dict[str, str], list[Row]]:
    """Per network the direction and the number to tell, the remark, and the table's rows."""
    attributes = amr[amr["attribute"] != OVERALL]
    overall = groups[(groups["metric"] == "amr") & (groups["attribute"] == OVERALL)]
    overall = overall.set_index(["model", "group"])
    answer: dict[str, tuple[Direction, str]] = {}
    remarks, counted, means = {}, [], []
    for model, reported in published.items():
        above, below, n = count_above(
            *(attributes[f"{model}_{side.column}"].to_numpy() for side in (first, second)),
            confidence=confidence,
        )
        neutral = (above.value + below.value) / 2
        direction = above.direction(neutral)
        count = counts.get(model)
        beside = None if count is None else count - ATTRIBUTES_COUNTED / 2 + neutral
        remarks[model] = same_direction(above, beside, neutral)
        higher = below if direction == "down" else above
        levels = {}
        for side in (first, second):
            found = overall.loc[(model, side.group)]
            levels[side] = Number(found["mean"], found["low"], found["high"])
            means.append(
                row(f"AMR, {side.name}", model, levels[side], "share",
                    published=getattr(reported, side.column, None), source=TABLE)
            )  # fmt: skip
        sides = (second, first) if direction == "down" else (first, second)
        values = " against ".join(printed(levels[side].value, "share") for side in sides)
        told = f"in {printed(higher.value, 'count')} of {n} attributes ({values} overall)"
        answer[model] = (direction, "" if direction == "missing" else told)
        counted.append(
            Row(
                f"Attributes with higher AMR for {first.name}",
                model,
                "" if direction == "missing" else f"{above.value:.0f} of {n}",
                f"{above.low:.0f} to {above.high:.0f}" if direction != "missing" else "",
                "" if count is None else f"{count} of {ATTRIBUTES_COUNTED}",
                "" if count is None else TABLE,
                remarks[model],
            )
        )
    return answer, remarks, counted + means
