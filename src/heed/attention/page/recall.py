"""Whether faces with the attribute and without its confounder are found."""

from collections.abc import Sequence
from typing import Final

from heed.attention.page.found import Found
from heed.attention.page.question import Part, Question
from heed.attention.page.words import (
    by_direction,
    called,
    counted_directions,
    in_percent,
    in_points,
)
from heed.attention.tables.answered import LACKING
from heed.attention.tables.printed import differences
from heed.base.names import readable
from heed.pages.number import Direction
from heed.pages.wording import listed, sentence

NO_RUN: Final = "Nothing is known: no run leads the map of any attribute."

NOTE: Final = (
    "E1 are test faces with the attribute and its confounder, E2 those with the attribute alone. "
    "All of them have the attribute, so that what the paper calls accuracy there is recall: it "
    "also rises when a network says yes more often everywhere, so that what it finds on faces "
    "without the attribute is told beside it. McNemar's exact test compares two networks of one "
    "seed on the same faces, which it takes for independent; p-values are corrected by Holm's rule "
    "for all tests on E2 against the same network."
)


def recall(found: Found) -> Question:
    """Does directing the map help where the confounder is absent?"""
    study, base = found.study, found.baseline
    numbers = [found.difference(run, base, pair, "recall", "E2") for run, pair in found.led]
    answer = []
    if numbers:
        words: dict[Direction, tuple[str, str]] = {
            "up": ("finds more of them", "find more of them"),
            "down": ("finds fewer of them", "find fewer of them"),
            "equal": ("finds exactly as many", "find exactly as many"),
            "unclear": ("finds neither more nor fewer for certain",
                        "find neither more nor fewer for certain"),
            "missing": ("has no number", "have no number"),
        }  # fmt: skip
        counted = counted_directions(numbers, words, "guided run")
        where = "on faces that have the attribute without its confounder"
        answer.append(against(found, where, counted))
        answer += bought(found)
        if study.control is None:
            answer.append(
                "There is no run of BCE alone to hold them against: what tuning does by itself "
                "is in these numbers."
            )
    return Question(
        "recall",
        "Does directing the map help where the confounder is absent?",
        tuple(answer) or (NO_RUN,),
        NOTE,
        tuple(part for pair in study.pairs if (part := recall_of(found, pair))),
        ("recall_and_energy", "trade_off"),
        tables=tuple(
            (
                f"{study.pair_label(pair)}: all differences",
                differences(found.tables["differences"], study.labels, pair),
            )
            for pair in study.pairs
        ),
    )


def bought(found: Found) -> list[str]:
    """How many of the runs with more recall also find the attribute where it is not."""
    base, gaining = found.baseline, []
    for run, pair in found.led:
        if found.difference(run, base, pair, "recall", "E2").direction() == "up":
            wrong = found.difference(run, base, pair, "fpr", LACKING).direction()
            gaining.append(wrong == "up")
    if not gaining:
        return []
    if not any(gaining):
        which = "It does not find" if len(gaining) == 1 else "None of these finds"
        return [f"{which} the attribute more often on faces without it for certain."]
    many = f"{sum(gaining)} of these {len(gaining)}" if len(gaining) > 1 else "This run"
    verb = "find" if sum(gaining) > 1 else "finds"
    return [
        f"{many} {verb} the attribute more often on faces without it as well: part of the gain is "
        "that the network says yes more often."
    ]


def against(found: Found, where: str, counted: str) -> str:
    """A short answer, with what it is held against."""
    beside = called(found.study, found.baseline)
    return f"Against {beside}, {where}: {counted[:1].lower()}{counted[1:]}"


def heading(found: Found, pair: str) -> str:
    """A pair by its attribute and its confounder."""
    of = found.study.pairs[pair]
    return f"{found.study.pair_label(pair)}, confounded with {readable(of.confounder)}"


