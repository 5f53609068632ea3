"""The tab in which a region is drawn, scored for all faces, saved, and a network led to it."""

from typing import Any, Final

from dash import dcc, html

from heed.explorer.elements import Seen, note, words
from heed.explorer.tabs.direct import direct

SIDE: Final = 448
"""Pixels of the template face on the screen."""

READ_ONLY: Final = (
    "Regions cannot be saved and trainings cannot be started from here: start the explorer with "
    "--allow-training."
)


def draw(seen: Seen) -> list[Any]:
    """What the tab shows before anything is drawn."""
    view, audited = seen.view, seen.audited
    return [
        html.H1(f"{words(view.attribute)}: where should networks look?"),
        note(
            "Draw on the average face: drag a rectangle, or click the corners of a polygon. The "
            "region goes with each face as its landmarks lie. Its corners can be typed as well.",
            "told",
        ),
        html.Div(
            [
                html.Div(
                    html.Img(
                        src=f"/picture/template?side={SIDE}&stamp={audited.stamp}",
                        alt="Average face, on which the region is drawn",
                        width=SIDE,
                        height=SIDE,
                        draggable="false",
                    ),
                    id="canvas",
                    **{"data-size": str(audited.size)},
                ),
                html.Div([*_tools(seen), *direct(seen)], className="tools"),
            ],
            className="drawing",
        ),
        html.Div(id="region-scores", **{"aria-live": "polite"}),
        html.Div(id="direct-outcome"),
    ]


def _tools(seen: Seen) -> list[Any]:
    allowed = seen.training
    named = sorted(
        name.removeprefix("regions/")
        for name in seen.audited.mask_versions
        if name.startswith("regions/")
    )
    parts: list[Any] = [
        html.Label(
            [
                html.Span("Shape", className="label"),
                html.Select(
                    [
                        html.Option("rectangle: drag it", value="box"),
                        html.Option("polygon: click its corners", value="polygon"),
                    ],
                    id="region-kind",
                ),
            ],
            className="control",
        ),
        field(
            f"Corners: x, y in pixels of the crop, 0 to {seen.audited.size}",
            "region-points",
            "left, top, right, bottom",
            2000,
        ),
        html.Div(
            [
                html.Button("Score all faces", id="region-score", n_clicks=0),
                html.Button("Clear", id="region-clear", n_clicks=0),
            ],
            className="buttons",
        ),
        html.H2("Keep it"),
        field("Name", "region-name", "", 64),
        html.Div(
            html.Button("Save the region", id="region-save", n_clicks=0, disabled=not allowed),
            className="buttons",
        ),
        html.Div(id="region-saved", role="status"),
    ]
    if named:
        parts.append(note(f"Saved: {', '.join(named)} (choose them among the masks)."))
    if not allowed:
        parts.append(note(READ_ONLY))
    return parts


def field(label: str, name: str, hint: str, longest: int) -> html.Label:
    """A field that a button sends."""
    return html.Label(
        [
            html.Span(label, className="label"),
            dcc.Input(
                id=name,
                value="",
                type="text",
                maxLength=longest,
                placeholder=hint,
                autoComplete="off",
            ),
        ],
        className="control",
    )
