"""The table of methods and metrics as people read it: Markdown and LaTeX."""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from heed.base.printed_tables import latex_text, markdown
from heed.methods.map_names import map_name


def to_markdown(table: pd.DataFrame, methods: Sequence[str], labels: Mapping[str, str]) -> str:
    """A row per method and a column per metric: mean, and its interval in brackets.

    Args:
        table: of :func:`heed.methods.tables.methods_by_metric.methods_table`.
        methods: the rows, in this order.
        labels: of the columns, by metric.
    """
    cells = _cells(table)
    rows = [[map_name(m), *(cells[m, metric] for metric in labels)] for m in methods]
    return markdown(["Map", *labels.values()], rows)


def to_latex(table: pd.DataFrame, methods: Sequence[str], labels: Mapping[str, str]) -> str:
    r"""The same as a LaTeX ``tabular`` that needs ``booktabs``; see :func:`to_markdown`."""
    cells = _cells(table)
    lines = [
        r"% needs \usepackage{booktabs}; in brackets the interval",
        rf"\begin{{tabular}}{{@{{}}l*{{{len(labels)}}}{{r}}@{{}}}}",
        r"\toprule",
        " & ".join(["Map", *map(latex_text, labels.values())]) + r" \\",
        r"\midrule",
        *(
            " & ".join([latex_text(map_name(m)), *(latex_text(cells[m, q]) for q in labels)])
            + r" \\"
            for m in methods
        ),
        r"\bottomrule",
        r"\end{tabular}",
    ]
    return "\n".join(lines) + "\n"


def _cells(table: pd.DataFrame) -> dict[tuple[str, str], str]:
    return {
        (row.method, row.metric): _printed(row.value, row.value_low, row.value_high)
        for row in table.itertuples()
    }


def _printed(value: float, low: float, high: float) -> str:
    if np.isnan(value):
        return "\N{EN DASH}"
    return f"{value:.3f} ({low:.3f} to {high:.3f})"
