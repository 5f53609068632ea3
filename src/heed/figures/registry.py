"""What a catalogue of figures lists."""

from dataclasses import dataclass
from typing import Literal

Kind = Literal["numbers", "averages", "faces"]
"""What a figure shows: numbers only; average maps over the average face; or single faces."""


@dataclass(frozen=True)
class Entry:
    """One figure.

    Attributes:
        name: of its files, without suffix.
        kind: what it shows, and with it which stage draws it and where it is written.
        thesis: its number in Bieri (2023); None for a figure of Heed's own.
        title: a few words.
        caption: what is to be seen, for a reader who has only the figure.
    """

    name: str
    kind: Kind
    thesis: str | None
    title: str
    caption: str
