"""Whether the classifiers do as well by the faces with a second attribute as by the others."""

from typing import Final

import pandas as pd

from heed.audit.page.sections import Row, Section, row
from heed.base.names import readable
from heed.metrics.estimates import OVERALL
from heed.pages.number import MINUS, Direction, Number, Unit, within
from heed.pages.wording import grouped, listed, networks, sentence

SIGNIFICANT: Final = 0.05
"""Of p-values after Holm's correction."""

METRICS: Final[dict[str, tuple[str, Unit]]] = {
    "error_rate": ("error rate", "percent"),
    "amr": ("AMR", "share"),
    "proportional_energy": ("PE", "share"),
}
"""Metrics of ``metrics/tables/crossed.csv``: in words, and their unit."""

WORDS: Final[dict[Direction, str]] = {
    "up": "a higher", "down": "a lower", "equal": "an equal", "missing": "no comparable",
}  # fmt: skip
"""What is said of a metric; differences that are not clear are said together."""

CAVEAT: Final = (
    "A difference in error rate need not be the networks' fault: where an attribute is rare in one "
    "group, it is easy to be right there. AMR and PE tell whether the networks look at the same "
    "places in both. Differences are means over the other attributes."
)


def both_groups(crossed: pd.DataFrame) -> Section:
    """Do the classifiers do as well with a second attribute as without it?

    Args:
        crossed: ``metrics/tables/crossed.csv``.
    """
    seconds = [str(name) for name in dict.fromkeys(crossed["cross"])]
    told: list[str] = []
    rows = []
    for second in seconds:
        found: list[str] = []
        unclear = False
        for metric, (word, unit) in METRICS.items():
            table = crossed[(crossed["cross"] == second) & (crossed["metric"] == metric)]
            numbers = {}
            for line in table[table["attribute"] == OVERALL].itertuples():
                model = str(line.model)
                bounds = (line.difference, line.difference_low, line.difference_high)
                numbers[model] = Number(*map(float, bounds))
                rows += _rows(second, word, model, table, numbers[model], unit)
            found += _clauses(word, unit, numbers)
            unclear |= any(number.direction() == "unclear" for number in numbers.values())
        name = readable(second)
        clauses = [
            f"{name}: on average over these attributes, compared with other faces, those with it "
            f"have {listed(found)}"
        ]
        if not found:
            clauses = [
                f"{name}: on average over these attributes nothing differs clearly between faces "
                "with and without it"
            ]
        elif unclear:
            clauses.append("nothing else differs clearly")
        told += clauses
    return Section(
        "groups",
        f"Do the networks perform equally well across groups "
        f"({', '.join([readable(s) for s in seconds])})?",
        "Groups",
        sentence(told),
        rows=rows,
        caveat=CAVEAT,
        figures=("crossed_error_rate", "crossed_amr", "crossed_pe"),
    )


def _clauses(word: str, unit: Unit, numbers: dict[str, Number]) -> list[str]:
    clauses = []
    for direction, models in grouped({m: n.direction() for m, n in numbers.items()}).items():
        if direction in WORDS:
            differences = [
                f"{within(numbers[m], unit, signed=True)}, for {networks([m])}" for m in models
            ]
            clauses.append(f"{WORDS[direction]} {word} ({'; '.join(differences)})")
    return clauses


def _count(table: pd.DataFrame, model: str) -> str:
    """In how many attributes the sides differ after the correction, of those that were tested."""
    tested = table.loc[table["model"] == model, "p_holm"].dropna()
    return f"for {int((tested < SIGNIFICANT).sum())} of {len(tested)} attributes ({model})"


def _rows(
    second: str, word: str, model: str, table: pd.DataFrame, difference: Number, unit: Unit
) -> list[Row]:
    of_model = table[table["model"] == model]
    overall = of_model[of_model["attribute"] == OVERALL].iloc[0]
    quantity = f"{word[0].upper()}{word[1:]} by {readable(second)}"
    levels = [
        row(quantity, f"{model}: {side}", Number(*overall[[side, f"{side}_low", f"{side}_high"]]),
            unit)
        for side in ("with", "without")
    ]  # fmt: skip
    count = _count(table, model).partition(" (")[0].removeprefix("for ")
    return [
        *levels,
        Row(f"Attributes that differ in {word} by {readable(second)}", model, count),
        row(quantity, f"{model}: with {MINUS} without", difference, unit, signed=True),
    ]
