"""Errors of all networks on all test sets in the layout of the published table 7.1.

One row per attribute and a row of their means; for each test set one column per network. The
published numbers (Chavannes & Rutishauser 2021) stand beside those of ours that do the same.
"""

from collections.abc import Mapping
from itertools import product
from typing import Final

import numpy as np
import pandas as pd

from heed.affact.tables.table_7_1 import NETWORKS, TOTAL, PublishedName
from heed.affact.test_sets import SETS
from heed.base.errors import InputError
from heed.base.names import readable
from heed.base.printed_tables import latex_text, markdown, spanning
from heed.celeba.attributes import ATTRIBUTES
from heed.metrics.estimates import OVERALL

MAJORITY: Final = "majority"
"""Column of the majority class's error, which is the same on every test set."""

PUBLISHED: Final = "_published"
"""Ends the column of a published error; what precedes it is our column."""

StandsFor = Mapping[str, PublishedName | None]
"""By network, which published network it stands for."""


def comparison_table(
    rates: pd.DataFrame,
    baseline: pd.DataFrame,
    published: pd.DataFrame,
    stands_for: StandsFor,
) -> pd.DataFrame:
    """Bring our errors and the published ones into one table, in percent.

    Args:
        rates: as :func:`heed.affact.tables.rates.rates_table` returns it.
        baseline: as :func:`heed.affact.tables.baseline.majority_baseline` returns it.
        published: as :func:`heed.affact.tables.table_7_1.table_7_1` returns it.
        stands_for: the networks in the order of the columns.

    Returns:
        Column ``attribute`` (40, and :data:`~heed.affact.tables.table_7_1.TOTAL` for the unweighted
        mean), :data:`MAJORITY`, and for each set and network ``<set>_<network>`` and, where it
        stands for a published one, ``<set>_<network>_published``. Missing values are NaN.

    Raises:
        ValueError: for a network and set that the rates do not have, or have twice.
    """
    rows = [*ATTRIBUTES, TOTAL]
    errors = {
        pair: of_pair.set_index("attribute")["error"].rename({OVERALL: TOTAL}).reindex(rows)
        for pair, of_pair in rates.groupby(["network", "set"])
    }
    for network, test_set in product(stands_for, SETS):
        if (network, test_set) not in errors:
            raise InputError(
                f"found no rates of network {network} on set {test_set}; expected one row per "
                "attribute for every network and set"
            )
    printed = published.set_index("attribute").loc[rows]
    majority = baseline.set_index("attribute")["error"].loc[list(ATTRIBUTES)].to_numpy(np.float64)
    columns = {MAJORITY: 100 * np.append(majority, majority.mean())}
    for test_set in SETS:
        for network, name in stands_for.items():
            columns[f"{test_set}_{network}"] = 100 * errors[network, test_set].to_numpy()
            if name is not None:
                column = printed[f"{test_set}_{name}"].to_numpy(np.float64)
                columns[f"{test_set}_{network}{PUBLISHED}"] = column
    return pd.DataFrame({"attribute": rows, **columns})


def to_markdown(table: pd.DataFrame, stands_for: StandsFor) -> str:
    """Print the table in Markdown: our error, and the published one in brackets.

    Args:
        table: as :func:`comparison_table` returns it.
        stands_for: the networks in the order of the columns.
    """
    pairs = [f"{test_set}_{network}" for test_set in SETS for network in stands_for]
    headings = ["Attribute", "Majority", *(pair.replace("_", " ", 1) for pair in pairs)]
    lines = []
    for _, row in table.iterrows():
        cells = [_printed(row[pair]) for pair in pairs]
        for index, pair in enumerate(pairs):
            if pair + PUBLISHED in table.columns:
                cells[index] += f" ({_printed(row[pair + PUBLISHED])})"
        lines.append([readable(row["attribute"]), _printed(row[MAJORITY]), *cells])
    return f"{markdown(headings, lines)}\n{_explained(stands_for, 'in brackets')}\n"


def to_latex(table: pd.DataFrame, stands_for: StandsFor) -> str:
    r"""Print the table as a LaTeX ``tabular`` that needs ``booktabs``.

    The published error stands in italics beside ours; our lowest error on a set is bold, among
    two networks or more. With three networks it fills an A4 page on its side, with margins of
    2 cm, in type of 7 points.

    Args:
        table: as :func:`comparison_table` returns it.
        stands_for: the networks in the order of the columns.
    """
    widths = [1 if name is None else 2 for name in stands_for.values()]
    of_set = [(test_set, sum(widths)) for test_set in SETS]
    of_network = list(zip(map(latex_text, stands_for), widths, strict=True)) * len(SETS)
    sides = [side for _, width in of_network for side in ("here", "paper")[:width]]
    columns = r"@{\hspace{7pt}}".join(r"@{\hspace{2pt}}".join("r" * width) for width in widths)
    lines = [
        r"% needs \usepackage{booktabs}; for a page on its side",
        f"% {_explained(stands_for, 'under paper')}",
        rf"{{\scriptsize\begin{{tabular}}{{@{{}}l@{{\hspace{{5pt}}}}r*{{{len(SETS)}}}"
        rf"{{@{{\hspace{{11pt}}}}{columns}}}@{{}}}}",
        r"\toprule",
        *spanning(of_set, before=2),
        *spanning(of_network, before=2),
        " & ".join(["Attribute", "majority", *sides]) + r" \\",
        r"\midrule",
        *(_latex_row(row, stands_for) for _, row in table.iloc[:-1].iterrows()),
        r"\midrule",
        _latex_row(table.iloc[-1], stands_for),
        r"\bottomrule",
        r"\end{tabular}}",
    ]
    return "\n".join(lines) + "\n"


def _explained(stands_for: StandsFor, where: str) -> str:
    named = [f"{network} ({NETWORKS[name]})" for network, name in stands_for.items() if name]
    published = (
        f"; {where}: published for {', '.join(named)}, decided at logit 0.5" if named else ""
    )
    return f"Errors in percent{published}."


def _latex_row(row: pd.Series, stands_for: StandsFor) -> str:
    cells = [latex_text(readable(row["attribute"])), _printed(row[MAJORITY], "--")]
    for test_set in SETS:
        errors = {network: row[f"{test_set}_{network}"] for network in stands_for}
        present = [error for error in errors.values() if not np.isnan(error)]
        best = _printed(min(present)) if len(stands_for) > 1 and present else None
        for network, name in stands_for.items():
            text = _printed(errors[network], "--")
            cells.append(rf"\textbf{{{text}}}" if text == best else text)
            if name is not None:
                published = _printed(row[f"{test_set}_{network}{PUBLISHED}"], "--")
                cells.append(rf"\textit{{{published}}}")
    return " & ".join(cells) + r" \\"


def _printed(value: float, missing: str = "\N{EN DASH}") -> str:
    return missing if np.isnan(value) else f"{value:.2f}"
