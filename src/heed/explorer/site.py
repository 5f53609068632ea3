"""The explorer's page: its frame, and what happens when something is chosen.

All that a viewer sees is a function of the address: a control changes the address, and the address
changes the page. So the browser's own "back" works, a link restores a view, and the server
remembers nothing of anyone.
"""

import logging
from collections.abc import Sequence
from dataclasses import replace
from importlib.resources import files
from pathlib import Path
from typing import Any, Final

from dash import ALL, Dash, Input, Output, State, ctx, dcc, html, no_update
from flask import Response

from heed.base.errors import HeedError
from heed.explorer.controls import controls, of_sliders
from heed.explorer.drawing import add_directed_faces, add_directing, add_saving
from heed.explorer.dropping import add_dropping
from heed.explorer.elements import Seen, link, notices
from heed.explorer.guard import guard, unforeseen
from heed.explorer.opened import Opened
from heed.explorer.pictures import add_pictures
from heed.explorer.tabs.catalogue import TABS, content
from heed.explorer.view import View, text_of
from heed.pages.assets import joined

INDEX: Final = """<!DOCTYPE html>
<html lang="en">
<head>{%metas%}<title>{%title%}</title><link rel="icon" href="data:,">
<link rel="stylesheet" href="/style.css">{%css%}</head>
<body>{%app_entry%}<footer>{%config%}{%scripts%}{%renderer%}</footer></body>
</html>"""


def site(audit: Path, *, hosts: Sequence[str] | None, token: str | None, training: bool) -> Dash:
    """The page over an audit.

    Args:
        audit: its folder.
        hosts: names under which it may be asked; None with a token.
        token: that each request must bring.
        training: whether regions may be saved and trainings started.

    Returns:
        The app; its ``server`` is a WSGI application.

    Raises:
        InputError: no audit has run there.
    """
    opened = Opened(audit)
    title = f"Heed explorer: {opened.audited().name}"
    app = Dash(
        __name__,
        title=title,
        update_title="",  # the title stays; it would flicker with each callback
        index_string=INDEX,
        suppress_callback_exceptions=True,
        meta_tags=[{"name": "viewport", "content": "width=device-width, initial-scale=1"}],
        assets_folder=str(files("heed.explorer") / "assets"),
        serve_locally=True,
        add_log_handler=False,
    )
    app.layout = _frame()
    _navigate(app, opened, training)
    add_saving(app, opened, training=training)
    add_directing(app, opened, training=training)
    add_directed_faces(app, opened)
    add_dropping(app, opened)
    add_pictures(app.server, opened)
    style = joined("style", {"heed.pages": ["base.css"]})

    @app.server.get("/style.css")
    def _style() -> Response:
        return Response(style, mimetype="text/css")

    # A page asks for more pictures at once than there are threads, which is no fault.
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)
    scripts = " ".join(app.csp_hashes())
    guard(app.server, hosts, token, scripts)
    return app


def _frame() -> html.Div:
    return html.Div(
        [
            html.A("Skip to what is shown", href="#results", className="skip"),
            dcc.Location(id="url", refresh=False),
            dcc.Store(id="own-images", data=None),
            html.Nav(id="tabs", className="bar", **{"aria-label": "Explorer"}),
            html.Main(
                [
                    html.Div(id="notices", role="status"),
                    html.Div(id="controls"),
                    html.Div(id="results", tabIndex=-1),
                ],
                id="main",
            ),
        ]
    )


def _navigate(app: Dash, opened: Opened, training: bool) -> None:
    @app.callback(
        Output("url", "search"),
        Input({"range": ALL}, "value"),
        State({"range": ALL}, "min"),
        State({"range": ALL}, "max"),
        State("url", "search"),
        prevent_initial_call=True,
    )
    def slide(ranges: list[Any], lows: list[Any], highs: list[Any], search: str | None) -> Any:
        """Put the filters into the address."""
        audited = opened.audited()
        view, _ = View.from_query(text_of(search), audited)
        keys = [each["id"]["range"] for each in ctx.inputs_list[0]]
        if not keys:
            return no_update
        limits = {
            key: (float(low), float(high)) for key, low, high in zip(keys, lows, highs, strict=True)
        }
        asked = of_sliders(view, dict(zip(keys, ranges, strict=True)), limits)
        return no_update if asked == view else f"?{asked.query()}"

    @app.callback(
        Output("url", "search", allow_duplicate=True),
        Input("scatter", "clickData"),
        State("url", "search"),
        prevent_initial_call=True,
    )
    def open_dot(clicked: dict[str, Any] | None, search: str | None) -> Any:
        """Open the face of a dot."""
        if not clicked:
            return no_update
        audited = opened.audited()
        view, _ = View.from_query(text_of(search), audited)
        image = str(clicked["points"][0]["customdata"])
        audited.place(image)
        return f"?{replace(view, face=image).query()}"

    @app.callback(
        Output("controls", "children"),
        Output("results", "children"),
        Output("notices", "children"),
        Output("tabs", "children"),
        Input("url", "search"),
    )
    def show(search: str | None) -> tuple[Any, Any, Any, Any]:
        """Show what the address asks for."""
        text = text_of(search)
        try:
            audited = opened.audited()
            view, told = View.from_query(text, audited)
            seen = Seen(audited, view, training)
            said = notices([*audited.problems, *told])
            return controls(seen), content(seen), said, tabs(seen)
        except HeedError as error:
            return [], [], notices([str(error)]), no_update
        except Exception as error:
            return [], [], notices([unforeseen(error)]), no_update


def tabs(seen: Seen) -> list[Any]:
    """The links to the tabs."""
    view = seen.view
    here = replace(view, face=None, page=1)
    return [
        html.Span("Heed explorer", className="brand"),
        html.Div(
            [
                link(
                    replace(here, tab=name), label(seen), current=view.tab == name and not view.face
                )
                for name, label in TABS.items()
            ],
            className="links",
        ),
    ]
