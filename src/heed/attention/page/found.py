"""Looking numbers up in the tables."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import nan

import pandas as pd

from heed.attention.page.words import number
from heed.attention.tables.study import Study
from heed.pages.number import Number

MISSING = Number(nan, nan, nan)


@dataclass(frozen=True, eq=False)
class Found:
    """The study's tables, and what they are of.

    Attributes:
        study: networks, runs and pairs.
        tables: of the stage answers, by name.
        few: a set with fewer faces is small.
        alpha: p-values below it are counted.
        confidence: of the intervals.
    """

    study: Study
    tables: Mapping[str, pd.DataFrame]
    few: int
    alpha: float
    confidence: float

    def value(self, run: str, pair: str, quantity: str, on: str) -> Number:
        """A number of a run; missing where there is none."""
        return self._number("values", "value", run=run, pair=pair, quantity=quantity, set=on)

    def difference(self, run: str, against: str, pair: str, quantity: str, on: str) -> Number:
        """A run less another; missing where there is none."""
        return self._number(
            "differences", "difference", run=run, against=against, pair=pair, quantity=quantity,
            set=on,
        )  # fmt: skip

    def other(self, run: str, against: str, quantity: str) -> pd.Series | None:
        """The row of ``others``; None where there is none."""
        rows = self.rows("others", run=run, against=against, quantity=quantity)
        return rows.iloc[0] if len(rows) else None

    def faces(self, pair: str, of_set: str) -> int:
        """How many faces a set of a pair has."""
        rows = self.rows("sets", pair=pair, set=of_set)
        return int(rows["faces"].iloc[0]) if len(rows) else 0

    def rows(self, table: str, **wanted: str) -> pd.DataFrame:
        """The rows of a table that have some values."""
        found = self.tables[table]
        for name, value in wanted.items():
            found = found[found[name] == value]
        return found

    @property
    def baseline(self) -> str:
        """What guided runs are held against: the control, or without one what was before."""
        return self.study.control or self.study.start

    @property
    def led(self) -> list[tuple[str, str]]:
        """Every guided run with each of its pairs, pair by pair."""
        return [(run, pair) for pair in self.study.pairs for run in self.study.guided_by(pair)]

    def _number(self, table: str, name: str, **wanted: str) -> Number:
        rows = self.rows(table, **wanted)
        return number(rows.iloc[0], name) if len(rows) else MISSING
