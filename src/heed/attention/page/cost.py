"""What directing the map of one attribute costs: its own test error, and all other attributes."""

from collections.abc import Callable
from typing import Final

from heed.attention.page.found import MISSING, Found
from heed.attention.page.question import Question
from heed.attention.page.recall import against
from heed.attention.page.words import (
    as_change,
    by_direction,
    called_of,
    counted_directions,
    in_fine_points,
    in_points,
    number,
)
from heed.attention.tables.printed import others
from heed.celeba.attributes import ATTRIBUTES
from heed.pages.number import Direction, Number
from heed.pages.wording import listed, sentence

OPENINGS: Final[dict[Direction, str]] = {
    "up": "it rises under",
    "down": "it falls under",
    "equal": "it is exactly the same under",
    "unclear": "no change is settled under",
    "missing": "nothing can be said of",
}

SCORES: Final[dict[str, tuple[str, Callable[[Number], str]]]] = {
    "error_rate": ("mean error rate", in_fine_points),
    "amr": ("mean AMR", as_change),
    "proportional_energy": ("mean proportional energy", as_change),
    "contribution": ("mean contribution", as_change),
}


def cost(found: Found) -> Question:
    """What did it cost?"""
    study, base = found.study, found.baseline
    if not found.led:
        return Question("cost", "What did it cost?", ("Nothing: no map was led.",), "")
    own = {
        f"{called_of(study, run)}, {study.pair_label(pair)}"
        if len(study.runs[run].pairs) > 1
        else called_of(study, run): -found.difference(run, base, pair, "accuracy", "test")
        for run, pair in found.led
    }
    answer = [
        in_short(found),
        "Error of the attribute itself on all test faces, against "
        f"{listed_base(found)}: {'; '.join(by_direction(own, OPENINGS, in_points))}.",
    ]
    for quantity, (words, say) in SCORES.items():
        findings = {}
        for run in study.guided:
            row = found.other(run, base, quantity)
            findings[called_of(study, run)] = MISSING if row is None else number(row, "difference")
        clauses = by_direction(findings, OPENINGS, say)
        answer.append(sentence([f"{words} of the other attributes: {clauses[0]}", *clauses[1:]]))
    answer += settled(found)
    table = found.tables["others"]
    pairs = [(run, base) for run in study.guided]
    if study.control is not None:
        pairs.insert(0, (study.control, study.start))
    shown = table[[pair in pairs for pair in zip(table["run"], table["against"], strict=True)]]
    labels = {name: study.full_label(name) for name in study.names}
    return Question(
        "cost",
        "What did it cost?",
        tuple(answer),
        "The other attributes are those of the forty whose maps do not lead the run. Their maps "
        "are of the predicted class, against the masks of the audit, on evenly spaced test faces; "
        "the contribution is the share of a logit that comes from the image and not from the bias. "
        "Intervals of errors are over faces and trainings, those of maps over trainings alone. "
        f"Where nothing changes, {len(ATTRIBUTES) * (1 - found.confidence):.0f} of forty such "
        "intervals miss 0 by chance.",
        figures=tuple(f"cost_{run}" for run in study.guided[:1]),
        folded=(
            *(f"cost_{run}" for run in study.guided[1:]),
            *(f"energy_of_all_{pair}" for pair in study.pairs),
        ),
        tables=(("The other attributes, on average", others(shown, labels)),),
        unfolded=True,
    )


def in_short(found: Found) -> str:
    """In how many runs the error rises: that of the attribute itself, and that of the others."""
    study, base = found.study, found.baseline
    own = [-found.difference(run, base, pair, "accuracy", "test") for run, pair in found.led]
    rows = [found.other(run, base, "error_rate") for run in study.guided]
    rest = [MISSING if row is None else number(row, "difference") for row in rows]
    told = []
    for numbers, of in ((own, "about its own attribute"), (rest, "about the other attributes")):
        words: dict[Direction, tuple[str, str]] = {
            "up": ("errs more", "err more"),
            "down": ("errs less", "err less"),
            "equal": ("errs exactly as much", "err exactly as much"),
            "unclear": ("neither errs more nor less for certain",
                        "err neither more nor less for certain"),
            "missing": ("has no number", "have no number"),
        }  # fmt: skip
        counted = counted_directions(numbers, words, "guided run")
        told.append(against(found, of, counted))
    return " ".join(told)


def listed_base(found: Found) -> str:
    """What everything is held against."""
    return called_of(found.study, found.baseline)


def settled(found: Found) -> list[str]:
    """For how many of the others the error rises or falls for certain."""
    clauses = []
    for run in found.study.guided:
        row = found.other(run, found.baseline, "error_rate")
        if row is not None and row["rises"] + row["falls"] > 0:
            clauses.append(
                f"under {called_of(found.study, run)} it rises for {row['rises']} and falls for "
                f"{row['falls']} of {row['attributes']}"
            )
    if not clauses:
        return ["One by one, the error of none of them changes for certain."]
    return [f"One by one, their errors change for certain for some: {listed(clauses)}."]
