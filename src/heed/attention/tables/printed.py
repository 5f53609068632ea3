"""Tables as people read them: Markdown and LaTeX, the paper's numbers beside ours."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import isnan
from typing import Final

import pandas as pd

from heed.attention.tables.study import KIND_WORDS, Study
from heed.attention.tables.table_1 import columns
from heed.base.names import readable
from heed.base.printed_tables import latex_text, markdown

DASH: Final = "\N{EN DASH}"
MINUS: Final = "\N{MINUS SIGN}"

SET_WORDS: Final = {
    "test": "test", "sunglasses": "sunglasses", "mouth_only": "mouth only", "E1": "E1 (recall)",
    "E2": "E2 (recall)",
}  # fmt: skip

QUANTITY_WORDS: Final = {
    "error_rate": "Error rate (points)", "amr": "AMR", "proportional_energy": "PE",
    "contribution": "Contribution",
}  # fmt: skip


@dataclass(frozen=True)
class Printed:
    """A table in words.

    Attributes:
        headings: of the columns.
        rows: of printed cells.
        note: what the cells are, a sentence or two.
    """

    headings: Sequence[str]
    rows: Sequence[Sequence[str]]
    note: str

    def markdown(self) -> str:
        """The table, and the note below it."""
        return f"{markdown(self.headings, self.rows)}\n{self.note}\n"

    def latex(self) -> str:
        r"""A ``tabular`` that needs ``booktabs``, and the note as a comment."""
        kept = (
            rf"% {self.note} Needs \usepackage{{booktabs}}.",
            rf"\begin{{tabular}}{{@{{}}l*{{{len(self.headings) - 1}}}{{r}}@{{}}}}",
            r"\toprule",
            " & ".join(map(latex_text, self.headings)) + r" \\",
            r"\midrule",
            *(" & ".join(map(latex_text, row)) + r" \\" for row in self.rows),
            r"\bottomrule",
            r"\end{tabular}",
        )
        return "\n".join(kept) + "\n"


def table_1(table: pd.DataFrame, study: Study) -> Printed:
    """Table 1, our number and in brackets the published one.

    Args:
        table: of :func:`heed.attention.tables.table_1.table_1`.
        study: networks, runs and pairs.
    """
    rows = []
    for kind, of_kind in table.groupby("kind", sort=False):
        by_column = [
            list(of_kind[(of_kind["pair"] == pair) & (of_kind["set"] == on)].itertuples())
            for pair, _, on in columns(study)
        ]
        words = KIND_WORDS.get(str(kind), readable(str(kind)))
        for number in range(max(map(len, by_column))):
            cells = [of[number] if number < len(of) else None for of in by_column]
            # Only the first of several runs of a kind stands beside the paper's one.
            printed = [
                DASH if cell is None else beside(cell.value, cell.published, number == 0)
                for cell in cells
            ]
            names = list(dict.fromkeys(cell.run for cell in cells if cell is not None))
            several = max(map(len, by_column)) > 1
            own = f" ({', '.join(readable(name) for name in names if name)})" if several else ""
            rows.append([f"{words}{own}", *printed])
    headings = [
        "Network",
        *(f"{study.pair_label(pair)}: {SET_WORDS[on]}" for pair, _, on in columns(study)),
    ]
    note = (
        "Percent: ours, a mean over the seeds, and in brackets the paper's, where it is known. "
        "Accuracy on the test faces and on those that are concealed; E1 has both attributes, E2 "
        "the first alone, so that what is given there is recall."
    )
    return Printed(headings, rows, note)


def beside(own: float, published: float, with_published: bool = True) -> str:
    """Our number in percent, and in brackets the published one.

    Example:
        >>> beside(0.93123, 0.9325), beside(0.9, float("nan"))
        ('93.1 (93.25)', '90.0')
    """
    told = DASH if isnan(own) else f"{100 * own:.1f}"
    return told if isnan(published) or not with_published else f"{told} ({100 * published:.2f})"


def differences(table: pd.DataFrame, labels: Mapping[str, str], pair: str) -> Printed:
    """What fine-tuning changed for one pair.

    Args:
        table: of :func:`heed.attention.tables.comparisons.compared`.
        labels: of networks and runs.
        pair: which.
    """
    own = table[table["pair"] == pair]
    cells = own.set_index(["run", "against", "quantity", "set"])
    shown = [
        ("recall", "E2", "E2 recall (points)"),
        ("recall", "E1", "E1 recall (points)"),
        ("fpr", "without_attribute", "FPR (points)"),
        ("accuracy", "test", "Test accuracy (points)"),
        ("proportional_energy", "with_attribute", "PE in the region"),
        ("amr", "with_attribute", "AMR"),
        ("iou", "with_attribute", "IoU, pixels"),
        ("cell_iou", "with_attribute", "IoU, cells"),
    ]
    rows = []
    for run, against in own[["run", "against"]].drop_duplicates().itertuples(index=False):
        row = [labels[run], labels[against]]
        for quantity, on, _ in shown:
            place = (run, against, quantity, on)
            scale, decimals = (100, 1) if quantity in ("recall", "fpr", "accuracy") else (1, 3)
            row.append(change(cells.loc[place], scale, decimals) if place in cells.index else DASH)
        rows.append(row)
    note = (
        "A network less what it is held against, on the same faces and from the same starts; in "
        "brackets the interval. FPR is the share of the test faces without the attribute on which "
        "it is found. Maps are scored on all test faces that have the attribute."
    )
    return Printed(["Network", "Less", *(words for *_, words in shown)], rows, note)


def others(table: pd.DataFrame, labels: Mapping[str, str]) -> Printed:
    """What happened to the attributes that no map was led of."""
    rows = []
    for row in table.itertuples():
        scale, decimals = (100, 2) if row.quantity == "error_rate" else (1, 3)
        known = pd.Series(row._asdict())
        rows.append(
            [
                labels[row.run],
                labels[row.against],
                QUANTITY_WORDS[row.quantity],
                _number(scale * row.value_against, decimals),
                _number(scale * row.value, decimals),
                change(known, scale, decimals),
                DASH if isnan(row.difference_low) else f"{row.rises} / {row.falls}",
            ]
        )
    headings = ["Network", "Against", "Of the others", "That", "This", "Difference",
                "Rises / falls"]  # fmt: skip
    note = (
        "Means over the attributes whose maps do not lead the network. Rises / falls: of how many "
        "of these the interval of the difference lies above 0 / below it. A dash: there is no "
        "interval, for there is one seed."
    )
    return Printed(headings, rows, note)


def change(row: pd.Series, scale: float, decimals: int) -> str:
    """A difference with its sign, and its bounds in brackets.

    Example:
        >>> row = pd.Series({"difference": 0.1, "difference_low": 0.02, "difference_high": 0.2})
        >>> change(row, 100, 1)
        '+10.0 (+2.0 to +20.0)'
    """
    value, low, high = (
        _signed(scale * float(row[f"difference{end}"]), decimals) for end in ("", "_low", "_high")
    )
    return value if low == DASH else f"{value} ({low} to {high})"


def _number(value: float, decimals: int) -> str:
    return DASH if isnan(value) else f"{value:.{decimals}f}"


def _signed(value: float, decimals: int) -> str:
    if isnan(value):
        return DASH
    text = f"{value:+.{decimals}f}"
    return (text.lstrip("+-") if float(text) == 0 else text).replace("-", MINUS)
