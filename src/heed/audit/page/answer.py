"""The first screen: what this run found, in a headline, two sentences and six small plots."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any, Final

from heed.pages.number import MINUS, Direction, Number, Unit, interval, printed, told
from heed.pages.whiskers import Scale, scale
from heed.pages.wording import listed, networks, sentence

MEASURES: Final[tuple[tuple[str, str, Unit, str], ...]] = (
    ("error_rate", "Error rate", "percent", "wrong decisions, mean over the attributes"),
    (
        "balanced_error_rate",
        "Balanced error",
        "percent",
        "mean over faces with it and without",
    ),
    (
        "amr",
        "AMR",
        "share",
        "share of the active area inside the mask, times the share of the image outside it; "
        "empty map: 0",
    ),
    ("proportional_energy", "PE", "share", "share of the map's energy inside the mask"),
    (
        "pe_gap",
        "PE gap",
        "share",
        "PE where the minority class is predicted less PE where the majority class is",
    ),
    ("empty_rate", "Empty maps", "percent", "maps without a single positive cell"),
)
"""The rows of the first screen: quantities of ``metrics/audit.json``, name, unit, meaning."""


UNCLEAR: Final[Mapping[Direction, str]] = {"equal": "equal", "unclear": "not clear"}
"""What is said beside a difference that points nowhere."""


@dataclass(frozen=True)
class Dot:
    """One network's number: as text, and its places on the scale in percent (None: missing)."""

    model: str
    value: str
    interval: str
    place: float | None
    whisker: tuple[float, float] | None


@dataclass(frozen=True)
class Difference:
    """The second network's number less the first one's; what is not clear about it, in words."""

    between: str
    value: str
    interval: str
    unclear: str


@dataclass(frozen=True)
class Measure:
    """One row of the first screen.

    Attributes:
        key: of the quantity in ``metrics/audit.json``.
        name: how it is called.
        meaning: what it is, in one line.
        dots: one per network.
        ticks: place in percent and text of each tick of the scale.
        differences: one per pair of networks.
        description: the plot in words.
    """

    key: str
    name: str
    meaning: str
    dots: Sequence[Dot]
    ticks: Sequence[tuple[float, str]]
    differences: Sequence[Difference]
    description: str


def lead(audit: Mapping[str, Any], confidence: float) -> list[str]:
    """The numbers behind the headline, and who errs less and looks better.

    Args:
        audit: the content of ``metrics/audit.json``.
        confidence: of its intervals.

    Returns:
        A sentence per pair of networks, on the attributes that count for both; one on each
        network by itself, on those that count for it; and one on errors and AMR.
    """
    models = audit["models"]
    gaps = [
        f"{told(Number.of(of['pe_gap']), 'share', signed=True)} for {networks([name])}"
        f"{pattern(of['pe_gap'])}"
        for name, of in models.items()
    ]
    shared = [_gaps_on_shared(audit, *pair) for pair in combinations(models, 2)]
    each = ", each network over all attributes that count for it" if shared else ""
    first = f"PE gap with {100 * confidence:g} % interval{each}: {listed(gaps)}"
    clauses = [
        _best(audit, "error_rate", "error rate", "percent", highest=False),
        _best(audit, "balanced_error_rate", "balanced error", "percent", highest=False),
        _best(audit, "amr", "AMR", "share", highest=True),
    ]
    return [*filter(None, shared), sentence([first]), sentence(clauses)]


def counted(audit: Mapping[str, Any], least_faces: int) -> str:
    """Over how many attributes PE gaps and their differences are; empty where over the same.

    Args:
        audit: the content of ``metrics/audit.json``.
        least_faces: ``aggregate.least_faces``.
    """
    of_models = {name: of["pe_attributes"] for name, of in audit["models"].items()}
    of_pairs = {
        f"{second} {MINUS} {first}": audit["differences"][f"{second}_minus_{first}"][
            "pe_attributes"
        ]
        for first, second in combinations(of_models, 2)
    }
    if not of_pairs or len({*of_models.values(), *of_pairs.values()}) == 1:
        return ""
    alone = listed([f"{count} for {networks([name])}" for name, count in of_models.items()])
    both = listed(
        [f"{count}{f' ({pair})' if len(of_pairs) > 1 else ''}" for pair, count in of_pairs.items()]
    )
    return (
        f"A difference between networks in PE gap, or in PE by predicted class, is over the {both} "
        f"attributes that count for both (each class predicted for at least {least_faces} faces); "
        f"the numbers of one network are over all that count for it: {alone}. So a difference need "
        "not be that of the numbers beside it."
    )


def pattern(gap: Mapping[str, Any]) -> str:
    """In how many attributes a gap is above 0, and whether that may be chance, in brackets.

    Args:
        gap: with ``above``, ``below`` and ``sign_test_p``; empty where no attribute differs.
    """
    differing = gap["above"] + gap["below"]
    if not differing:
        return ""
    p = printed_p(gap["sign_test_p"])
    return f" (above 0 in {gap['above']} of {differing} attributes, sign test {p})"


def printed_p(p: float) -> str:
    """A p-value in words: three decimals, and no zeros."""
    if p < 0.001:
        return "p < .001"
    return "p = 1" if p >= 0.9995 else f"p = {p:.3f}".replace("0.", ".")


