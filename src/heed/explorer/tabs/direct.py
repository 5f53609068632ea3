"""The part of the tab Draw in which a network is led to the region: start, progress, stop."""

import time
from pathlib import Path
from typing import Any, Final

import numpy as np
import plotly.graph_objects as go
from dash import dcc, html
from numpy.typing import NDArray

from heed.base.names import readable
from heed.base.settings import read
from heed.celeba.attributes import ATTRIBUTES
from heed.explorer.directing import RunState
from heed.explorer.elements import LOOK, Seen, note
from heed.explorer.score_columns import columns

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
    attribute = readable(seen.view.attribute)
    parts: list[Any] = [
        head,
        note(
            f"Fine-tunes the study's own networks ({STUDY}), not those that are shown here, with "
            f"a loss that pulls their maps of {attribute} into the region, and evaluates them "
            "beside a control without that loss. It takes from some minutes to half an hour, and "
            "goes on when this page is closed."
        ),
        html.Div(
            [
                _told("Confounded with", "direct-confounder", confounders(seen, folder)),
                _told("Loss of the maps", "direct-loss", LOSSES),
            ],
            className="controls",
        ),
        note(
            f"Recall is told apart for faces that have {attribute} with that other attribute (E1) "
            "and without it (E2), where a network that looks at the wrong place fails. Proposed "
            "is the attribute that goes with it most among the audited faces."
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
        html.Details(
            [
                html.Summary("Latest output"),
                html.Pre(
                    id="direct-log",
                    className="log",
                    tabIndex=0,
                    role="region",
                    **{"aria-label": "Latest output"},
                ),
            ],
            id="direct-printed",
            style={"display": "none"},
        ),
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


def confounders(seen: Seen, study: Path) -> dict[str, str]:
    """What an attribute may be confounded with, the proposal first.

    That is the one of the study's own pair; where it has none, the attribute whose correlation with
    it over the audited faces is the largest, in either direction.
    """
    own = seen.view.attribute
    pairs = (read(study / "params.yaml").get("pairs") or {}).values()
    first = [str(pair["confounder"]) for pair in pairs if pair.get("attribute") == own]
    others = [name for name in ATTRIBUTES if name != own]
    if not first:
        network = seen.view.networks[0]
        labels = {name: columns(seen.audited, network, name).label for name in ATTRIBUTES}
        size = {name: abs(correlation(labels[own], labels[name])) for name in others}
        first = [max(others, key=lambda name: size[name])]
    return {name: readable(name) for name in (first[0], *others)}


def correlation(one: NDArray[np.int8], other: NDArray[np.int8]) -> float:
    """Of two attributes by their labels (phi); 0 where all faces have or lack one of them.

    Example:
        >>> correlation(np.array([1, 1, -1, -1]), np.array([-1, -1, 1, 1]))
        -1.0
    """
    a, b = one.astype(float) - one.mean(), other.astype(float) - other.mean()
    scale = float(np.sqrt((a**2).sum() * (b**2).sum()))
    return round(float((a * b).sum()) / scale, 12) if scale else 0.0


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
        html.P([html.B(STATUS[state.status]), " ", state.message, elapsed(state)]),
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
    return parts


def elapsed(state: RunState) -> str:
    """For how many minutes a run has been going on; nothing where it does not."""
    if state.status != "running" or state.begun is None:
        return ""
    minutes = int((time.time() - state.begun) // 60)
    return f" {minutes} minute{'s' * (minutes != 1)} so far." if minutes else ""


def has_curve(state: RunState) -> bool:
    """Whether a line can be drawn: some training has written two points of a loss."""
    losses = state.curves[state.curves["quantity"].str.contains("loss")]
    return bool(losses["epoch"].nunique() > 1)


def curves(state: RunState | None) -> go.Figure:
    """The losses that the trainings of a run have written so far: means over seeds."""
    figure = go.Figure()
    table = None if state is None else state.curves
    if table is not None and len(table):
        losses = table[table["quantity"].str.contains("loss")]
        for (quantity, part), rows in losses.groupby(["quantity", "part"], sort=True):
            mean = rows.groupby("epoch")["value"].mean()
            figure.add_scatter(
                x=mean.index,
                y=mean,
                mode="lines+markers",
                name=f"{readable(str(quantity))}, {part}",
            )
    figure.update_layout(
        height=280,
        margin={"l": 50, "r": 10, "t": 10, "b": 40},
        xaxis_title="step",
        yaxis_title="loss, mean over seeds",
        legend={"orientation": "h", "y": 1.1},
        **LOOK,
    )
    return figure
