"""What the PE gap says however maps are scored: the page claims what all ways agree on.

Ways of scoring are the versions of the masks, and the placements of the maps' cells.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Final, Literal, TypeAlias

import pandas as pd

from heed.audit.page.placement import NAMES
from heed.pages.number import MINUS, Direction, Number, interval, printed, told
from heed.pages.wording import listed, networks, sentence

Verdict: TypeAlias = Direction | Literal["here", "mask"]
"""A direction that holds of attributes in general; ``here``: one that holds on average of these
attributes alone, or ``mask``: not under every version of the masks."""


ORDER: Final = ("up", "down", "mask", "unclear", "equal", "missing")
"""The verdicts as the headline has them one behind the other; it says the same of ``here`` and
``unclear``."""


@dataclass(frozen=True)
class Agreement:
    """What the versions of the masks say of one gap.

    Attributes:
        verdict: what holds under all of them.
        direction: which way the gap points under all of them, of attributes in general or here.
        least: where there is a direction, the gap nearest to 0.
        most: likewise the one furthest from it.
    """

    verdict: Verdict
    direction: Direction = "unclear"
    least: float = float("nan")
    most: float = float("nan")


def agreement(rows: pd.DataFrame) -> Agreement:
    """What the gaps of one model, or of a pair of models, have in common.

    Args:
        rows: of ``metrics/tables/gap_versions.csv``, one per way of scoring. The interval
            that draws attributes too decides what holds of attributes in general, the other one
            what holds on average of these.
    """
    general = {_number(row, "attributes_").direction() for _, row in rows.iterrows()}
    here = {_number(row).direction() for _, row in rows.iterrows()}
    ends = min(rows["value"], key=abs), max(rows["value"], key=abs)
    if general in ({"up"}, {"down"}):
        direction = general.pop()
        return Agreement(direction, direction, *ends)
    if here in ({"up"}, {"down"}):
        return Agreement("here", here.pop(), *ends)
    return Agreement(general.pop(), "unclear", *ends) if len(general) == 1 else Agreement("mask")


def headline(gaps: pd.DataFrame, models: Sequence[str]) -> str:
    """The page's answer in one sentence: which networks look away at the majority class.

    A direction is claimed where it holds of attributes in general: networks predict both classes
    of different attributes often enough, so that what holds on average of those of one network is
    not to be set beside that of another.

    Args:
        gaps: ``metrics/tables/gap_versions.csv``; of two networks on the same attributes (see
            :func:`heed.audit.page.same_attributes.gaps_on_the_same`).
        models: the networks, in order.
    """
    found: dict[str, list[str]] = {}
    for model in models:
        of_model = agreement(gaps[gaps["model"] == model])
        claim = f"{of_model.verdict} {of_model.direction}"
        claim = "unclear unclear" if of_model.verdict == "here" else claim
        found.setdefault(claim, []).append(model)
    clauses: list[str] = []
    such = any(kind.split()[0] in ("up", "down") for kind in found)
    for kind in sorted(found, key=lambda kind: ORDER.index(kind.split()[0])):
        verdict, direction = kind.split()
        clauses.append(
            _clause(verdict, direction, found[kind], len(models), first=not clauses, such=such)
        )
    return sentence(clauses)


def surety(gaps: pd.DataFrame, models: Sequence[str], way: tuple[str, str]) -> str:
    """How far the headline can be trusted: under which ways of scoring it holds, and by how much.

    Args:
        gaps: ``metrics/tables/gap_versions.csv``.
        models: the networks, in order.
        way: version of the masks and placement whose difference is told with its interval.
    """
    claimed = [
        name for name in models if agreement(gaps[gaps["model"] == name]).verdict in ("up", "down")
    ]
    ways = _ways(gaps)
    apart = _pairs(gaps, models) if len(models) > 2 else gaps_apart(gaps, models, way)
    if not claimed:
        return apart
    whose = "" if len(claimed) == len(models) else f" for {networks(claimed)}"
    holds = f"this holds{whose} {listed([*(ways or ['with these masks']), 'across attributes'])}"
    return f"{sentence([holds])} {apart}".strip()


def _pairs(gaps: pd.DataFrame, models: Sequence[str]) -> str:
    """In how many pairs of many networks the gaps differ, in a sentence."""
    pairs = [f"{second}_minus_{first}" for first, second in combinations(models, 2)]
    clear = sum(agreement(gaps[gaps["model"] == pair]).verdict in ("up", "down") for pair in pairs)
    count = clear or "none"
    found = f"of {len(pairs)} pairs of networks, {count} differ in PE gap however maps are scored"
    return sentence([found])


def _ways(gaps: pd.DataFrame) -> list[str]:
    """What maps may be scored with, where there is a choice."""
    versions, placements = gaps["version"].nunique(), gaps["placement"].nunique()
    masks = f"with {'both' if versions == 2 else f'all {versions}'} kinds of masks"
    placed = "with both ways of placing the maps"
    return [*([masks] if versions > 1 else []), *([placed] if placements > 1 else [])]


def gaps_apart(gaps: pd.DataFrame, models: Sequence[str], way: tuple[str, str]) -> str:
    """Whether the gaps of two networks differ under every version; empty for a single network.

    Args:
        gaps: ``metrics/tables/gap_versions.csv``.
        models: the networks, in order.
        way: version of the masks and placement whose difference is told with its interval.
    """
    clauses = []
    for first, second in combinations(models, 2):
        rows = gaps[gaps["model"] == f"{second}_minus_{first}"]
        apart = agreement(rows)
        if apart.direction in ("up", "down"):
            kind = "greater" if apart.direction == "up" else "smaller"
            least, most = (printed(abs(end), "share") for end in (apart.least, apart.most))
            ways = f" in all {len(rows)} ways of scoring" if len(rows) > 1 else ""
            by = least if least == most else f"{least} to {most}"
            alone = "" if apart.verdict in ("up", "down") else ", for these attributes alone"
            number = _number(rows.set_index(["version", "placement"]).loc[way])
            here = told(number if apart.direction == "up" else -number, "share")
            also = f", and by {by}{ways}" if ways else ""
            clauses.append(
                f"the PE gap of {networks([second])} is {kind} than that of {networks([first])} by "
                f"{here}{also}{_shared(rows)}{alone}"
            )
        elif apart.verdict == "equal":
            clauses.append(f"the PE gaps of {networks([first, second])} are equal")
        elif apart.verdict == "mask":
            clauses.append(
                f"whether the PE gaps of {networks([first, second])} differ depends on how maps "
                "are scored"
            )
        else:
            clauses.append(
                f"the PE gaps of {networks([first, second])} do not differ clearly across "
                "attributes"
            )
    return sentence(clauses) if clauses else ""


def _shared(rows: pd.DataFrame) -> str:
    """Over how many attributes two networks are compared, where that is the same in all rows."""
    counts = set(rows["attributes"])
    return f", on the same {counts.pop()} attributes" if len(counts) == 1 else ""


def gaps_by(gaps: pd.DataFrame, models: Sequence[str], way: tuple[str, str]) -> dict[str, Number]:
    """The PE gap of each network in one way of scoring, by the network in words.

    Args:
        gaps: ``metrics/tables/gap_versions.csv``.
        models: the networks.
        way: version of the masks and placement; without any such row, nothing.
    """
    rows = gaps.set_index(["version", "placement", "model"])
    known = [model for model in models if (*way, model) in rows.index]
    return {networks([model]): _number(rows.loc[(*way, model)]) for model in known}


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
    verdict: str, direction: str, names: Sequence[str], count: int, *, first: bool, such: bool
) -> str:
    """What networks do of whose gap the same is said.

    Spelled out where it begins the sentence; ``such``: another network has a tendency.
    """
    s, they = ("", "they") if len(names) > 1 else ("s", "it")
    subject = networks(names)
    if len(names) == count > 2:
        subject = f"all {count} networks"
    if verdict == "missing":
        return f"{subject} predict{s} one of the two classes too rarely to tell"
    if verdict == "unclear" and such:
        return f"{subject} show{s} no such tendency across attributes"
    if verdict in ("unclear", "equal"):
        between = " between the majority and the minority class" if first else ""
        clear, across = ("", "") if verdict == "equal" else ("clear ", " across attributes")
        return f"{subject} show{s} no {clear}difference{between}{across}"
    which = "minority" if direction == "down" else "majority"
    looks = f"{subject} look{s} less where {they} should when {they} predict{s} the {which} class"
    return f"whether {looks} depends on how maps are scored" if verdict == "mask" else looks
