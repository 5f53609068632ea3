"""A question of the page, and what the numbers say."""

from dataclasses import dataclass

from heed.probing.tables.printed import Printed


@dataclass(frozen=True)
class Question:
    """A question and what the numbers say.

    Attributes:
        anchor: in addresses.
        title: the question.
        answer: sentences.
        note: how it was measured.
        figures: names of those that show it.
        table: a table for it, and its caption; None for none.
    """

    anchor: str
    title: str
    answer: tuple[str, ...]
    note: str
    figures: tuple[str, ...] = ()
    table: tuple[str, Printed] | None = None
