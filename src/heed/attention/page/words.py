"""How the page prints what this study counts, and what it calls networks and runs."""

from collections.abc import Callable, Mapping, Sequence
from math import isnan

import pandas as pd

from heed.attention.tables.study import Study
from heed.base.names import readable
from heed.pages.number import DASH, MINUS, Direction, Number
from heed.pages.wording import grouped, listed

SPACE = "\N{NO-BREAK SPACE}"

Say = Callable[[Number], str]


def number(row: pd.Series, name: str) -> Number:
    """A number and its bounds from a row of a table; its bounds are ``<name>_low``, ``_high``."""
    return Number(*(float(row[f"{name}{end}"]) for end in ("", "_low", "_high")))


def in_percent(number: Number) -> str:
    """A share in percent, with its interval.

    Example:
        >>> in_percent(Number(0.882, 0.857, 0.907)).replace(SPACE, " ")
        '88.2 % (85.7 to 90.7)'
    """
    return _told(number, lambda value: f"{100 * value:.1f}", f"{SPACE}%")


def in_points(number: Number) -> str:
    """A difference of shares in percent points with its sign, and its interval.

    Example:
        >>> in_points(Number(0.097, 0.002, 0.112)).replace(SPACE, " ")
        '+9.7 points (+0.2 to +11.2)'
    """
    return _told(number, lambda value: f"{100 * value:+.1f}", f"{SPACE}points")


def in_fine_points(number: Number) -> str:
    """The same with two decimals, for mean errors over many attributes."""
    return _told(number, lambda value: f"{100 * value:+.2f}", f"{SPACE}points")


def as_share(number: Number) -> str:
    """A score of maps with two decimals, with its interval.

    Example:
        >>> as_share(Number(0.934, 0.9, 0.96))
        '0.93 (0.90 to 0.96)'
    """
    return _told(number, lambda value: f"{value:.2f}")


def as_change(number: Number) -> str:
    """A difference of such scores with its sign and three decimals, with its interval."""
    return _told(number, lambda value: f"{value:+.3f}")


def within(told: str) -> str:
    """A number with its interval as it stands within brackets.

    Example:
        >>> within("0.93 (0.90 to 0.96)"), within("0.93")
        ('0.93, 0.90 to 0.96', '0.93')
    """
    return told.removesuffix(")").replace(" (", ", ")


def called(study: Study, name: str) -> str:
    """What a network or a run is called within a sentence.

    Example:
        >>> from heed.attention.run_settings import TrainedParams
        >>> called(Study({"plain": TrainedParams(of="original")}, {}, {}, "plain"), "plain")
        'the pre-trained network'
    """
    label = study.labels[name].replace(": ", ", ")
    if study.kind(name) == "none":
        return label
    first = label.split()[0]
    lower = label if any(letter.isupper() for letter in first[1:]) else label[0].lower() + label[1:]
    if name in study.runs:
        return f"the {lower}"
    return f"the network {lower}" if lower.startswith("trained ") else f"the {lower} network"


def called_of(study: Study, name: str) -> str:
    """The same where several pairs are spoken of: with the pairs that lead a run."""
    run = study.runs.get(name)
    pairs = listed([readable(pair) for pair in run.pairs]) if run else ""
    return f"{called(study, name)} ({pairs})" if pairs else called(study, name)


def by_direction(
    findings: Mapping[str, Number], openings: Mapping[Direction, str], say: Say
) -> list[str]:
    """Clauses of a sentence, those of the same direction in one.

    Args:
        findings: by what a network is called its number.
        openings: how a clause begins, by direction; the names follow.
        say: prints a number.

    Example:
        >>> found = {"the IoU loss": Number(0.1, 0.05, 0.2), "BCE alone": Number(0.1, 0.05, 0.2)}
        >>> by_direction(found, {"up": "more are found by"}, as_change)
        ['more are found by the IoU loss (+0.100, +0.050 to +0.200) and BCE alone (+0.100, \
+0.050 to +0.200)']
    """
    directions = {name: found.direction() for name, found in findings.items()}
    clauses = []
    for direction, names in grouped(directions).items():
        told = [
            name if direction == "missing" else f"{name} ({within(say(findings[name]))})"
            for name in names
        ]
        clauses.append(f"{openings[direction]} {listed(told)}")
    return clauses


def counted_directions(
    findings: Sequence[Number], words: Mapping[Direction, tuple[str, str]], of: str
) -> str:
    """In how many cases a number points which way, as a sentence.

    Args:
        findings: the numbers.
        words: what is said of one that points so, and of several.
        of: what they are of, in the singular.

    Example:
        >>> words = {"up": ("finds more", "find more"), "unclear": ("is open", "are open")}
        >>> counted_directions([Number(1, 0.5, 2), Number(1, -1, 2)], words, "run")
        'Of 2 runs 1 finds more and 1 is open.'
        >>> counted_directions([Number(1, 0.5, 2)] * 2, words, "run")
        'Both runs find more.'
        >>> counted_directions([Number(1, 0.5, 2)], words, "run")
        'The only run finds more.'
    """
    directions = {str(n): found.direction() for n, found in enumerate(findings)}
    by = {direction: len(names) for direction, names in grouped(directions).items()}
    if len(findings) == 1:
        (direction,) = by
        return f"The only {of} {words[direction][0]}."
    if len(by) == 1:
        (direction,) = by
        every = "Both" if len(findings) == 2 else f"All {len(findings)}"
        return f"{every} {of}s {words[direction][1]}."
    parts = [f"{count} {words[direction][count > 1]}" for direction, count in by.items()]
    return f"Of {len(findings)} {of}s {listed(parts)}."


def _told(number: Number, printed: Callable[[float], str], unit: str = "") -> str:
    """A number with its unit, then its interval in brackets; a dash where it is missing."""
    if isnan(number.value):
        return DASH
    value, low, high = (
        _proper(printed(each)) if not isnan(each) else ""
        for each in (number.value, number.low, number.high)
    )
    return f"{value}{unit} ({low} to {high})" if low else f"{value}{unit}"


def _proper(text: str) -> str:
    """A true minus, and no sign before zero."""
    return (text.lstrip("+-") if float(text) == 0 else text).replace("-", MINUS)
