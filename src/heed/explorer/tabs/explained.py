"""Images of one's own, as the tab shows them once they are explained."""

import base64
from typing import Any, Final

from dash import html

from heed.base.errors import HeedError
from heed.base.names import readable
from heed.explorer.elements import LARGE, Seen, key, note, notices, number
from heed.explorer.own_image import OwnImage, own_face, own_scores, own_tile
from heed.explorer.tiles import MEDIA_TYPE

LAYERS: Final = frozenset({"map", "mask", "active"})


def explained(seen: Seen, found: OwnImage) -> html.Article:
    """One image, with the maps of the networks that are looked at."""
    if found.problem is not None or found.crop is None:
        return html.Article(notices([found.problem or ""]))
    view = seen.view
    figures: list[Any] = [
        html.Figure(
            [
                embedded(own_face(found, LARGE), f"Crop of {found.name}", LARGE),
                html.Figcaption("the face, as it was cut out"),
            ]
        )
    ]
    for network in view.networks:
        if network in found.answers:
            figures.append(_by(seen, found, network))
    return html.Article(
        [
            html.H2(found.name),
            note(found.crop.how),
            *notices(found.problems),
            key(evidence=False),
            html.Div(figures, className="side-by-side large"),
            html.H3("All forty attributes"),
            note(f"Left to right, maps and z: {', '.join(view.networks)}."),
            html.Div(
                [_attribute(seen, found, name) for name in seen.audited.attributes],
                className="forty",
            ),
        ]
    )


def _by(seen: Seen, found: OwnImage, network: str) -> html.Figure:
    view = seen.view
    conditions = seen.conditions
    try:
        scores = own_scores(seen.audited, found, view.attribute, network, conditions)
        tile = own_tile(
            seen.audited, found, view.attribute, network, conditions, layers=LAYERS, side=LARGE
        )
    except HeedError as error:
        return html.Figure(notices([str(error)]))
    return html.Figure(
        [
            embedded(tile, f"Map of {readable(view.attribute)} by {network}", LARGE),
            html.Figcaption(
                [
                    html.B(network),
                    f": {readable(view.attribute)} {'yes' if scores['logit'] >= 0 else 'no'}, "
                    f"z = {number(scores['logit'], 1, sign=True)}",
                    html.Br(),
                    f"AMR {number(scores['amr'])}, PE {number(scores['proportional_energy'])}, "
                    f"contribution {number(scores['contribution'], 1, sign=True)}",
                ]
            ),
        ]
    )


def _attribute(seen: Seen, found: OwnImage, attribute: str) -> html.Div:
    tiles, answers = [], []
    place = seen.audited.attribute_place(attribute)
    for network in seen.view.networks:
        if network not in found.answers:
            continue
        try:
            tile = own_tile(
                seen.audited, found, attribute, network, seen.conditions, layers={"map"}, side=96
            )
        except HeedError:
            continue  # what is wrong, the large pictures say
        logit = float(found.answers[network].logits[place])
        tiles.append(embedded(tile, f"{readable(attribute)} by {network}", 96))
        answers.append(number(logit, 1, sign=True))
    return html.Div(
        [readable(attribute), html.Span(tiles, className="pair"), note(f"z {', '.join(answers)}")],
        className="small",
    )


def embedded(picture: bytes, alt: str, side: int) -> html.Img:
    """A picture within the page, which no address has.

    Args:
        picture: of :data:`heed.explorer.tiles.MEDIA_TYPE`.
        alt: what it shows, for who does not see it.
        side: pixels of the screen.
    """
    text = base64.b64encode(picture).decode("ascii")
    return html.Img(src=f"data:{MEDIA_TYPE};base64,{text}", alt=alt, width=side, height=side)
