"""What differs between two audits: numbers with intervals, attributes, parameters."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from math import hypot, isnan
from typing import Any, Final

from heed.audit.compare.revision import Revision
from heed.metrics.estimates import OVERALL
from heed.pages.number import Number, Unit

QUANTITIES: Final[dict[str, tuple[str, Unit]]] = {
    "error_rate": ("Error rate", "percent"),
    "balanced_error_rate": ("Balanced error rate", "percent"),
    "amr": ("AMR", "share"),
    "proportional_energy": ("PE", "share"),
    "pe_gap": ("PE gap: minority class predicted less majority class", "share"),
    "amr_incorrect_gap": ("AMR, incorrect less correct", "share"),
    "bias_share": ("Share of the logit that is bias", "percent"),
    "empty_rate": ("Empty maps", "percent"),
}
"""What is compared of a model: how it is called and printed."""

OF_ATTRIBUTES: Final = ("error_rate", "amr", "proportional_energy", "pe_gap")
"""Which of these are compared attribute by attribute."""


@dataclass(frozen=True)
class Change:
    """A number in two audits."""

    first: Number
    second: Number

    @property
    def difference(self) -> Number:
        """The second less the first, see :func:`difference`."""
        return difference(self.first, self.second)


def difference(first: Number, second: Number) -> Number:
    """The second number less the first, with the interval that both intervals imply.

    The half widths add like the sides of a right triangle, each on its side (Zou and Donner 2008,
    *Construction of confidence limits about effect measures*): right for independent numbers.
    Audits of the same faces have these in common; their interval is wider than it need be.

    Returns:
        NaN where one of the two is missing. It has no interval where one of the two has none, or
        one without width: a single training of a single resample says nothing of chance.

    Example:
        >>> difference(Number(0.2, 0.17, 0.24), Number(0.3, 0.26, 0.33))
        Number(value=0.1, low=0.043431..., high=0.142426...)
    """
    value = second.value - first.value
    if not (first.low < first.high and second.low < second.high):
        return Number(round(value, 12))
    below = hypot(second.value - second.low, first.high - first.value)
    above = hypot(second.high - second.value, first.value - first.low)
    return Number(*(round(each, 12) for each in (value, value - below, value + above)))


def models_changes(first: Revision, second: Revision) -> dict[str, dict[str, Change]]:
    """By model and quantity, what both audits have of the models that are in both."""
    one, other = first.numbers()["models"], second.numbers()["models"]
    return {
        model: {
            quantity: Change(Number.of(one[model][quantity]), Number.of(other[model][quantity]))
            for quantity in QUANTITIES
            if quantity in one[model] and quantity in other[model]
        }
        for model in one
        if model in other
    }


def only_in(first: Revision, second: Revision) -> tuple[list[str], list[str]]:
    """The models that are in one of the two audits alone: the first's, and the second's."""
    one, other = first.numbers()["models"], second.numbers()["models"]
    return [name for name in one if name not in other], [name for name in other if name not in one]


def attribute_changes(
    first: Revision, second: Revision, model: str
) -> dict[str, dict[str, Change]]:
    """By quantity and attribute, what both audits have, the largest difference first."""
    found: dict[str, dict[str, Change]] = {}
    for quantity in OF_ATTRIBUTES:
        one, other = (_of_attributes(each, model, quantity) for each in (first, second))
        changes = {name: Change(one[name], other[name]) for name in one if name in other}
        known = {name: each for name, each in changes.items() if not isnan(each.difference.value)}
        found[quantity] = dict(
            sorted(known.items(), key=lambda item: -abs(item[1].difference.value))
        )
    return {quantity: changes for quantity, changes in found.items() if changes}


def changed_parameters(first: Revision, second: Revision) -> dict[str, tuple[Any, Any]]:
    """By dotted name, the parameters that differ; None where one has none."""
    return changes_of(first.parameters(), second.parameters())


def changes_of(first: Mapping[str, Any], second: Mapping[str, Any]) -> dict[str, tuple[Any, Any]]:
    """By dotted name, the values that differ in two mappings of mappings; None where one has none.

    Example:
        >>> changes_of({"mask": {"version": 1, "a": "1e-07"}}, {"mask": {"version": 2, "a": 1e-7}})
        {'mask.version': (1, 2)}
    """
    one, other = dict(dotted(first)), dict(dotted(second))
    return {
        name: (one.get(name), other.get(name))
        for name in dict.fromkeys([*one, *other])
        if not _same(one.get(name), other.get(name))
    }


def _of_attributes(revision: Revision, model: str, quantity: str) -> dict[str, Number]:
    table, value = {
        "error_rate": ("errors", "error_rate"),
        "pe_gap": ("gaps", "value"),
    }.get(quantity, ("groups", "mean"))
    rows = revision.table(table)
    if rows is None:
        return {}
    rows = rows[rows["model"] == model]
    if table == "groups":
        rows = rows[(rows["metric"] == quantity) & (rows["group"] == "all")]
    if table == "gaps":
        rows = rows[rows["gap"] == quantity]
    low, high = (f"{value}_low", f"{value}_high") if table == "errors" else ("low", "high")
    rows = rows[rows["attribute"] != OVERALL].set_index("attribute")
    return {
        str(name): Number(*(float(row[column]) for column in (value, low, high)))
        for name, row in rows.iterrows()
    }


def _same(one: Any, other: Any) -> bool:
    """Whether two values are equal; 1e-07, as DVC writes it, is text to readers of YAML 1.1."""
    if isinstance(one, str) != isinstance(other, str) and None not in (one, other):
        try:
            return float(one) == float(other)
        except (TypeError, ValueError):
            return False
    return bool(one == other)


def dotted(parameters: Mapping[str, Any], above: str = "") -> Iterator[tuple[str, Any]]:
    """Parameters by their dotted names, in order."""
    for name, value in parameters.items():
        if isinstance(value, Mapping) and value:
            yield from dotted(value, f"{above}{name}.")
        else:
            yield f"{above}{name}", value
