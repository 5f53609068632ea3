"""The part of the tab Draw in which a network is led to the region: start, progress, stop."""

from pathlib import Path
from typing import Any, Final

import plotly.graph_objects as go
from dash import dcc, html

from heed.celeba.attributes import ATTRIBUTES
from heed.explorer.directing import RunState
from heed.explorer.elements import Seen, note, words

STUDY: Final = "studies/attention"
"""Where the study of attention is, from the root of a clone."""

EVERY: Final = 1000
"""Milliseconds between two looks at a run that is going on."""

STATUS: Final = {
    "idle": "Nothing runs.",
    "running": "Running.",
    "finished": "Finished.",
    "failed": "Failed.",
    "stopped": "Stopped.",
    "killed": "Killed.",
}

LOSSES: Final = {
    "iou": "IoU of map and region",
    "centre": "distance of the map's centre",
    "energy": "energy outside the region",
}


def study_of(audit: Path) -> Path:
    """The study of attention of the clone that an audit ran in."""
    return audit / STUDY


def direct(seen: Seen) -> list[Any]:
    """What the part shows before anything is started."""
    folder = study_of(seen.audited.path)
    head = html.H2("Direct a network there")
    if not (folder / "params.yaml").is_file():
        return [head, note(f"{folder}: found no params.yaml; expected the study of attention.")]
    confounders = {"": "as in params.yaml"} | {
        name: words(name) for name in ATTRIBUTES if name != seen.view.attribute
    }
    parts: list[Any] = [
        head,
        note(
            f"Fine-tunes the networks of {STUDY} with a loss that leads their maps of "
            f"{words(seen.view.attribute)} into the region, and evaluates them beside the "
            "control without it. It takes some minutes, and goes on when this page is closed."
        ),
        html.Div(
            [
                _told(
                    "Confounded with",
                    "direct-confounder",
                    confounders,
                ),
                _told("Loss of the maps", "direct-loss", LOSSES),
            ],
            className="controls",
        ),
        html.Div(
            [
                html.Button("Start", id="direct-start", n_clicks=0, disabled=not seen.training),
                html.Button("Stop", id="direct-stop", n_clicks=0, disabled=True),
            ],
            className="buttons",
        ),
        html.Div(id="direct-said", role="status"),
        html.Div(id="direct-state"),
        dcc.Graph(
            id="direct-curves",
            figure=curves(None),
            config={"displayModeBar": False},
            style={"display": "none"},
        ),
        dcc.Interval(id="direct-watch", interval=EVERY),
        dcc.Store(id="direct-seen", data=None),
    ]
    return parts


def _told(label: str, store: str, names: dict[str, str]) -> html.Label:
    """A menu whose choice goes into a store, as the page's script sees to."""
    return html.Label(
        [
            html.Span(label, className="label"),
            html.Select(
                [html.Option(text, value=name) for name, text in names.items()],
                **{"data-store": store},
            ),
            dcc.Store(id=store, data=next(iter(names))),
        ],
        className="control",
    )


def told(state: RunState) -> list[Any]:
    """How far a run is, in words, with a bar and the last lines that it printed."""
    if state.status == "idle":
        return [note(state.message)]
    parts: list[Any] = [
        html.P([html.B(STATUS[state.status]), " ", state.message]),
    ]
    if state.total:
        label = f"{state.done} of {state.total} stages"
        parts.append(
            html.P(
                [
                    html.Progress(
                        value=str(state.done), max=str(state.total), **{"aria-label": label}
                    ),
                    f" {label}",
                ]
            )
        )
    if state.log_tail:
        parts.append(
            html.Details(
                [
                    html.Summary("What it printed last"),
                    html.Pre(
                        state.log_tail,
                        className="log",
                        tabIndex=0,
                        role="region",
                        **{"aria-label": "Log"},
                    ),
                ],
                open=state.status in ("failed", "killed") or None,
            )
        )
    return parts


def curves(state: RunState | None) -> go.Figure:
    """What the trainings of a run have written so far: a line for each seed and quantity."""
    figure = go.Figure()
    table = None if state is None else state.curves
    if table is not None:
        for (quantity, part, seed), rows in table.groupby(["quantity", "part", "seed"], sort=True):
            figure.add_scatter(
                x=rows["epoch"],
                y=rows["value"],
                mode="lines+markers",
                name=f"{words(quantity)}, {part}, seed {seed}",
                visible=True if "loss" in str(quantity) else "legendonly",
            )
    figure.update_layout(
        height=280,
        margin={"l": 50, "r": 10, "t": 10, "b": 40},
        xaxis_title="step",
        showlegend=True,
        paper_bgcolor="rgba(0,0,0,0)",
        plot_bgcolor="rgba(0,0,0,0)",
        font={"color": "#808a95"},
        uirevision="curves",
    )
    return figure
