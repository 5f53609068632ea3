"""What runs of the study of attention changed, in the tab Draw: the attribute, and the other 39."""

from pathlib import Path
from typing import Any

import pandas as pd
from dash import dcc, html

from heed.base.names import readable
from heed.explorer.before_and_after import (
    attention_runs,
    attributes_before_and_after,
    before_and_after,
)
from heed.explorer.elements import Seen, note, number, table

HEAD = ["before", "control", "after", "change", "interval"]


def outcome(seen: Seen, study: Path) -> list[Any]:
    """Before and after, for each run that led the maps of the attribute.

    Args:
        seen: what the viewer looks at.
        study: folder of the study.
    """
    attribute = seen.view.attribute
    runs = attention_runs(study)
    if runs.table is None:
        return [note(runs.caption)]
    own = runs.table[runs.table["attribute"] == attribute]
    if own.empty:
        led = ", ".join(map(readable, dict.fromkeys(runs.table["attribute"])))
        return [note(f"There is no run for {readable(attribute)} yet. There are runs for {led}.")]
    return [part for run in dict.fromkeys(own["run"]) for part in _of_run(seen, study, run)]


def _of_run(seen: Seen, study: Path, run: str) -> list[Any]:
    attribute = seen.view.attribute
    own = before_and_after(study, run)
    parts: list[Any] = [html.H3(f"Before and after {run}")]
    if own.table is None:
        return [*parts, note(own.caption)]
    cells = [[f"{row['quantity']}, {row['of']}", *_cells(row)] for _, row in own.table.iterrows()]
    caption = f"{readable(attribute)}: before and after the run"
    parts += [note(own.caption), table(["quantity and faces", *HEAD], cells, caption, len(HEAD))]
    others = attributes_before_and_after(study, run)
    if others.table is not None:
        rest = others.table[~others.table["led"]]
        worse = int((rest["change_low"] > 0).sum())
        better = int((rest["change_high"] < 0).sum())
        cells = [[readable(str(row["attribute"])), *_cells(row)] for _, row in rest.iterrows()]
        parts += [
            note(
                f"Error rate of the other {len(rest)}: a mean of "
                f"{number(float(rest['before'].mean()), 3)} before, "
                f"{number(float(rest['control'].mean()), 3)} for the control, "
                f"{number(float(rest['after'].mean()), 3)} after; {worse} rose and {better} fell "
                "beyond their intervals."
            ),
            html.Details(
                [
                    html.Summary("Error rates of all others, the largest changes first"),
                    table(["attribute", *HEAD], cells, others.caption, len(HEAD)),
                ]
            ),
        ]
    parts += [
        html.Div(
            html.Button("Look at faces before and after", id={"directed": run}, n_clicks=0),
            className="buttons",
        ),
        dcc.Loading(html.Div(id={"directed-faces": run}), delay_show=300),
    ]
    return parts


def _cells(row: "pd.Series[Any]") -> list[str]:
    low, high = (number(float(row[name]), 3, sign=True) for name in ("change_low", "change_high"))
    return [
        *(number(float(row[name]), 3) for name in ("before", "control", "after")),
        number(float(row["change"]), 3, sign=True),
        f"{low} to {high}",
    ]
