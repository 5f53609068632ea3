"""Whether maps move into the region, and what the same tuning with BCE alone does."""

from math import isnan
from typing import Final

from heed.attention.page.found import Found
from heed.attention.page.question import Part, Question
from heed.attention.page.recall import NO_RUN, against, heading
from heed.attention.page.words import (
    as_change,
    as_share,
    by_direction,
    called,
    counted_directions,
    in_percent,
    in_points,
    within,
)
from heed.attention.tables.answered import HAVING
from heed.pages.number import Direction
from heed.pages.wording import listed

KINDS: Final = ("examples", "averages")
"""Figures of each pair."""

OPENINGS: Final[dict[Direction, str]] = {
    "up": "it rises under",
    "down": "it falls under",
    "equal": "it is exactly the same under",
    "unclear": "no change is settled under",
    "missing": "nothing can be said of",
}


def maps(found: Found) -> Question:
    """Does the map move into the region?"""
    study, base = found.study, found.baseline
    numbers = [
        found.difference(run, base, pair, "proportional_energy", HAVING) for run, pair in found.led
    ]
    words: dict[Direction, tuple[str, str]] = {
        "up": ("has more there", "have more there"),
        "down": ("has less there", "have less there"),
        "equal": ("has exactly as much", "have exactly as much"),
        "unclear": ("has neither more nor less for certain",
                    "have neither more nor less for certain"),
        "missing": ("has no number", "have no number"),
    }  # fmt: skip
    counted = counted_directions(numbers, words, "guided run") if numbers else ""
    shown = [pair for pair in study.pairs if study.guided_by(pair)]
    return Question(
        "maps",
        "Does the map move into the region?",
        (against(found, "on how much of the map's energy lies in the region", counted),)
        if numbers
        else (NO_RUN,),
        "Maps are Grad-CAM's of what supports the attribute, rectified and scaled, on the test "
        "faces that have it (E1 and E2). Proportional energy (PE) is the share of the map inside "
        "the region. IoU is that of the region and of the cells above the threshold, both as cells "
        "of the map: what the IoU loss leads, made hard. An empty map scores 0.",
        tuple(part for pair in study.pairs if (part := maps_of(found, pair))),
        figures=tuple(f"{name}_{pair}" for pair in shown[:1] for name in KINDS),
        folded=tuple(f"{name}_{pair}" for pair in shown[1:] for name in KINDS),
    )


def maps_of(found: Found, pair: str) -> Part | None:
    """What is told of one pair; None where no run is led by it."""
    study, base = found.study, found.baseline
    runs = study.guided_by(pair)
    if not runs:
        return None
    lines = []
    for quantity, on, words in (
        ("proportional_energy", HAVING, "The proportional energy in the region"),
        ("proportional_energy", "E2", "On E2 alone it"),
        ("cell_iou", HAVING, "The IoU of map and region"),
    ):
        levels = [
            f"{as_share(found.value(name, pair, quantity, on))} for {called(study, name)}"
            for name in dict.fromkeys((study.start, base))
        ]
        clauses = by_direction(
            {called(study, run): found.difference(run, base, pair, quantity, on) for run in runs},
            OPENINGS,
            as_change,
        )
        less = f"Against {called(study, base)}" if base != study.start else "Against that"
        lines.append(f"{words} is {listed(levels)}. {less} {'; '.join(clauses)}.")
    empty = {
        name: found.value(name, pair, "empty", HAVING).value
        for name in dict.fromkeys((study.start, base, *runs))
    }
    some = [
        f"{in_percent(found.value(name, pair, 'empty', HAVING))} for {called(study, name)}"
        for name, share in empty.items()
        if not isnan(share) and share > 0
    ]
    if some:
        lines.append(f"Some maps are empty: {listed(some)}.")
    return Part(heading(found, pair), tuple(lines))


def control(found: Found) -> Question:
    """What does the same tuning with BCE alone do?"""
    study = found.study
    title = "What does the same tuning with BCE alone do?"
    note = (
        "The paper has no such control: it holds a network that was fine-tuned for an epoch "
        "against one that was not. Here both are tuned for the same time from the same start, in "
        "the same order of images; one with a loss of the map, one without."
    )
    if study.control is None:
        return Question(
            "control", title, ("It was not asked: there is no run of the loss none.",), note
        )
    lines = []
    for pair in study.pairs:
        clauses = []
        for quantity, on, what, say in (
            ("recall", "E2", "recall on E2", in_points),
            ("accuracy", "test", "accuracy on all test faces", in_points),
            ("proportional_energy", HAVING, "proportional energy in the region", as_change),
        ):
            number = found.difference(study.control, study.start, pair, quantity, on)
            verb = {
                "up": "rises", "down": "falls", "equal": "stays exactly the same",
                "unclear": "does not change for certain", "missing": "is not known",
            }[number.direction()]  # fmt: skip
            told = "" if number.direction() == "missing" else f" ({within(say(number))})"
            clauses.append(f"{what} {verb}{told}")
        lines.append(f"{study.pair_label(pair)}: {listed(clauses)}.")
    gains = [
        found.difference(study.control, study.start, pair, "recall", "E2") for pair in study.pairs
    ]
    words: dict[Direction, tuple[str, str]] = {
        "up": ("gains recall on E2 by it", "gain recall on E2 by it"),
        "down": ("loses recall on E2 by it", "lose recall on E2 by it"),
        "equal": ("keeps exactly the same recall on E2", "keep exactly the same recall on E2"),
        "unclear": ("neither gains nor loses recall on E2 by it for certain",
                    "neither gain nor lose recall on E2 by it for certain"),
        "missing": ("has no number", "have no number"),
    }  # fmt: skip
    answer = counted_directions(gains, words, "pair")
    return Question("control", title, (answer, *lines), note)
