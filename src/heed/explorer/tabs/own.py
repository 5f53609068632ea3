"""The tab of an image of one's own: aligned and explained on the spot, and kept nowhere."""

from typing import Any

from dash import dcc, html

from heed.explorer.elements import Seen, note


def own(seen: Seen) -> list[Any]:
    """What the tab shows before an image is dropped."""
    return [
        html.H1("An image of your own"),
        note(
            "Its face is found, cut out as the audit cuts its faces, and explained by each "
            "network that is switched on. The image goes to this server alone, which writes it "
            "nowhere.",
            "told",
        ),
        dcc.Upload(
            html.Div(["Drop an image here, or ", html.Span("choose a file", className="file")]),
            id="own-upload",
            className="drop",
            className_active="drop over",
            style={},
            style_active={},
            style_reject={},
            accept="image/*",
            multiple=True,
        ),
        dcc.Loading(html.Div(id="own-results", **{"aria-live": "polite"}), delay_show=300),
    ]
