"""Tables 5.1 to 5.4 as people read them: Markdown and LaTeX, the thesis' numbers beside ours."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import pandas as pd

from heed.base.names import readable
from heed.base.printed_tables import latex_text, markdown
from heed.probing.schema import UNITS
from heed.probing.settings import Published
from heed.probing.tables.published import LABELS, published_accuracy
from heed.probing.tables.published import UNITS as PUBLISHED_UNITS

DASH: Final = "\N{EN DASH}"
MINUS: Final = "\N{MINUS SIGN}"
MEAN: Final = "Mean"


@dataclass(frozen=True)
class Printed:
    """A table in words.

    Attributes:
        headings: of the columns.
        rows: of printed cells.
        note: what the cells are, one sentence.
        last: number of rows at the end that a rule sets off.
    """

    headings: Sequence[str]
    rows: Sequence[Sequence[str]]
    note: str
    last: int = 0

    def markdown(self) -> str:
        """The table, and the note below it."""
        return f"{markdown(self.headings, self.rows)}\n{self.note}\n"

    def latex(self) -> str:
        r"""A ``tabular`` that needs ``booktabs``, and the note as a comment."""
        lines = [" & ".join(map(latex_text, row)) + r" \\" for row in self.rows]
        if self.last:
            lines.insert(len(lines) - self.last, r"\midrule")
        kept = (
            rf"% {self.note} Needs \usepackage{{booktabs}}.",
            rf"\begin{{tabular}}{{@{{}}l*{{{len(self.headings) - 1}}}{{r}}@{{}}}}",
            r"\toprule",
            " & ".join(map(latex_text, self.headings)) + r" \\",
            r"\midrule",
            *lines,
            r"\bottomrule",
            r"\end{tabular}",
        )
        return "\n".join(kept) + "\n"


def recognition(table: pd.DataFrame, beside: Mapping[str, Published | None]) -> Printed:
    """Table 5.1: means over seeds in percent, with their standard deviation in brackets."""
    rows = [
        [
            readable(row.network),
            f"{row.seeds:.0f}",
            with_sd(row.identification, row.identification_sd),
            _published_name(beside[row.network]),
            with_sd(row.identification_published, row.identification_published_sd),
            with_sd(row.verification, row.verification_sd),
            percent(row.roc_auc),
        ]
        for row in table.itertuples()
    ]
    headings = ["Network", "Seeds", "Identification", "Thesis' network", "Identification there",
                "Verification", "ROC AUC"]  # fmt: skip
    note = "Percent; in brackets the standard deviation over seeds (missing for one seed)."
    return Printed(headings, rows, note)


def best_units(
    attributes: pd.DataFrame,
    averages: pd.DataFrame,
    multitask: pd.DataFrame,
    beside: Mapping[str, Published | None],
) -> Printed:
    """Table 5.2: best layer, channel and neuron, in the thesis' order.

    Args:
        attributes: of :func:`heed.probing.tables.best_units.attributes_table`.
        averages: of :func:`heed.probing.tables.best_units.averages_table`.
        multitask: our baseline: ``attribute``, ``accuracy``, ``balanced_accuracy``.
        beside: the networks, each with its published architecture.
    """
    cells = attributes.set_index(["network", "unit", "attribute"])
    means = averages.set_index(["network", "unit"])
    base = multitask.set_index("attribute")
    published = published_accuracy().set_index("attribute")["multitask_resnet50"]
    columns = [(network, unit) for network in beside for unit in PUBLISHED_UNITS]
    rows = []
    for name in dict.fromkeys(attributes["attribute"]):
        printed = [_triple(cells, (*column, name)) for column in columns]
        of_base = base.loc[name] if name in base.index else None
        last = _values(of_base, published.get(name, np.nan))
        rows.append([readable(name), *printed, last])
    over = base.mean(numeric_only=True) if len(base) else None
    rows.append(
        [MEAN, *(_triple(means, column) for column in columns), _values(over, published.mean())]
    )
    words = {unit: UNITS[unit].removeprefix("whole ").removeprefix("best ") for unit in UNITS}
    headings = [
        "Attribute",
        *(f"{readable(network)}: {words[unit]}" for network, unit in columns),
        "Multitask",
    ]
    note = (
        "Percent on the test partition: accuracy / balanced accuracy, and in brackets the accuracy "
        "of the thesis' architecture on CelebA. Units are chosen on the validation draw."
    )
    return Printed(headings, rows, note, last=1)


def baselines(table: pd.DataFrame) -> Printed:
    """Table 5.3: mean accuracy over the attributes."""
    rows = [
        [
            readable(row.classifier),
            UNITS.get(row.unit, "") if isinstance(row.unit, str) else "",
            row.of,
            percent(row.accuracy),
            percent(row.balanced_accuracy),
            row.note if isinstance(row.note, str) else "",
        ]
        for row in table.itertuples()
    ]
    headings = ["Classifier", "Read from", "Of", "Accuracy", "Balanced accuracy", "Source"]
    return Printed(headings, rows, "Percent; published numbers are of CelebA.")


def silencing(table: pd.DataFrame) -> Printed:
    """Table 5.4: mean drop of later layers when neurons are silent, in points."""
    units = [unit for unit in UNITS if unit in set(table["unit"])]
    cells = table.set_index(["network", "silenced_depth", "share", "unit"])
    places = table[["network", "silenced_depth", "share"]].drop_duplicates()
    rows = []
    for place in places.itertuples(index=False):
        row = [readable(place.network), f"{place.silenced_depth:g} %", f"{100 * place.share:g} %"]
        for unit in units:
            known = (*place, unit) in cells.index
            row.append(points(cells.loc[(*place, unit), "drop"]) if known else DASH)
        rows.append(row)
    headings = ["Network", "Depth", "Silent neurons", *(UNITS[unit] for unit in units)]
    return Printed(headings, rows, "Points of accuracy that later layers lose on average.")


def percent(value: float) -> str:
    """A share in percent with one decimal; a dash where it is missing.

    Example:
        >>> percent(0.9244), percent(float("nan")) == DASH
        ('92.4', True)
    """
    return DASH if np.isnan(value) else f"{100 * value:.1f}"


def points(value: float) -> str:
    """A difference of shares in points with two decimals.

    Example:
        >>> points(0.0123), points(-0.0123) == f"{MINUS}1.23"
        ('1.23', True)
    """
    if np.isnan(value):
        return DASH
    return f"{100 * value + 0.0:.2f}".replace("-0.00", "0.00").replace("-", MINUS)


def with_sd(value: float, sd: float) -> str:
    """A mean in percent with its standard deviation in brackets, two decimals as in the thesis.

    Example:
        >>> with_sd(0.9244, 0.0016), with_sd(0.9, float("nan"))
        ('92.44 (0.16)', '90.00')
    """
    if np.isnan(value):
        return DASH
    return f"{100 * value:.2f}" + ("" if np.isnan(sd) else f" ({100 * sd:.2f})")


def _published_name(name: Published | None) -> str:
    return DASH if name is None else LABELS[name]


def _triple(table: pd.DataFrame, place: tuple[str, ...]) -> str:
    if place not in table.index:
        return DASH
    row = table.loc[place]
    return _values(row, row["published"])


def _values(row: pd.Series | None, published: float) -> str:
    own = DASH if row is None else f"{percent(row.accuracy)} / {percent(row.balanced_accuracy)}"
    return own if np.isnan(published) else f"{own} ({percent(published)})"
