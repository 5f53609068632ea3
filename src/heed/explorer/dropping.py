"""What happens when images are dropped into the page."""

import base64
import binascii
from typing import Any, Final

from dash import Dash, Input, Output, State, no_update

from heed.base.errors import HeedError
from heed.explorer.elements import Seen, notices
from heed.explorer.opened import Opened
from heed.explorer.view import View, text_of

MOST: Final = 8
"""Images that are explained at once: each takes about a second for each network."""


def add_dropping(app: Dash, opened: Opened) -> None:
    """Explain images of one's own: when they are dropped, and when another attribute is chosen."""

    @app.callback(
        Output("own-images", "data"),
        Input("own-upload", "contents"),
        State("own-upload", "filename"),
        prevent_initial_call=True,
    )
    def keep(contents: list[str] | None, names: list[str] | None) -> Any:
        """Keep in the browser what was dropped, while the page is open."""
        return {"contents": contents, "names": names} if contents and names else no_update

    @app.callback(
        Output("own-results", "children"),
        Input("own-images", "data"),
        Input("own-upload", "id"),
        State("url", "search"),
    )
    def explain(kept: dict[str, list[str]] | None, tab: str, search: str | None) -> Any:
        """Explain what was dropped: at once, and whenever the tab is made anew."""
        if not kept:
            return no_update
        contents, names = kept["contents"], kept["names"]
        # Here: they import torch, which takes seconds.
        from heed.explorer.own_image import own_image
        from heed.explorer.tabs.explained import explained

        try:
            audited = opened.audited()
            view = View.from_query(text_of(search), audited)[0]
            seen = Seen(audited, view, training=False)
            shown = [
                explained(seen, own_image(audited, _bytes(text), str(name)))
                for text, name in list(zip(contents, names, strict=True))[:MOST]
            ]
        except HeedError as error:
            return notices([str(error)])
        left = len(contents) - len(shown)
        return [*notices([f"{left} more are left out: {MOST} at once."] if left else []), *shown]


def _bytes(text: str) -> bytes:
    """The bytes of a data URL; none where it is no such."""
    try:
        return base64.b64decode(text.partition(",")[2], validate=True)
    except (binascii.Error, ValueError):
        return b""
