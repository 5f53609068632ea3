"""AMR and error rate per attribute in two orders (Bieri 2023, figures 5.1-5.3)."""

from collections.abc import Sequence
from typing import Literal, assert_never

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from heed.audit.figures.catalogue import figure
from heed.audit.tables.layout import models_in
from heed.base.errors import InputError
from heed.figures.attribute_bars import (
    Bars,
    amr_axis,
    column,
    draw_bars,
    interval_of,
    legend_above,
    panels_for,
    rows_of,
    sizes_of,
    write_bars_sizes,
)
from heed.figures.theme import TEXT_WIDTH, model_colours, theme

SortBy = Literal["imbalance", "error"]


@figure(
    "amr_and_error_by_error",
    kind="numbers",
    each="model",
    number={"balanced": "5.1", "unbalanced": "5.2"},
    title="AMR and error rate of {model}",
    caption=(
        "AMR, error rate and balanced error rate of {model} for each attribute, over all audited "
        "faces (n), sorted by its "
        "increasing error rate. Black lines: intervals over persons and trainings."
    ),
    needs=("amr", "threshold", "groups", "order", "errors"),
    given={"sort_by": "error"},
)
@figure(
    "amr_and_error_by_imbalance",
    kind="numbers",
    number="5.3",
    title="AMR and error rate by class imbalance",
    caption=(
        "AMR, error rate and balanced error rate of each attribute and network, over all audited "
        "faces (n), sorted by increasing class imbalance in training. (In the thesis: AFFACT-ub "
        "alone.) Black lines: intervals over persons and trainings."
    ),
    needs=("amr", "threshold", "groups", "order", "errors"),
    given={"sort_by": "imbalance"},
)
def draw_amr_and_error(
    amr: pd.DataFrame,
    sort_by: SortBy,
    threshold: float,
    groups: pd.DataFrame | None = None,
    order: Sequence[str] | None = None,
    errors: pd.DataFrame | None = None,
    model: str | None = None,
) -> Figure:
    """Draw bars of AMR beside bars of the error rate, for every model or for one.

    Attributes come from top to bottom by increasing error rate (figures 5.1 and 5.2) or by
    increasing class imbalance (5.3). Where all models are drawn, the error rate is that of the
    table's first, so that all bars of an attribute share a row; equal values keep the order of
    imbalance, attributes without a value come last.

    Args:
        amr: wide, columns ``attribute`` and for each model ``<model>_amr`` and
            ``<model>_error_rate`` (fractions).
        sort_by: what decides the order of the attributes.
        threshold: the ``score.threshold`` of the AMR, for the axis label.
        groups: the long table of means per model, metric, group and attribute with the
            intervals ``low`` and ``high`` and numbers of faces ``n``, for whiskers on the AMR.
        order: all attributes, the most balanced first; without it, the order of the
            table's rows.
        errors: the long table of error rates per model and attribute, for whiskers
            (``error_rate_low``, ``error_rate_high``) and for a third panel with the
            ``balanced_error_rate``.
        model: the only one to draw, in its colour among all; None draws all.

    Returns:
        A figure as wide as a page's text; its panels share the attributes.

    Raises:
        ValueError: if ``order`` has other attributes than the table, or something is
            missing in a table.
    """
    models = models_in(amr, "amr")
    colours = model_colours(models)
    if model is not None:
        if model not in models:
            raise InputError(
                f"the table has no column {model}_amr; expected a network of {', '.join(models)}"
            )
        models = [model]
    rows = _sorted(rows_of(amr), sort_by, order, models[0])
    attributes = list(rows.index)
    rates = ["error_rate"] + (["balanced_error_rate"] if errors is not None else [])
    with theme():
        figure, (first, *others) = panels_for(
            attributes, bars=len(models), panels=1 + len(rates), alone=TEXT_WIDTH
        )
        scores = [
            Bars(
                model,
                colours[model],
                column(rows, f"{model}_amr"),
                interval_of(groups, model, "amr", "all", attributes),
                n=sizes_of(groups, model, "amr", "all", attributes),
            )
            for model in models
        ]
        draw_bars(first, scores)
        amr_axis(first, f"AMR (active: map > {threshold:g})")
        for panel, rate in zip(others, rates, strict=True):
            if errors is None:
                series = [
                    Bars(model, colours[model], column(rows, f"{model}_{rate}")) for model in models
                ]
            else:
                series = [
                    _rate_bars(errors, model, rate, attributes, colours[model]) for model in models
                ]
            draw_bars(panel, series)
            longest = max(float(panel.dataLim.x1), 0.01)
            step = 0.2 if longest > 0.4 else 0.1 if longest > 0.1 else 0.05
            ticks = step * np.arange(np.ceil(longest / step) + 1)  # the last beyond the longest bar
            panel.set_xticks(ticks)
            panel.set_xlim(0, ticks[-1])
            panel.set_xlabel(f"{rate.replace('_', ' ')} (share of faces)")
        legend_above(figure, write_bars_sizes([first], [scores]))
    return figure


def _sorted(
    rows: pd.DataFrame, sort_by: SortBy, order: Sequence[str] | None, model: str
) -> pd.DataFrame:
    if order is not None:
        if sorted(order) != sorted(rows.index):
            raise InputError(
                "the order of imbalance and the table differ in "
                f"{', '.join(sorted(set(order) ^ set(rows.index))) or 'repeated attributes'}; "
                "expected each attribute of the table once"
            )
        rows = rows.loc[list(order)]
    if sort_by == "imbalance":
        return rows
    if sort_by == "error":
        values = column(rows, f"{model}_error_rate")
    else:
        assert_never(sort_by)
    return rows.iloc[np.argsort(values, kind="stable")]  # NaN last


def _rate_bars(
    errors: pd.DataFrame, model: str, rate: str, attributes: Sequence[str], colour: str
) -> Bars:
    of_model = errors[errors["model"] == model].set_index("attribute")
    missing = [name for name in attributes if name not in of_model.index]
    if missing:
        raise InputError(
            f"the table of errors has no row with model {model} and attribute {missing[0]}; "
            f"expected {len(attributes)} rows, {len(missing)} are missing"
        )
    of_model = of_model.loc[list(attributes)]
    interval = column(of_model, f"{rate}_low"), column(of_model, f"{rate}_high")
    return Bars(model, colour, column(of_model, rate), interval)
