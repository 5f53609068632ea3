"""What the PE gap says however maps are scored: the page claims what all ways agree on.

Ways of scoring are the versions of the masks, and the placements of the maps' cells.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Final, Literal, TypeAlias

import pandas as pd

from heed.audit.page.placement import NAMES
from heed.pages.number import MINUS, Direction, Number, interval, printed
from heed.pages.wording import listed, sentence

Verdict: TypeAlias = Direction | Literal["here", "mask"]
"""A direction that holds of attributes in general; ``here``: one that holds on average of these
attributes alone, or ``mask``: not under every version of the masks."""


ORDER: Final = ("up", "down", "here", "mask", "unclear", "equal", "missing")
"""The verdicts as the headline has them one behind the other."""


@dataclass(frozen=True)
class Agreement:
    """What the versions of the masks say of one gap.

    Attributes:
        verdict: what holds under all of them.
        direction: which way the gap points under all of them, of attributes in general or here.
        least: where there is a direction, the gap nearest to 0.
    """

    verdict: Verdict
    direction: Direction = "unclear"
    least: float = float("nan")


def agreement(rows: pd.DataFrame) -> Agreement:
    """What the gaps of one model, or of a pair of models, have in common.

    Args:
        rows: of ``metrics/tables/gap_versions.csv``, one per way of scoring. The interval
            that draws attributes too decides what holds of attributes in general, the other one
            what holds on average of these.
    """
    general = {_number(row, "attributes_").direction() for _, row in rows.iterrows()}
    here = {_number(row).direction() for _, row in rows.iterrows()}
    least = min(rows["value"], key=abs)
    if general in ({"up"}, {"down"}):
        direction = general.pop()
        return Agreement(direction, direction, least)
    if here in ({"up"}, {"down"}):
        return Agreement("here", here.pop(), least)
    return Agreement(general.pop(), least=least) if len(general) == 1 else Agreement("mask")


def headline(gaps: pd.DataFrame, models: Sequence[str]) -> str:
    """The page's answer in one sentence: which networks look away from the common class.

    A direction is claimed where it holds of attributes in general: networks predict both classes
    of different attributes often enough, so that what holds on average of those of one network is
    not to be set beside that of another.

    Args:
        gaps: ``metrics/tables/gap_versions.csv``.
        models: the networks, in order.
    """
    found: dict[str, list[str]] = {}
    for model in models:
        of_model = agreement(gaps[gaps["model"] == model])
        claimed = "unclear" if of_model.verdict == "here" else of_model.direction
        found.setdefault(f"{of_model.verdict} {claimed}", []).append(model)
    clauses: list[str] = []
    for kind in sorted(found, key=lambda kind: ORDER.index(kind.split()[0])):
        verdict, direction = kind.split()
        clauses.append(_clause(verdict, direction, found[kind], len(models), first=not clauses))
    return sentence(clauses)


def surety(gaps: pd.DataFrame, models: Sequence[str]) -> str:
    """How far the headline can be trusted: under which ways of scoring it holds.

    Args:
        gaps: ``metrics/tables/gap_versions.csv``.
        models: the networks, in order.
    """
    claimed = [
        name for name in models if agreement(gaps[gaps["model"] == name]).verdict in ("up", "down")
    ]
    ways = _ways(gaps)
    apart = _pairs(gaps, models) if len(models) > 2 else gaps_apart(gaps, models)
    if not claimed:
        return apart
    whose = "" if len(claimed) == len(models) else f" of {listed(claimed)}"
    holds = f"this finding{whose} holds {ways or 'with these masks'}, and for attributes in general"
    return f"{sentence([holds])} {apart}".strip()


def _pairs(gaps: pd.DataFrame, models: Sequence[str]) -> str:
    """In how many pairs of many networks the gaps differ, in a sentence."""
    pairs = [f"{second}_minus_{first}" for first, second in combinations(models, 2)]
    clear = sum(
        agreement(gaps[gaps["model"] == pair]).direction in ("up", "down") for pair in pairs
    )
    count = clear or "none"
    found = f"of {len(pairs)} pairs of networks, {count} differ in PE gap however maps are scored"
    return sentence([found])


def _ways(gaps: pd.DataFrame) -> str:
    """What maps may be scored with, if there is a choice."""
    versions, placements = gaps["version"].nunique(), gaps["placement"].nunique()
    masks = f"with each of {versions} kinds of masks" if versions > 1 else ""
    placed = "both ways to place the maps" if placements > 1 else ""
    return " and ".join(filter(None, [masks, placed if masks or not placed else f"by {placed}"]))


def gaps_apart(gaps: pd.DataFrame, models: Sequence[str]) -> str:
    """Whether the gaps of two networks differ under every version; empty for a single network.

    Args:
        gaps: ``metrics/tables/gap_versions.csv``.
        models: the networks, in order.
    """
    clauses = []
    for first, second in combinations(models, 2):
        apart = agreement(gaps[gaps["model"] == f"{second}_minus_{first}"])
        if apart.direction in ("up", "down"):
            kind = "greater" if apart.direction == "up" else "smaller"
            general = "" if apart.verdict in ("up", "down") else ", on average of these attributes"
            clauses.append(
                f"the PE gap of {second} is {kind} than that of {first} however maps are scored, "
                f"by {printed(abs(apart.least), 'share')} or more{general}"
            )
        elif apart.verdict == "equal":
            clauses.append(f"the PE gaps of {first} and {second} are equal")
        elif apart.verdict == "mask":
            clauses.append(
                f"whether the PE gaps of {first} and {second} differ depends on how maps are scored"
            )
        else:
            clauses.append(f"the PE gaps of {first} and {second} do not differ clearly")
    return sentence(clauses) if clauses else ""


@dataclass(frozen=True)
class GapRow:
    """One line of the table of gaps: a way of scoring, and a cell per model and pair."""

    way: str
    cells: Sequence[tuple[str, str, bool]]
    """Value, interval, and whether that is on one side of 0."""


def gap_rows(gaps: pd.DataFrame) -> tuple[list[str], list[GapRow]]:
    """The table of gaps: names of its columns, and its rows.

    Args:
        gaps: ``metrics/tables/gap_versions.csv``.
    """
    columns = list(dict.fromkeys(gaps["model"]))
    rows = []
    for (placement, version), of_way in gaps.groupby(["placement", "version"], sort=False):
        of_way = of_way.set_index("model")
        cells = []
        for column in columns:
            number = _number(of_way.loc[column])
            cells.append(
                (
                    printed(number.value, "share", signed=True),
                    interval(number, "share", signed=True),
                    number.direction() in ("up", "down"),
                )
            )
        masks = "evidence" if version == "evidence" else f"masks {version}"
        rows.append(GapRow(f"{masks}, {NAMES[str(placement)]}", cells))
    return [column.replace("_minus_", f" {MINUS} ") for column in columns], rows


def _number(row: pd.Series, prefix: str = "") -> Number:
    return Number(row["value"], row[f"{prefix}low"], row[f"{prefix}high"])


def _clause(
    verdict: str, direction: str, names: Sequence[str], networks: int, *, first: bool
) -> str:
    """What networks do of whose gap the same is said; spelled out where it begins the sentence."""
    many = len(names) > 1
    s, they = ("", "they") if many else ("s", "it")
    subject = f"the {listed(names)} network{'s' if many else ''}"
    if len(names) == networks > 2:
        subject = f"all {networks} networks"
    if verdict == "missing":
        return f"{subject} give{s} too few answers of one kind to tell"
    if verdict in ("here", "unclear", "equal"):
        clear = "" if verdict == "equal" else "clear "
        between = " between its usual and rarer answers" if first and not many else ""
        between = " between their usual and rarer answers" if first and many else between
        general = " that would hold of attributes in general" if verdict == "here" else ""
        return f"{subject} show{s} no {clear}difference{between}{general}"
    answer = "rarer" if direction == "down" else "usual"
    looks = f"{subject} look{s} less where {they} should when {they} give{s} the {answer} answer"
    return f"whether {looks} depends on how maps are scored" if verdict == "mask" else looks
