"""A question of the page, and what the numbers say."""

from dataclasses import dataclass

import pandas as pd


@dataclass(frozen=True)
class Question:
    """A question and what the numbers say.

    Attributes:
        anchor: in addresses.
        title: the question.
        answer: sentences.
        note: how it was measured.
        figures: names of those that show it.
        tables: for it; their columns are printed as they are.
    """

    anchor: str
    title: str
    answer: tuple[str, ...]
    note: str
    figures: tuple[str, ...]
    tables: tuple[pd.DataFrame, ...] = ()
