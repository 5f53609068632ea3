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
        Output("own-results", "children"),
        Input("own-upload", "contents"),
        Input("url", "search"),
        State("own-upload", "filename"),
    )
    def explain(contents: list[str] | None, search: str | None, names: list[str] | None) -> Any:
        """Explain what was dropped."""
        if not contents or not names:
            return no_update
        # Here: they import torch, which takes seconds.
        from heed.explorer.own_image import own_image
        from heed.explorer.tabs.explained import explained

        try:
            audited = opened.audited()
            view, _ = View.from_query(text_of(search), audited)
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
