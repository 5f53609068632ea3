"""The tab in which a region is drawn, scored for all faces, saved, and a network led to it."""

from collections.abc import Sequence
from typing import Any, Final

from dash import dcc, html

from heed.base.errors import HeedError
from heed.base.names import readable
from heed.explorer.drawn_masks import numbers_in, saved_versions, version_of
from heed.explorer.elements import Seen, note, notices
from heed.explorer.link_parts import LONGEST_MASK
from heed.explorer.tabs.direct import direct
from heed.explorer.tabs.region_scores import scored

SIDE: Final = 448
"""Pixels of the template face on the screen."""

READ_ONLY: Final = (
    "Regions cannot be saved and trainings cannot be started from here: start the explorer with "
    "--allow-training."
)


def draw(seen: Seen) -> list[Any]:
    """What the tab shows: the face to draw on, and the scores of what the address has drawn."""
    view, audited = seen.view, seen.audited
    return [
        html.H1(f"{readable(view.attribute)}: where should networks look?"),
        note(
            "Draw on the average face: drag a rectangle, or click the corners of a polygon. The "
            "region is moved to fit each face's landmarks. Its corners can be typed as well.",
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
        html.Div(_scores(seen), id="region-scores", **{"aria-live": "polite"}),
        html.Div(id="direct-outcome"),
    ]


def _scores(seen: Seen) -> list[Any]:
    """The scores against the region of the address; nothing where it has none, or no such."""
    try:
        version = version_of(numbers_in(seen.view.drawn)) if seen.view.drawn.strip() else ""
        return scored(seen, version) if version else []
    except HeedError:
        return []  # what is wrong, `_tools` says beside the button


def _wrong(seen: Seen) -> list[Any]:
    text = seen.view.drawn
    if not text.strip():
        return []
    try:
        version = version_of(numbers_in(text))
        seen.audited.region(version, seen.view.attribute)
    except HeedError as error:
        return notices([str(error)])
    return []


def _tools(seen: Seen) -> list[Any]:
    allowed, view, audited = seen.training, seen.view, seen.audited
    saved = saved_versions(audited.path)
    parts: list[Any] = [
        html.Div(
            [
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
                *([_saved_regions(seen, saved)] if saved else []),
            ],
            className="controls",
        ),
        field(
            f"Corners: x, y in pixels of the crop, 0 to {audited.size}",
            "region-points",
            "left, top, right, bottom",
            LONGEST_MASK,
            view.drawn,
        ),
        html.Div(
            [
                html.Button("Score all faces", id="region-score", n_clicks=0),
                html.Button("Clear", id="region-clear", n_clicks=0),
            ],
            className="buttons",
        ),
        html.Div(_wrong(seen), id="region-wrong", role="status"),
        html.H2("Save it"),
        field("Name", "region-name", "letters, digits, - or _", 64),
        html.Div(
            [
                html.Button("Save the region", id="region-save", n_clicks=0, disabled=not allowed),
                html.Button(
                    "Replace the saved one", id="region-replace", n_clicks=0, disabled=not allowed
                ),
            ],
            className="buttons",
        ),
        html.Div(id="region-saved", role="status"),
    ]
    if not allowed:
        parts.append(note(READ_ONLY))
    return parts


def _saved_regions(seen: Seen, saved: Sequence[str]) -> html.Label:
    """A menu that puts a saved region into the field, and so onto the face."""
    options = [html.Option("choose one", value="")]
    for version in saved:
        try:
            region = seen.audited.region(version, seen.view.attribute)
        except HeedError:
            continue
        if region is not None:
            corners = region.on_template(seen.audited.size, region.scale).round(3).tolist()
            if region.kind == "box":
                corners = [corners[0], corners[2]]
            numbers = ", ".join(f"{value:g}" for corner in corners for value in corner)
            options.append(html.Option(version.removeprefix("regions/"), value=numbers))
    return html.Label(
        [
            html.Span("Saved regions", className="label"),
            html.Select(options, id="region-load"),
        ],
        className="control",
    )


def field(label: str, name: str, hint: str, longest: int, value: str = "") -> html.Label:
    """A field that a button sends.

    Args:
        label: what it is for.
        name: its id.
        hint: that an empty field shows.
        longest: characters that it takes.
        value: what is in it.
    """
    return html.Label(
        [
            html.Span(label, className="label"),
            dcc.Input(
                id=name,
                value=value,
                type="text",
                maxLength=longest,
                placeholder=hint,
                autoComplete="off",
            ),
        ],
        className="control",
    )
