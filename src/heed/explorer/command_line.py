"""What commands share: numbers between commas, and how they end with an error."""

import re
from typing import NoReturn

import typer

POLYGON = "found {!r}; expected the corners x0,y0,x1,y1,x2,y2…, such as 80,130,144,130,112,160"
BOX = "found {!r}; expected x0,y0,x1,y1, such as 80,130,144,160"

_SIGNS = re.compile(r"[,;\s]+")


def fail(message: str) -> NoReturn:
    """End the command with a message and the status 1."""
    typer.echo(f"Error: {message}", err=True)
    raise typer.Exit(1)


def numbers(text: str, count: int | None, message: str) -> list[float]:
    """Numbers between commas.

    Args:
        text: as it was given.
        count: how many; None for any number.
        message: what to end with otherwise, with a place for what was found.
    """
    try:
        found = [float(part) for part in _SIGNS.split(text.strip())]
    except ValueError:
        fail(message.format(text))
    if count is not None and len(found) != count:
        fail(message.format(text))
    return found


def corners(text: str) -> list[tuple[float, float]]:
    """The corners of ``--polygon``."""
    found = numbers(text, None, f"--polygon: {POLYGON}")
    if len(found) < 6 or len(found) % 2:
        fail(f"--polygon: {POLYGON}".format(text))
    return list(zip(found[::2], found[1::2], strict=True))


def edges(text: str) -> tuple[float, float, float, float]:
    """The edges of ``--box``."""
    left, top, right, bottom = numbers(text, 4, f"--box: {BOX}")
    return left, top, right, bottom