def measures(audit: Mapping[str, Any]) -> list[Measure]:
    """The rows of the first screen, for any number of networks.

    Args:
        audit: the content of ``metrics/audit.json``.
    """
    return [_measure(audit, *described) for described in MEASURES]


def covered(audit: Mapping[str, Any]) -> str:
    """What the intervals of the first screen are over, and what their numbers are, in words.

    Args:
        audit: the content of ``metrics/audit.json``.
    """
    replicates = {model: of["replicates"] for model, of in audit["models"].items()}
    persons = f"the {audit['persons']} persons"
    if audit["persons"] == audit["faces"]:
        persons = "the faces, each taken for a person of its own"
    if max(replicates.values()) == 1:
        return f"{persons}, for these very trainings: another training may lie outside"
    if len(set(replicates.values())) == 1:
        count = next(iter(replicates.values()))
        each = " of each network" if len(replicates) > 1 else ""
        return f"{persons} and the {count} trainings{each}; each number is the mean of the {count}"
    trained = [f"{count} of {model}" for model, count in replicates.items()]
    return f"{persons} and the trainings ({listed(trained)}); each number is their mean"


def difference(audit: Mapping[str, Any], second: str, first: str, quantity: str) -> Number:
    """``second`` less ``first``, whichever way round the file holds the pair."""
    found = audit["differences"]
    if f"{second}_minus_{first}" in found:
        return Number.of(found[f"{second}_minus_{first}"][quantity])
    return -Number.of(found[f"{first}_minus_{second}"][quantity])


def _gaps_on_shared(audit: Mapping[str, Any], first: str, second: str) -> str:
    """The PE gaps of two networks on the attributes that count for both; empty without any."""
    apart = audit["differences"][f"{second}_minus_{first}"]
    number = Number.of(apart["pe_gap"])
    if number.direction() == "missing":
        return ""
    both = "both" if len(audit["models"]) == 2 else f"{first} and {second}"
    one, other = (
        told(Number.of(apart["pe_gap"], side), "share", signed=True) for side in ("first", "second")
    )
    return sentence(
        [
            f"over the {apart['pe_attributes']} attributes of which {both} predict both "
            f"classes often enough, the PE gap is {other} for {networks([second])} and {one} for "
            f"{networks([first])} "
            f"(difference {printed(number.value, 'share', signed=True)}, "
            f"{interval(number, 'share', signed=True)})"
        ]
    )


def _measure(audit: Mapping[str, Any], key: str, name: str, unit: Unit, meaning: str) -> Measure:
    signed = key == "pe_gap"
    numbers = {model: Number.of(of[key]) for model, of in audit["models"].items()}
    along = scale(list(numbers.values()))
    dots = [_dot(model, number, along, unit, signed) for model, number in numbers.items()]
    differences = []
    for first, second in combinations(numbers, 2):
        number = difference(audit, second, first, key)
        differences.append(
            Difference(
                f"{second} {MINUS} {first}",
                printed(number.value, unit, signed=True),
                interval(number, unit, signed=True),
                UNCLEAR.get(number.direction(), ""),
            )
        )
    described = listed([f"{model} {told(n, unit, signed=signed)}" for model, n in numbers.items()])
    return Measure(
        key, name, meaning, dots, [_tick(along, t, unit) for t in along.ticks], differences,
        f"{name}, {meaning}: {described}",
    )  # fmt: skip


def _dot(model: str, number: Number, along: Scale, unit: Unit, signed: bool) -> Dot:
    bounds = interval(number, unit, signed=signed)
    known = number.direction() != "missing"
    return Dot(
        model,
        printed(number.value, unit, signed=signed),
        bounds,
        along.place(number.value) if known else None,
        (along.place(number.low), along.place(number.high)) if known and bounds else None,
    )


def _tick(along: Scale, value: float, unit: Unit) -> tuple[float, str]:
    text = f"{100 * value:g} %" if unit == "percent" else f"{value:g}"
    return along.place(value), text.replace("-", MINUS)


def _best(audit: Mapping[str, Any], quantity: str, name: str, unit: Unit, *, highest: bool) -> str:
    """Who is best in a quantity, and whether that is clear from the difference to the next."""
    numbers = {model: Number.of(of[quantity]) for model, of in audit["models"].items()}
    known = {model: n.value for model, n in numbers.items() if n.direction() != "missing"}
    if not known:
        return f"no network has a known {name}"
    ranked = sorted(known, key=lambda model: known[model], reverse=highest)
    best = ranked[0]
    value = told(numbers[best], unit)
    if len(numbers) == 1:
        return f"its {name} is {told(numbers[best], unit)}"
    if len(ranked) == 1:
        return f"only for {networks([best])} the {name} is known: {value}"
    degree = "high" if highest else "low"
    degree += "er" if len(ranked) == 2 else "est"
    apart = difference(audit, best, ranked[1], quantity).direction()
    values = [f"{told(numbers[model], unit)} for {networks([model])}" for model in ranked]
    if apart == "equal":
        return f"the {name} of {networks([best, ranked[1]])} is equal ({listed(values)})"
    if apart not in ("up", "down"):
        return f"no network's {name} is clearly the {degree} ({listed(values)})"
    return (
        f"the {degree} {name} is that of {networks([best])}: {value}, against {listed(values[1:])}"
    )
