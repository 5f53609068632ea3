"""The table of all attributes, for ``table.html.j2``."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import isnan
from typing import Final

import pandas as pd

from heed.audit.tables.class_counts import counts_in
from heed.base.errors import HeedError
from heed.base.names import readable
from heed.base.rounding import count_text
from heed.masks.versions.version_2 import REGIONS
from heed.metrics.estimates import OVERALL
from heed.pages.number import Number, Unit, interval, printed, told


class AttributeTableError(HeedError, ValueError):
    """A table of the audit lacks a row; the message says which, and what to run."""


@dataclass(frozen=True)
class Column:
    """A quantity that the table shows of each network, by its short and its full name."""

    name: str
    full: str
    meaning: str
    unit: Unit
    signed: bool = False


COLUMNS: Final[tuple[Column, ...]] = (
    Column("ER", "Error rate", "Error rate: share of wrong decisions", "percent"),
    Column(
        "BER", "Balanced error", "Balanced error: mean over faces with it and without", "percent"
    ),
    Column(
        "AMR", "AMR",
        "Acceptable mask ratio: share of the active area inside the mask, times the share of the "
        "image outside it; empty map: 0",
        "share",
    ),
    Column("PE", "PE", "Proportional energy: share of the map's energy inside the mask", "share"),
    Column(
        "PE gap", "PE gap",
        "PE where the minority class is predicted less PE where the majority class is",
        "share", signed=True,
    ),
    Column("Empty", "Empty maps", "Share of maps without a single positive cell", "percent"),
    Column(
        "AMR norm.", "Normalised AMR",
        "Normalised AMR: 0 is what a uniform map scores, 1 what the best map of the grid does; a "
        "dash where that leaves no range",
        "share",
    ),
)  # fmt: skip
"""In the order of a network's cells."""


CLASSES: Final = ("minority", "majority")
"""Of an attribute."""

ALWAYS: Final = "by definition: one class alone is predicted"
"""In the place of the interval of a balanced error that no other face could move."""


@dataclass(frozen=True)
class Cell:
    """One number.

    Attributes:
        text: as printed.
        bounds: its interval as printed, or why it needs none; empty where it has none.
        detail: the number, its interval and its faces in words, for a tooltip.
        value: what the table is sorted by; None where the number is missing.
        few: whether it is of too few faces to count in the column's mean.
    """

    text: str
    bounds: str
    detail: str
    value: float | None
    few: bool = False


@dataclass(frozen=True)
class TableRow:
    """One attribute, or the mean of all.

    Attributes:
        attribute: CelebA's name.
        name: as printed.
        region: where version 2 of the masks puts it; empty for the mean.
        positives: share of the faces in training with the attribute; None for the mean.
        minority: share of the minority class in training; None for the mean.
        cells: by network, in the order of :data:`COLUMNS`.
    """

    attribute: str
    name: str
    region: str
    positives: float | None
    minority: float | None
    cells: Mapping[str, Sequence[Cell]]


@dataclass(frozen=True)
class AttributeTable:
    """The rows, their mean, and what the rows can be filtered by.

    Attributes:
        models: the networks.
        columns: the quantities.
        rows: the attributes.
        overall: the mean over those that count.
        counts: how many count, by network, in the order of the columns.
        least_faces: fewest faces of a group for which an attribute counts.
        regions: what the rows can be filtered by.
        training: the faces whose classes are counted; CelebA's published rates where a run has
            no training faces.
        published: whether they are those.
    """

    models: Sequence[str]
    columns: Sequence[Column]
    rows: Sequence[TableRow]
    overall: TableRow
    counts: Mapping[str, Sequence[int]]
    least_faces: int
    regions: Sequence[str]
    training: str = "training faces"
    published: bool = False


