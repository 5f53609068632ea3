"""A question of the page, and what the numbers say."""

from dataclasses import dataclass

from heed.attention.tables.printed import Printed


@dataclass(frozen=True)
class Part:
    """What is told of one pair.

    Attributes:
        heading: what it is of.
        lines: sentences, each a paragraph.
    """

    heading: str
    lines: tuple[str, ...]


@dataclass(frozen=True)
class Question:
    """A question and what the numbers say.

    Attributes:
        anchor: in addresses.
        title: the question.
        answer: sentences; the first is the answer in short.
        note: how it was measured.
        parts: what is told pair by pair.
        figures: names of those that show it.
        folded: names of further ones, which are shown on demand.
        tables: by what they are.
        unfolded: whether these are shown at once.
    """

    anchor: str
    title: str
    answer: tuple[str, ...]
    note: str
    parts: tuple[Part, ...] = ()
    figures: tuple[str, ...] = ()
    folded: tuple[str, ...] = ()
    tables: tuple[tuple[str, Printed], ...] = ()
    unfolded: bool = False
