"""The numbers of a network's card: over all faces, and by group."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import isnan
from typing import Any, Final

import pandas as pd

from heed.audit.page.answer import MEASURES
from heed.audit.page.results import Results
from heed.audit.page.table import AttributeTable
from heed.base.names import readable
from heed.base.rounding import count_text
from heed.metrics.estimates import OVERALL
from heed.pages.number import DASH, Number, Unit, interval, printed

COUNTED: Final = (
    "error_rate", "balanced_error_rate", "amr", "proportional_energy", "pe_gap", "empty_rate",
)  # fmt: skip
"""Quantities of ``metrics/audit.json``, in the order of the first columns of the table of
attributes."""

SIDES: Final = (("fnr", "Misses (FNR)", "faces with the attribute"),
                ("fpr", "False alarms (FPR)", "faces without it"))  # fmt: skip
"""What is measured of one class alone: key, name, of which faces."""

SHOWN: Final[tuple[tuple[str, Unit], ...]] = (
    ("error_rate", "percent"), ("amr", "share"), ("proportional_energy", "share"),
)  # fmt: skip
"""What is shown by group, and its unit."""

GROUPS: Final = {
    "gt_positive": "with the attribute",
    "gt_negative": "without it",
    "predicted_minority": "minority class predicted",
    "predicted_majority": "majority class predicted",
}
"""Groups of ``metrics/tables/groups.csv``, in words."""

RATE_OF: Final = {"gt_positive": "fnr", "gt_negative": "fpr"}
"""The error rate of a group that is a class."""


@dataclass(frozen=True)
class Measured:
    """One number over all faces: what it is, its value and interval as printed, and of what."""

    name: str
    value: str
    bounds: str
    of: str


@dataclass(frozen=True)
class GroupLine:
    """The numbers of one group.

    Attributes:
        name: the group.
        n: how many faces, or decisions, it has.
        cells: value and interval of each of :data:`SHOWN`, as printed.
    """

    name: str
    n: str
    cells: Sequence[tuple[str, str]]


def measured(name: str, audit: Mapping[str, Any], table: AttributeTable) -> list[Measured]:
    """A network's numbers over all faces.

    Args:
        name: of the network.
        audit: the content of ``metrics/audit.json``.
        table: of all attributes, which knows how many of them count.
    """
    of, faces = audit["models"][name], f"{audit['faces']:,} faces"
    counts = dict(zip(COUNTED, table.counts[name], strict=False))
    found = []
    for key, title, unit, _ in MEASURES:
        attributes = f"{counts[key]} attributes" if key in counts else ""
        basis = ", ".join(filter(None, (faces, attributes)))
        found.append(_measured(title, of[key], unit, basis, signed=key == "pe_gap"))
        if key == "balanced_error_rate":
            found += [_measured(t, of[k], "percent", basis) for k, t, basis in SIDES if k in of]
    return found


def groups_of(name: str, results: Results, least: int) -> list[GroupLine]:
    """A network's numbers by group: by second attributes, by class, and by prediction.

    Those by a second attribute are means over the other attributes.

    Args:
        name: of the network.
        results: what the audit found.
        least: fewest faces of a group for which an attribute counts.
    """
    return [*_crossed(name, results.crossed), *_by_decision(name, results, least)]


def counted_attributes(groups: pd.DataFrame, model: str, group: str, least: int) -> int:
    """Of how many attributes a group has enough faces to count in its means.

    Args:
        groups: ``metrics/tables/groups.csv``.
        model: the network.
        group: of :data:`GROUPS`.
        least: fewest faces for which an attribute counts.
    """
    rows = groups[
        (groups["model"] == model)
        & (groups["metric"] == "proportional_energy")
        & (groups["group"] == group)
        & (groups["attribute"] != OVERALL)
    ]
    return int((rows["mean"].notna() & (rows["n"] >= least)).sum())


def _crossed(name: str, crossed: pd.DataFrame) -> list[GroupLine]:
    of_model = crossed[crossed["model"] == name]
    found = []
    for second, of_second in of_model.groupby("cross", sort=False):
        overall = of_second[of_second["attribute"] == OVERALL].set_index("metric")
        single = of_second[of_second["attribute"] != OVERALL]
        for side, which in (("with", ""), ("without", "not ")):
            numbers = [
                Number(*(float(overall.loc[key, f"{side}{end}"]) for end in ("", "_low", "_high")))
                for key, _ in SHOWN
            ]
            column = f"n_{side}"
            faces = f"{count_text(float(single[column].max()))} faces" if column in single else ""
            found.append(GroupLine(f"{which}{readable(str(second))}", faces, _cells(numbers)))
    return found


def _by_decision(name: str, results: Results, least: int) -> list[GroupLine]:
    table = results.groups
    overall = table[(table["model"] == name) & (table["attribute"] == OVERALL)]
    rows = overall.set_index(["metric", "group"]).to_dict("index")
    of = results.audit["models"][name]
    found = []
    for group, words in GROUPS.items():
        numbers = [Number.of(of[RATE_OF[group]]) if RATE_OF.get(group) in of else Number(_NAN)]
        row: Mapping[Any, Any] = {}
        for metric, _ in SHOWN[1:]:
            row = rows.get((metric, group), {})
            numbers.append(
                Number(*(float(row.get(part, _NAN)) for part in ("mean", "low", "high")))
            )
        n = f"{count_text(float(row['n']))} decisions" if "n" in row else ""
        if n:
            n += f", {counted_attributes(table, name, group, least)} attributes"
        found.append(GroupLine(words, n, _cells(numbers)))
    return [line for line in found if line.n]


def _measured(
    title: str, stored: Mapping[str, float | None], unit: Unit, basis: str, *, signed: bool = False
) -> Measured:
    number = Number.of(stored)
    bounds = interval(number, unit, signed=signed)
    return Measured(
        title,
        printed(number.value, unit, signed=signed),
        f"{bounds} %" if bounds and unit == "percent" else bounds,
        basis,
    )


def _cells(numbers: Sequence[Number]) -> list[tuple[str, str]]:
    return [
        (DASH, "") if isnan(number.value) else (printed(number.value, unit), interval(number, unit))
        for number, (_, unit) in zip(numbers, SHOWN, strict=True)
    ]


_NAN: Final = float("nan")
