"""The tables: as data frames, and printed in the layout of Bieri (2023), Table 5.1."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from heed.audit.tables.estimates import Estimates
from heed.base.errors import InputError
from heed.base.names import readable
from heed.base.printed_tables import latex_text, markdown, spanning
from heed.celeba.attributes import ATTRIBUTES
from heed.metrics.estimates import OVERALL, Estimate, mean_of_present

AMR_COLUMNS: Final[dict[str, str]] = {
    "error_rate": "ER",
    "amr": "AMR",
    "amr_gt_pos": "gt+",
    "amr_gt_neg": "gt-",
    "amr_correct": "correct",
    "amr_incorrect": "incorrect",
}
"""Columns per classifier and their printed headings, as in Bieri (2023), Table 5.1."""

ENERGY_COLUMNS: Final[dict[str, str]] = {
    "fnr": "FNR",
    "fpr": "FPR",
    "pe_predicted_positive": "PE+",
    "pe_predicted_negative": "PE-",
}
"""Columns per classifier and their headings, as in the follow-up (arXiv 2403.14435)."""

_GROUP_COLUMNS: Final[dict[str, tuple[str, str]]] = {
    "amr": ("amr", "all"),
    "amr_gt_pos": ("amr", "gt_positive"),
    "amr_gt_neg": ("amr", "gt_negative"),
    "amr_correct": ("amr", "correct"),
    "amr_incorrect": ("amr", "incorrect"),
    "pe_predicted_positive": ("proportional_energy", "predicted_positive"),
    "pe_predicted_negative": ("proportional_energy", "predicted_negative"),
}

LAYOUTS: Final = {"amr": AMR_COLUMNS, "energy": ENERGY_COLUMNS}
"""The two printed tables by name."""

PAIRS: Final[dict[str, tuple[tuple[str, str], ...]]] = {
    "amr": (("amr_gt_pos", "amr_gt_neg"), ("amr_correct", "amr_incorrect")),
    "energy": (),
}
"""By table the columns whose greater value LaTeX prints bold, as Bieri (2023) does in Table 5.1."""

RATES: Final = ("error_rate", "fnr", "fpr", "balanced_error_rate")


def wide_table(
    estimates: Mapping[str, Estimates], order: NDArray[np.int64], columns: Sequence[str]
) -> pd.DataFrame:
    """One row per attribute and one column per classifier and quantity.

    Args:
        estimates: by name of the classifier.
        order: of the attributes, as indices (see ``ClassCounts.order``).
        columns: keys of :data:`AMR_COLUMNS` or :data:`ENERGY_COLUMNS`.

    Returns:
        Columns ``attribute`` and ``<classifier>_<column>``; the last row is
        :data:`OVERALL`, the mean over the attributes that have enough faces to count.
    """
    table: dict[str, Any] = {"attribute": [*(ATTRIBUTES[index] for index in order), OVERALL]}
    for name, of_model in estimates.items():
        for column in columns:
            cell = _cell(of_model, column)
            table[f"{name}_{column}"] = np.append(cell.mean[order], cell.overall)
    return pd.DataFrame(table)


def errors_table(
    estimates: Mapping[str, Estimates], order: NDArray[np.int64], confidence: float
) -> pd.DataFrame:
    """Error rates with bootstrap intervals, one row per classifier and attribute.

    Returns:
        Columns ``model``, ``attribute``, ``positives`` and ``negatives`` (numbers of
        faces by label), and for ``error_rate``, ``fnr``, ``fpr`` and
        ``balanced_error_rate`` the rate, ``<rate>_low`` and ``<rate>_high``.
        In the :data:`OVERALL` row the rates are means over the attributes, and
        ``positives`` and ``negatives`` are sums.
    """
    parts = []
    for name, of_model in estimates.items():
        part: dict[str, Any] = {
            "model": name,
            "attribute": [*(ATTRIBUTES[index] for index in order), OVERALL],
        }
        for column, rate in (("positives", "fnr"), ("negatives", "fpr")):
            n = of_model.rates[rate].n[order].astype(np.int64)  # the labels of all trainings agree
            part[column] = np.append(n, n.sum())
        for rate in RATES:
            pool = [of.rates[rate] for of in estimates.values()]
            part[rate], part[f"{rate}_low"], part[f"{rate}_high"] = _with_interval(
                of_model.rates[rate], order, confidence, pool
            )
        parts.append(pd.DataFrame(part))
    return pd.concat(parts, ignore_index=True)


def groups_table(
    estimates: Mapping[str, Estimates], order: NDArray[np.int64], confidence: float
) -> pd.DataFrame:
    """Every group mean, one row per classifier, metric, group and attribute.

    Returns:
        Columns ``model``, ``metric``, ``group``, ``attribute``; ``n`` (faces in the
        mean, their mean number over the trainings), ``mean``, its interval ``low`` and ``high``,
        ``empty_rate``, ``mean_without_empty``; ``attributes``, 1 in the rows of an attribute. In
        the :data:`OVERALL` rows the means and the empty rate are means over the
        ``attributes`` that have enough faces to count, and ``n`` is the sum over all.
    """
    parts = []
    for name, of_model in estimates.items():
        for (metric, group), estimated in of_model.groups.items():
            pool = [of.groups[metric, group] for of in estimates.values()]
            mean, low, high = _with_interval(estimated, order, confidence, pool)
            n, counted = estimated.n[order], estimated.counted
            part = {
                "model": name,
                "metric": metric,
                "group": group,
                "attribute": [*(ATTRIBUTES[index] for index in order), OVERALL],
                "n": np.append(n, n.sum()),
                "mean": mean,
                "low": low,
                "high": high,
                "empty_rate": _with_overall(estimated.empty_rate, order, counted),
                "mean_without_empty": _with_overall(estimated.mean_without_empty, order, counted),
                "attributes": np.append(np.ones(len(order), dtype=int), counted.sum()),
            }
            parts.append(pd.DataFrame(part))
    return pd.concat(parts, ignore_index=True)


def to_markdown(table: pd.DataFrame, columns: Mapping[str, str], decimals: int = 2) -> str:
    """Print a wide table in Markdown; missing values as a dash.

    Args:
        table: as :func:`wide_table` returns it.
        columns: the quantities in it and their headings.
        decimals: digits after the point.
    """
    models = models_in(table, next(iter(columns)))
    headings = ["Attribute", *(f"{model} {text}" for model in models for text in columns.values())]
    rows = _printed_rows(table, models, columns, decimals, missing="\N{EN DASH}")
    return markdown(headings, rows)


def to_latex(
    table: pd.DataFrame,
    columns: Mapping[str, str],
    decimals: int = 2,
    pairs: Sequence[tuple[str, str]] = (),
) -> str:
    r"""Print a wide table as a LaTeX ``tabular`` that needs the package ``booktabs``.

    Args:
        table: as :func:`wide_table` returns it.
        columns: the quantities in it and their headings.
        decimals: digits after the point.
        pairs: columns of which the greater value is bold, in each row and for each classifier;
            neither where both print alike or one is missing.
    """
    models = models_in(table, next(iter(columns)))
    width = len(columns)
    rows = _printed_rows(table, models, columns, decimals, missing="--")
    body = [" & ".join(_with_bold(row, columns, pairs)) + r" \\" for row in rows]
    headings = [
        latex_text(text).replace("+", "$+$").replace("-", "$-$") for text in columns.values()
    ] * len(models)
    lines = [
        r"% needs \usepackage{booktabs}",
        rf"\begin{{tabular}}{{l*{{{len(models)}}}{{@{{\hspace{{1.5em}}}}*{{{width}}}{{r}}}}}}",
        r"\toprule",
        *spanning([(latex_text(name), width) for name in models], before=1),
        " & ".join(["Attribute", *headings]) + r" \\",
        r"\midrule",
        *body[:-1],
        r"\midrule",
        body[-1],
        r"\bottomrule",
        r"\end{tabular}",
    ]
    return "\n".join(lines) + "\n"


def _with_bold(
    row: Sequence[str], columns: Mapping[str, str], pairs: Sequence[tuple[str, str]]
) -> list[str]:
    """The cells of a printed row for LaTeX, the greater one of each pair bold."""
    cells, places = [latex_text(cell) for cell in row], list(columns)
    for start in range(1, len(row), len(columns)):
        for pair in pairs:
            one, other = (start + places.index(column) for column in pair)
            if "--" not in (row[one], row[other]) and float(row[one]) != float(row[other]):
                greater = max(one, other, key=lambda place: float(row[place]))
                cells[greater] = rf"\textbf{{{cells[greater]}}}"
    return cells


def models_in(table: pd.DataFrame, column: str) -> list[str]:
    """Names of the classifiers in a wide table: what precedes ``_<column>`` in its headings.

    Raises:
        ValueError: if there is no such column.
    """
    suffix = f"_{column}"
    models = [heading.removesuffix(suffix) for heading in table.columns if heading.endswith(suffix)]
    if not models:
        raise InputError(
            f"found no column ending in {suffix} among {', '.join(map(str, table.columns))}; "
            "expected one per classifier"
        )
    return models


def _cell(of_model: Estimates, column: str) -> Estimate:
    if column in of_model.rates:
        return of_model.rates[column]
    return of_model.groups[_GROUP_COLUMNS[column]]


def _with_interval(
    estimated: Estimate,
    order: NDArray[np.int64],
    confidence: float,
    pool: Sequence[Estimate],
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """Mean, lower and upper bound per attribute, followed by those of the overall mean.

    All numbers of the tables are shares, so that no bound lies outside 0..1.
    """
    low, high = estimated.interval(confidence, pool)
    overall_low, overall_high = estimated.overall_interval(confidence, pool)
    return (
        np.append(estimated.mean[order], estimated.overall),
        np.append(low[order], overall_low).clip(0, 1),
        np.append(high[order], overall_high).clip(0, 1),
    )


def _with_overall(
    values: NDArray[np.float64], order: NDArray[np.int64], counted: NDArray[np.bool_]
) -> NDArray[np.float64]:
    return np.append(values[order], mean_of_present(values[counted]))


def _printed_rows(
    table: pd.DataFrame,
    models: Sequence[str],
    columns: Mapping[str, str],
    decimals: int,
    missing: str,
) -> list[list[str]]:
    headings = [f"{model}_{column}" for model in models for column in columns]
    return [
        [
            readable(attribute),
            *(missing if np.isnan(value) else f"{value:.{decimals}f}" for value in values),
        ]
        for attribute, values in zip(
            table["attribute"], table[headings].to_numpy(np.float64), strict=True
        )
    ]
