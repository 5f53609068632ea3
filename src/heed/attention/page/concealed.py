"""What networks tell of faces that are concealed in part."""

from typing import Final

from heed.attention.page.found import Found
from heed.attention.page.question import Part, Question
from heed.attention.page.recall import against
from heed.attention.page.words import (
    by_direction,
    called,
    counted_directions,
    in_percent,
    in_points,
    within,
)
from heed.pages.number import Direction
from heed.pages.wording import listed

SETS: Final = {
    "sunglasses": "Dark glasses drawn over the eyes",
    "mouth_only": "All but the mouth made grey",
}


def concealed(found: Found) -> Question:
    """What is left when the eyes are covered, or all but the mouth?"""
    study, base = found.study, found.baseline
    numbers = [
        found.difference(run, base, pair, "accuracy", of_set)
        for run, pair in found.led
        for of_set in SETS
        if found.faces(pair, of_set)
    ]
    words: dict[Direction, tuple[str, str]] = {
        "up": ("is won by the guided run", "are won by the guided run"),
        "down": (f"is won by {called(study, base)}", f"are won by {called(study, base)}"),
        "equal": ("is exactly even", "are exactly even"),
        "unclear": ("leaves open which does better", "leave open which does better"),
        "missing": ("has no number", "have no number"),
    }
    answer = (
        [against(found, "on concealed faces", counted_directions(numbers, words, "comparison"))]
        if numbers
        else []
    )
    parts = [concealed_of(found, of_set, words) for of_set, words in SETS.items()]
    others = other_networks(found)
    if others:
        parts.append(Part("Networks that were trained on concealed faces", tuple(others)))
    return Question(
        "concealed",
        "What is left when part of the face is concealed?",
        tuple(answer) or ("Nothing is known: no run was judged on concealed faces.",),
        "Accuracy on test faces, evenly spaced, with and without the attribute. How the paper "
        "conceals faces is not known; here the glasses and what is left of the face are placed by "
        "landmarks.",
        tuple(part for part in parts if part.lines),
    )


def concealed_of(found: Found, of_set: str, heading: str) -> Part:
    """What is told of one set, pair by pair."""
    study, base = found.study, found.baseline
    openings: dict[Direction, str] = {
        "up": "more are told rightly by",
        "down": "fewer are told rightly by",
        "equal": "exactly as many are told rightly by",
        "unclear": "no change is settled for",
        "missing": "nothing can be said of",
    }
    lines = []
    for pair in study.pairs:
        runs, count = study.guided_by(pair), found.faces(pair, of_set)
        if not runs or not count:
            continue
        before = [
            f"{in_percent(found.value(name, pair, 'accuracy', of_set))} by {called(study, name)}"
            for name in dict.fromkeys((study.start, base))
        ]
        clauses = by_direction(
            {
                called(study, run): found.difference(run, base, pair, "accuracy", of_set)
                for run in runs
            },
            openings,
            in_points,
        )
        lines.append(
            f"{study.pair_label(pair)}: of {count:,} faces {listed(before)} are "
            f"told rightly; {'; '.join(clauses)}."
        )
    return Part(heading, tuple(lines))


def other_networks(found: Found) -> list[str]:
    """Networks that were trained in another way, against the start."""
    study, told = found.study, []
    others = [name for name in study.networks if name != study.start]
    for pair in list(study.pairs)[:1]:
        for name in others:
            number = found.difference(name, study.start, pair, "accuracy", "test")
            verb: dict[Direction, str] = {
                "up": "more often right", "down": "less often right",
                "equal": "exactly as often right", "unclear": "neither more nor less often right "
                "for certain", "missing": "",
            }  # fmt: skip
            if number.direction() == "missing":
                continue
            told.append(
                f"On whole faces {called(study, name)} is {verb[number.direction()]} about "
                f"{study.pair_label(pair)} than {called(study, study.start)} "
                f"({within(in_points(number))}), and on mouths alone "
                f"{in_percent(found.value(name, pair, 'accuracy', 'mouth_only'))} of its answers "
                "are right."
            )
    return told