def attribute_table(
    groups: pd.DataFrame,
    errors: pd.DataFrame,
    gaps: pd.DataFrame,
    attributes: pd.DataFrame,
    normalised: pd.DataFrame,
    least_faces: int,
) -> AttributeTable:
    """Gather what the audit knows of each attribute.

    The mean of the PE gap is over the attributes of which both classes are predicted for enough
    faces; the two means that it is the difference of are in its tooltip.

    Args:
        groups: ``metrics/tables/groups.csv``.
        errors: ``metrics/tables/errors.csv``.
        gaps: ``metrics/tables/gaps.csv``.
        attributes: ``metrics/tables/attributes.csv``; its order is the table's.
        normalised: ``model``, ``attribute`` and ``amr_normalised`` of
            ``metrics/tables/mask_versions.csv``, of the masks that the page is about.
        least_faces: ``aggregate.least_faces``.

    Raises:
        AttributeTableError: if a network lacks a row that another one has.
    """
    models = list(dict.fromkeys(errors["model"]))
    names = list(attributes["attribute"])
    means = groups.set_index(["model", "metric", "group", "attribute"]).to_dict("index")
    rates = errors.set_index(["model", "attribute"]).to_dict("index")
    of_gaps = gaps[gaps["gap"] == "pe_gap"].set_index(["model", "attribute"]).to_dict("index")
    scaled = normalised.set_index(["model", "attribute"]).to_dict("index")
    numbers = {
        model: {
            name: [*_numbers(means, rates, of_gaps, model, name), _normalised(scaled, model, name)]
            for name in [*names, OVERALL]
        }
        for model in models
    }

    def few(model: str, name: str, column: Column) -> bool:
        """Whether a gap is of so few faces that it does not count."""
        return column.signed and name != OVERALL and of_gaps[model, name]["n"] < least_faces

    def cells(name: str) -> dict[str, list[Cell]]:
        return {
            model: [
                _cell(column, *number, few=few(model, name, column))
                for column, number in zip(COLUMNS, of[name], strict=True)
            ]
            for model, of in numbers.items()
        }

    region_of = {name: region.name for region in REGIONS for name in region.attributes}
    rows = []
    training = counts_in(attributes)
    for name, share in zip(names, training.shares.tolist(), strict=True):
        region = region_of[name]
        rows.append(
            TableRow(name, readable(name), region, share, min(share, 1 - share), cells(name))
        )
    overall = TableRow(
        OVERALL, "Mean over the attributes that count", "", None, None, cells(OVERALL)
    )
    by_name = {row.attribute: row.cells for row in rows}
    counts = {
        model: [
            sum(of[model][place].value is not None and not of[model][place].few
                for of in by_name.values())
            for place in range(len(COLUMNS))
        ]
        for model in models
    }  # fmt: skip
    regions = sorted({row.region for row in rows})
    return AttributeTable(
        models,
        COLUMNS,
        rows,
        overall,
        counts,
        least_faces,
        regions,
        training.faces,
        training.published,
    )


Counted = tuple[Number, str]
"""A number, and of how many faces it is or what it is made of."""


def _numbers(
    means: Mapping[tuple[str, ...], Mapping[str, float]],
    rates: Mapping[tuple[str, ...], Mapping[str, float]],
    gaps: Mapping[tuple[str, ...], Mapping[str, float]],
    model: str,
    attribute: str,
) -> list[Counted]:
    """The first numbers of one network and attribute, in the order of :data:`COLUMNS`."""

    def rate(name: str) -> Counted:
        found = _row(rates, (model, attribute), "errors.csv")
        faces = f"n = {count_text(found['positives'] + found['negatives'])}"
        return Number.of(found, name), faces

    def mean(metric: str, group: str = "all") -> Counted:
        found = _row(means, (model, metric, group, attribute), "groups.csv")
        return Number(found["mean"], found["low"], found["high"]), f"n = {count_text(found['n'])}"

    minority, majority = (mean("proportional_energy", f"predicted_{which}") for which in CLASSES)
    parts = "; ".join(
        f"{which} class: {told(number, 'share')}, {faces}"
        for which, (number, faces) in (("minority", minority), ("majority", majority))
    )
    gap = _row(gaps, (model, attribute), "gaps.csv")
    if attribute == OVERALL:
        parts = f"mean over {gap['n']:.0f} attributes"
    # every map has an active area, even where there is no mask to score it against
    maps = _row(means, (model, "active_area", "all", attribute), "groups.csv")
    balanced = rate("balanced_error_rate")
    if attribute != OVERALL and _answers_alike(means, model, attribute):
        balanced = Number(balanced[0].value), ALWAYS
    return [
        rate("error_rate"),
        balanced,
        mean("amr"),
        mean("proportional_energy"),
        (Number(gap["value"], gap["low"], gap["high"]), parts),
        (Number(maps["empty_rate"]), f"n = {count_text(maps['n'])}"),
    ]


def _answers_alike(
    means: Mapping[tuple[str, ...], Mapping[str, float]], model: str, attribute: str
) -> bool:
    """Whether all trainings of a network give all faces one answer."""
    keys = [(model, "active_area", f"predicted_{which}", attribute) for which in CLASSES]
    return any(_row(means, key, "groups.csv")["n"] == 0 for key in keys)


def _normalised(
    scaled: Mapping[tuple[str, ...], Mapping[str, float]], model: str, attribute: str
) -> Counted:
    found = _row(scaled, (model, attribute), "mask_versions.csv")["amr_normalised"]
    return Number(found), "no range" if isnan(found) else "between uniform score and ceiling"


def _row(
    table: Mapping[tuple[str, ...], Mapping[str, float]], key: tuple[str, ...], file: str
) -> Mapping[str, float]:
    if key not in table:
        raise AttributeTableError(
            f"metrics/tables/{file}: found no row {', '.join(key)}; run the stage aggregate again"
        )
    return table[key]


def _cell(column: Column, number: Number, basis: str, *, few: bool) -> Cell:
    text = printed(number.value, column.unit, signed=column.signed)
    known = not isnan(number.value)
    bounds = interval(number, column.unit, signed=column.signed)
    if basis == ALWAYS and known:
        bounds = ALWAYS
    detail = f"{column.name} {told(number, column.unit, signed=column.signed)}; {basis}"
    value = round(number.value, 6) if known else None
    return Cell(f"({text})" if few and known else text, bounds, detail, value, few and known)
