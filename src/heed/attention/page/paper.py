"""The paper's numbers beside ours, faces that are concealed, and what was judged how often."""

from math import isnan
from typing import Final

import pandas as pd

from heed.attention.page.found import Found
from heed.attention.page.question import Part, Question
from heed.attention.page.recall import against
from heed.attention.page.words import (
    by_direction,
    called,
    called_of,
    counted_directions,
    in_percent,
    in_points,
    within,
)
from heed.attention.schema import CONCEALED
from heed.attention.tables.printed import SET_WORDS, Printed, table_1
from heed.attention.tables.published import CHEEKBONES_ACCURACY, CONFOUNDERS, published
from heed.attention.tables.study import Study
from heed.base.names import readable
from heed.pages.number import Direction
from heed.pages.wording import listed, sentence

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


def paper(found: Found, source: str) -> Question:
    """How do the paper's numbers compare?"""
    study = found.study
    answer = []
    for pair, of in study.pairs.items():
        if CONFOUNDERS.get(of.attribute) != of.confounder:
            continue
        before, after = (
            published(kind, of.attribute, of.confounder, "E2") for kind in ("pretrained", "iou")
        )
        ours = {
            called(study, run): found.difference(run, study.start, pair, "recall", "E2")
            for run in study.guided_by(pair)
            if study.kind(run) == "iou"
        }
        if isnan(before) or isnan(after):
            continue
        own = [f"{in_points(number)} under {name}" for name, number in ours.items()]
        answer.append(
            f"{study.pair_label(pair)}: in the paper recall on E2 goes from {100 * before:.2f} to "
            f"{100 * after:.2f}\N{NO-BREAK SPACE}%, {100 * (after - before):+.1f} points, with the "
            "IoU loss and without a control; here, against the same network before, it is "
            f"{listed(own) or 'not known: no run has that loss'}."
        )
    if any(pair.attribute == "High_Cheekbones" for pair in study.pairs.values()):
        answer.append(
            f"The paper's {100 * CHEEKBONES_ACCURACY:.2f}\N{NO-BREAK SPACE}% for High Cheekbones "
            "is far below what any network of forty attributes reaches on CelebA: it is not "
            "comparable."
        )
    note = (
        f"The paper: Yang et al. 2019 (arXiv 1905.00593), AlexNet on CelebA; ours: {source}. With "
        "other faces or another network directions compare, and values do not. Its numbers stand "
        "here in brackets, as far as they are known. Not known are its ten rectangles, its centre "
        "loss, where it weighs the mouth three times, and the layouts of its Figures 1 and 4 to 7, "
        "for which ours stand by what they show alone. Each number of the centre loss, of N_o and "
        "of N_w is put under a set by its size."
    )
    return Question(
        "paper",
        "How do the paper's numbers compare?",
        tuple(answer) or ("They do not: no pair of the study is one of the paper's.",),
        note,
        tables=(("Table 1 of the paper", table_1(found.tables["published"], study)),),
        unfolded=True,
    )


def judged(found: Found) -> Question:
    """On how many faces and trainings does this rest?"""
    study = found.study
    runs, sets = found.tables["runs"], found.tables["sets"]
    by_count = runs.groupby("seeds", sort=False)["run"].agg(list)
    clauses = [
        f"{listed([called_of(study, name) for name in names])} "
        f"{'was' if len(names) == 1 else 'were'} trained with {count} "
        f"{'seed' if count == 1 else 'seeds'}{' each' if len(names) > 1 else ''}"
        for count, names in by_count.items()
    ]
    answer = [sentence([clause]) for clause in clauses]
    if (runs["seeds"] == 1).any():
        answer.append(
            "Where there is one seed, intervals are over faces alone: how far another training "
            "would differ is not known."
        )
    small = sets[sets["faces"] < found.few]
    if len(small):
        names = [
            f"{row.set} of {study.pair_label(row.pair)} ({row.faces})" for row in small.itertuples()
        ]
        answer.append(f"Sets of fewer than {found.few} faces tell little: {listed(names)}.")
    return Question(
        "faces",
        "On how many faces and trainings does this rest?",
        tuple(answer),
        "Faces of one person are drawn together when intervals are made. The networks before, the "
        "control and guided runs of one seed are compared with each other, face by face.",
        tables=(("Test faces of every set", printed_sets(sets, study)),),
        unfolded=True,
    )


def printed_sets(sets: pd.DataFrame, study: Study) -> Printed:
    """How many faces each set has, a row per pair."""
    names = list(dict.fromkeys(sets["set"]))
    rows = []
    for pair, of_pair in sets.groupby("pair", sort=False):
        faces = of_pair.set_index("set")["faces"]
        first = of_pair.iloc[0]
        rows.append(
            [
                f"{study.pair_label(str(pair))} / {readable(first['confounder'])}",
                *(f"{faces[name]:,}" if name in faces.index else "" for name in names),
            ]
        )
    words = {"E1": "E1", "E2": "E2"}
    headings = ["Attribute / confounder", *(words.get(name, SET_WORDS[name]) for name in names)]
    concealed_words = " and ".join(SET_WORDS[name] for name in CONCEALED)
    return Printed(headings, rows, f"Faces of {concealed_words} are test faces, evenly spaced.")
