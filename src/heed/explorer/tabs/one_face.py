"""The page of one face: the maps of all forty attributes."""

from dataclasses import replace
from typing import Any, Final

import numpy as np
from dash import html

from heed.base.names import readable
from heed.celeba.attributes import ATTRIBUTES
from heed.explorer.choice import chosen
from heed.explorer.elements import LARGE, Seen, face, key, link, note, number, table, tile
from heed.explorer.score_columns import SCORES, columns
from heed.explorer.tabs.faces import OUTCOMES, pin

SIDE: Final = 96
"""Pixels of a map among forty."""


def one_face(seen: Seen) -> list[Any]:
    """What stands in the place of a tab while a face is open."""
    view, audited = seen.view, seen.audited
    image = str(view.face)
    row = audited.place(image)
    closed = replace(view, face=None)
    before, behind = neighbours(seen, row)
    steps = html.Nav(
        [
            link(closed, "back to the faces", key="Escape"),
            link(replace(view, face=before), "previous face", key="ArrowLeft"),
            link(replace(view, face=behind), "next face", key="ArrowRight"),
            pin(view, image),
        ],
        className="pages",
        **{"aria-label": "Faces"},
    )
    return [
        html.H1(f"Face {image}"),
        steps,
        html.Div(
            [
                html.Figure(
                    [face(seen, image, LARGE), html.Figcaption("the face, as it was cut out")]
                ),
                *(
                    html.Figure(
                        [
                            tile(seen, image, view.attribute, network, LARGE),
                            html.Figcaption(f"{readable(view.attribute)} by {network}"),
                        ]
                    )
                    for network in view.networks
                ),
            ],
            className="side-by-side large",
        ),
        key(),
        _scores(seen, row),
        html.H2("All forty attributes"),
        note(f"Left to right, maps and z: {', '.join(view.networks)}."),
        html.Div([_attribute(seen, image, row, name) for name in ATTRIBUTES], className="forty"),
    ]


def neighbours(seen: Seen, row: int) -> tuple[str, str]:
    """The faces before and behind one: among those chosen, else in the order of the data."""
    view, images = seen.view, seen.audited.images
    found = columns(seen.audited, view.networks[0], view.attribute, seen.conditions)
    rows = chosen(found, images, view.choice())
    at = np.flatnonzero(rows == row)
    if not len(at):
        rows, at = np.arange(len(images)), np.array([row])
    before, behind = (images[int(rows[(at[0] + step) % len(rows)])] for step in (-1, 1))
    return before, behind


def _scores(seen: Seen, row: int) -> html.Div:
    view = seen.view
    found = {
        network: columns(seen.audited, network, view.attribute, seen.conditions)
        for network in view.networks
    }
    rows = [["outcome", *(OUTCOMES[int(each.group[row])] for each in found.values())]]
    rows += [
        [score.label, *(number(float(each.at(key, [row])[0]), 3) for each in found.values())]
        for key, score in SCORES.items()
    ]
    caption = f"{readable(view.attribute)} on {view.face}: scores"
    return table(["score", *found], rows, caption, len(found))


def _attribute(seen: Seen, image: str, row: int, attribute: str) -> html.Div:
    view = seen.view
    here = replace(view, attribute=attribute)
    tiles, answers = [], []
    label = 0
    for network in view.networks:
        found = columns(seen.audited, network, attribute, seen.conditions)
        label, logit = int(found.label[row]), float(found.logit[row])
        right = (logit >= 0) == (label > 0)
        tiles.append(tile(seen, image, attribute, network, SIDE))
        answers.append(
            html.Span(
                f"{number(logit, 1, sign=True)} ", className="" if right else "wrong", title=network
            )
        )
    return html.Div(
        [
            link(
                here, [readable(attribute), html.Span(tiles, className="pair")], className="small"
            ),
            html.Div([f"{'yes' if label > 0 else 'no'}; z ", *answers], className="note"),
        ],
        className="current" if attribute == view.attribute else "",
    )
