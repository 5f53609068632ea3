"""What all faces score against a region that was drawn, in the tab Draw."""

from dataclasses import replace
from typing import Any, Final

import numpy as np
from dash import html

from heed.base.names import readable
from heed.explorer.choice import chosen
from heed.explorer.controls import GROUP_WORDS
from heed.explorer.elements import Seen, key, link, note, number, table, tile
from heed.explorer.score_columns import GROUPS, columns

SHOWN: Final = {"amr": "AMR", "proportional_energy": "PE", "iou": "IoU"}
"""Scores that the table has, by their columns."""

FACES: Final = 6
"""Faces that are shown: those whose maps are least inside the region."""


def scored(seen: Seen, version: str) -> list[Any]:
    """A table of means against the region and against the view's masks, and some faces.

    Args:
        seen: what the viewer looks at.
        version: of the masks, the region.
    """
    view, audited = seen.view, seen.audited
    drawn = replace(view, mask=version, sort="proportional_energy", descending=False, page=1)
    rows = []
    for network in view.networks:
        found = columns(audited, network, view.attribute, drawn.conditions())
        before = columns(audited, network, view.attribute, view.conditions())
        for place, name in ((None, "all faces"), *enumerate(GROUP_WORDS[each] for each in GROUPS)):
            of = np.ones(len(found.label), bool) if place is None else found.group == place
            values = [
                number(_mean(each.values[score][of]), 3)
                for score in SHOWN
                for each in (found, before)
            ]
            rows.append([f"{network}, {name}", f"{int(of.sum()):,}", *values])
    masks = f"version {view.mask}" if view.mask.isdigit() else view.mask
    head = ["network and faces", "faces"]
    head += [f"{label} {against}" for label in SHOWN.values() for against in ("region", "masks")]
    first = columns(audited, view.networks[0], view.attribute, drawn.conditions())
    least = [audited.images[row] for row in chosen(first, audited.images, drawn.choice())[:FACES]]
    inside = Seen(audited, drawn, seen.training)
    return [
        html.H2("Scores against the region"),
        table(
            head,
            rows,
            f"{readable(view.attribute)}: means against the region and against the masks, {masks}",
            len(head) - 1,
        ),
        html.P(link(replace(drawn, tab="faces"), "All faces, sorted by their PE in the region")),
        note(f"Least inside the region, by {view.networks[0]}:"),
        key(region=True, evidence=False),
        html.Div(
            [
                html.Figure(
                    [
                        link(
                            replace(drawn, face=image),
                            tile(inside, image, view.attribute, view.networks[0]),
                        ),
                        html.Figcaption(image),
                    ]
                )
                for image in least
            ],
            className="side-by-side",
        ),
    ]


def _mean(values: Any) -> float:
    known = values[np.isfinite(values)]
    return float(known.mean()) if len(known) else float("nan")
