"""The tab of pinned faces: side by side, a row for each network."""

from dataclasses import replace
from typing import Any

from dash import html

from heed.base.names import readable
from heed.explorer.elements import LARGE, Seen, face, key, link, note, number, table, tile
from heed.explorer.link_parts import MOST_PINNED
from heed.explorer.score_columns import SCORES, columns
from heed.explorer.tabs.faces import OUTCOMES, pin


def pinned(seen: Seen) -> list[Any]:
    """What the tab shows."""
    view, audited = seen.view, seen.audited
    head = html.H1(f"{readable(view.attribute)}: pinned faces")
    if not view.pinned:
        return [
            head,
            note(
                f"Nothing is pinned yet: “pin” beside a face keeps it here, {MOST_PINNED} at most."
            ),
        ]
    found = {
        network: columns(audited, network, view.attribute, seen.conditions)
        for network in view.networks
    }
    rows = []
    figures = []
    for image in view.pinned:
        row = audited.place(image)
        figures.append(
            html.Article(
                [
                    html.H2([link(replace(view, face=image), image), " ", pin(view, image)]),
                    html.Figure(face(seen, image, LARGE)),
                    *(
                        html.Figure(
                            [
                                tile(seen, image, view.attribute, network, LARGE),
                                html.Figcaption(network),
                            ]
                        )
                        for network in view.networks
                    ),
                ]
            )
        )
        for network, each in found.items():
            values = [number(float(each.at(key, [row])[0]), 3) for key in SCORES]
            rows.append([f"{image}, {network}", OUTCOMES[int(each.group[row])], *values])
    return [
        head,
        key(),
        html.Div(figures, className="side-by-side large pinned"),
        table(
            ["face and network", "outcome", *(score.label for score in SCORES.values())],
            rows,
            f"{readable(view.attribute)}: scores of the pinned faces",
            len(SCORES),
        ),
    ]
