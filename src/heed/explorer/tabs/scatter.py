"""The tab that sets one score of each face against another."""

from typing import Any, Final

import numpy as np
import plotly.graph_objects as go
from dash import dcc, html
from numpy.typing import NDArray

from heed.base.names import readable
from heed.explorer.choice import chosen
from heed.explorer.elements import LOOK, Seen, menu, note
from heed.explorer.score_columns import SCORES, columns
from heed.explorer.tabs.faces import told_choice

DOTS: Final = 2000
"""Faces that are drawn as dots: more make an SVG slow, and cannot be told apart."""

COLOURS: Final = ("#0072b2", "#d55e00", "#009e73", "#cc79a7")
"""Of networks: Okabe and Ito's, which colour-blind readers can tell apart."""


def scatter(seen: Seen) -> list[Any]:
    """What the tab shows."""
    view, audited = seen.view, seen.audited
    scores = {key: score.label for key, score in SCORES.items()}
    found = {
        network: columns(audited, network, view.attribute, seen.conditions)
        for network in view.networks
    }
    rows = chosen(found[view.networks[0]], audited.images, view.choice())
    figure = go.Figure()
    drawn = 0
    for place, network in enumerate(view.networks):
        x, y = (found[network].values[key][rows] for key in (view.x, view.y))
        known = np.flatnonzero(np.isfinite(x) & np.isfinite(y))
        some = spread(known, DOTS // max(1, len(view.networks)))
        drawn += len(some)
        names = [audited.images[int(row)] for row in rows[some]]
        figure.add_scatter(
            x=x[some],
            y=y[some],
            mode="markers",
            name=network,
            customdata=names,
            text=names,
            hovertemplate="%{text}<br>%{x:.3f}, %{y:.3f}<extra>" + network + "</extra>",
            marker={"size": 6, "opacity": 0.55, "color": COLOURS[place % len(COLOURS)]},
        )
    figure.update_layout(
        xaxis_title=scores[view.x],
        yaxis_title=scores[view.y],
        margin={"l": 60, "r": 10, "t": 10, "b": 50},
        legend={"orientation": "h", "y": 1.05},
        **LOOK,
        uirevision=f"{view.x} {view.y}",
    )
    told = told_choice(seen, len(rows))
    if drawn < len(rows) * len(view.networks):
        told += (
            f" Drawn: {drawn:,} of {len(rows) * len(view.networks):,} dots, evenly chosen; faces "
            "without a score are left out."
        )
    return [
        html.H1(f"{readable(view.attribute)}: {scores[view.x]} and {scores[view.y]}"),
        note(told, "told"),
        html.Div(
            [
                menu("x axis", "x", list(scores), view.x, scores),
                menu("y axis", "y", list(scores), view.y, scores),
            ],
            className="controls",
        ),
        dcc.Graph(
            id="scatter", figure=figure, config={"displayModeBar": False, "responsive": True}
        ),
        note("A dot opens its face. By keyboard: sort and filter the same faces in the tab Faces."),
    ]


def spread(places: NDArray[np.int64], most: int) -> NDArray[np.int64]:
    """At most so many of some places, evenly spread over their order, first and last among them.

    Example:
        >>> spread(np.arange(10), 4)
        array([0, 3, 6, 9])
    """
    if len(places) <= most:
        return places
    return places[np.linspace(0, len(places) - 1, most).round().astype(np.int64)]
