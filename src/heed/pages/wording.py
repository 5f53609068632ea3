"""Putting findings into words: lists of names, and clauses that depend on how numbers point."""

from collections.abc import Mapping, Sequence
from typing import Final

from heed.pages.number import Direction

ORDER: Final[tuple[Direction, ...]] = ("up", "down", "equal", "unclear", "missing")
"""What was found comes before what was not."""


def listed(items: Sequence[str]) -> str:
    """``a``, ``a and b``, ``a, b and c``."""
    if len(items) < 2:
        return "".join(items)
    return f"{', '.join(items[:-1])} and {items[-1]}"


def networks(names: Sequence[str]) -> str:
    """Networks by their names, so that a name that is an adjective reads as one.

    Example:
        >>> networks(["balanced"]), networks(["a", "b"])
        ('the balanced network', 'the a and b networks')
    """
    return f"the {listed(names)} network{'s' if len(names) > 1 else ''}"


def grouped(findings: Mapping[str, Direction]) -> dict[Direction, list[str]]:
    """Names by the direction of their number; directions in :data:`ORDER`, without empty ones."""
    by = {found: [name for name in findings if findings[name] == found] for found in ORDER}
    return {found: names for found, names in by.items() if names}


def sentence(clauses: Sequence[str]) -> str:
    """Clauses joined by semicolons, the first with a capital letter, a full stop at the end.

    A percent sign stays on the line of its number.
    """
    text = "; ".join(clauses).replace(" %", "\N{NO-BREAK SPACE}%")
    return f"{text[:1].upper()}{text[1:]}."


def answer_by_direction(
    openings: Mapping[Direction, str], findings: Mapping[str, tuple[Direction, str]]
) -> str:
    """One sentence on all networks: those with the same finding share a clause.

    Args:
        openings: how a clause begins, by direction.
        findings: by network its direction and the number to tell; an empty number tells
            the name alone.

    Returns:
        Such as ``Yes, it is: 0.2 for the a network and 0.3 for the b network.``
    """
    directions = {name: direction for name, (direction, _) in findings.items()}
    clauses = []
    for direction, names in grouped(directions).items():
        numbers = [f"{findings[name][1]} for {networks([name])}".strip() for name in names]
        clauses.append(f"{openings[direction]} {listed(numbers)}")
    return sentence(clauses)


def parts(text: str) -> list[str]:
    """A sentence of several clauses as sentences of one each, for a reader's sake.

    Args:
        text: as :func:`sentence` gives it; a semicolon in brackets joins nothing.

    Example:
        >>> parts("It is (a; b); it was. So be it.")
        ['It is (a; b).', 'It was. So be it.']
    """
    pieces, depth, start = [], 0, 0
    for place, letter in enumerate(text):
        depth += (letter == "(") - (letter == ")")
        if letter == ";" and depth == 0:
            pieces.append(text[start:place])
            start = place + 1
    pieces.append(text[start:])
    stripped = [piece.strip().rstrip(".") for piece in pieces]
    return [f"{piece[:1].upper()}{piece[1:]}." for piece in stripped if piece]