def recall_of(found: Found, pair: str) -> Part | None:
    """What is told of one pair; None where no run is led by it."""
    study, base = found.study, found.baseline
    runs = study.guided_by(pair)
    if not runs:
        return None
    levels = [
        f"{in_percent(found.value(name, pair, 'recall', 'E2'))} by {called(study, name)}"
        for name in dict.fromkeys((study.start, base))
    ]
    lines = [f"Of {faces(found, pair, 'E2')} {listed(levels)} are found."]
    lines.append(
        sentence(
            by_direction(
                {
                    called(study, run): found.difference(run, base, pair, "recall", "E2")
                    for run in runs
                },
                {
                    "up": f"more than by {called(study, base)} are found by",
                    "down": f"fewer than by {called(study, base)} are found by",
                    "equal": f"exactly as many as by {called(study, base)} are found by",
                    "unclear": f"whether more or fewer than by {called(study, base)} are found is "
                    "not settled for",
                    "missing": "nothing can be said of",
                },
                in_points,
            )
        )
    )
    lines += tested(found, pair, runs)
    both = by_direction(
        {called(study, run): found.difference(run, base, pair, "recall", "E1") for run in runs},
        {
            "up": "more are found by",
            "down": "fewer are found by",
            "equal": "exactly as many are found by",
            "unclear": "no change is settled for",
            "missing": "nothing can be said of",
        },
        in_points,
    )
    lines.append(f"Of {faces(found, pair, 'E1')} {'; '.join(both)}.")
    lines.append(wrongly(found, pair, runs))
    return Part(heading(found, pair), tuple(lines))


def wrongly(found: Found, pair: str, runs: Sequence[str]) -> str:
    """On how many faces without the attribute it is found."""
    study, base = found.study, found.baseline
    levels = [
        f"{in_percent(found.value(name, pair, 'fpr', LACKING))} by {called(study, name)}"
        for name in dict.fromkeys((study.start, base))
    ]
    clauses = by_direction(
        {called(study, run): found.difference(run, base, pair, "fpr", LACKING) for run in runs},
        {
            "up": "more by",
            "down": "fewer by",
            "equal": "exactly as many by",
            "unclear": "no change is settled for",
            "missing": "nothing can be said of",
        },
        in_points,
    )
    attribute = readable(study.pairs[pair].attribute)
    return (
        f"Faces without {attribute} on which it is found all the same: {listed(levels)}; "
        f"{'; '.join(clauses)}."
    )


def faces(found: Found, pair: str, of_set: str) -> str:
    """How many faces a set has, and that they are few where they are."""
    of, count = found.study.pairs[pair], found.faces(pair, of_set)
    but = "but without" if of_set == "E2" else "and with"
    few = " \N{EN DASH} few: so small a set tells little \N{EN DASH}" if count < found.few else ""
    one = "face" if count == 1 else "faces"
    return (
        f"{'' if count == 1 else 'the '}{count:,} test {one} with {readable(of.attribute)} {but} "
        f"{readable(of.confounder)} ({of_set}){few}"
    )


def tested(found: Found, pair: str, runs: Sequence[str]) -> list[str]:
    """In how many trainings McNemar's test tells a run from what it is held against, on E2."""
    clauses = []
    for run in runs:
        rows = found.rows("mcnemar", run=run, against=found.baseline, pair=pair, set="E2")
        if not len(rows):
            continue
        clear = rows[rows["p_holm"] < found.alpha]
        more, fewer = (int((clear["gained"] > clear["lost"]).sum()),
                       int((clear["gained"] < clear["lost"]).sum()))  # fmt: skip
        told = [f"more in {more}"] if more or not fewer else []
        told += [f"fewer in {fewer}"] if fewer else []
        trainings = "training" if len(rows) == 1 else "trainings"
        clauses.append(
            f"{called(found.study, run)} finds {listed(told)} of {len(rows)} {trainings}"
        )
    if not clauses:
        return []
    return [
        f"Training by training, by McNemar's test (corrected p below {found.alpha:g}), "
        f"{listed(clauses)}."
    ]
