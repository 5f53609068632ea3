"""The tab of average maps: an index of the forty attributes."""

from dataclasses import replace
from typing import Any, Final

from dash import html

from heed.base.names import readable
from heed.celeba.attributes import ATTRIBUTES
from heed.explorer.elements import Seen, link, note, picture

SIDE: Final = 112
"""Pixels of an average map; smaller where several stand side by side."""


OF_GROUP: Final = {
    "all": "all faces",
    "gt_positive": "with the attribute",
    "gt_negative": "without it",
    "correct": "decided right",
    "incorrect": "decided wrong",
    "predicted_positive": "predicted present",
    "predicted_negative": "predicted absent",
    "predicted_majority": "predicted as the majority class",
    "predicted_minority": "predicted as the minority class",
}
"""Groups of faces, as :mod:`heed.metrics.groups` names them, in words."""


def averages(seen: Seen) -> list[Any]:
    """What the tab shows."""
    audited, view = seen.audited, seen.view
    group = view.average
    models = list(dict.fromkeys(network.split("/")[0] for network in view.networks))
    return [
        html.H1("Average maps"),
        note(
            "Means over faces and trainings of the maps that the audit scored; each leads to the "
            "faces of its attribute.",
            "told",
        ),
        html.Nav(
            [
                link(replace(view, average=name), OF_GROUP[name], current=name == group)
                for name in OF_GROUP
            ],
            className="pages",
            **{"aria-label": "Groups of faces"},
        ),
        html.Div(
            [
                link(
                    replace(view, attribute=attribute, tab="faces", page=1),
                    [
                        readable(attribute),
                        html.Span(
                            [
                                picture(
                                    "average",
                                    SIDE,
                                    f"{readable(attribute)} by {model}, {OF_GROUP[group]}",
                                    attribute=attribute,
                                    network=model,
                                    group=group,
                                    stamp=audited.stamp,
                                )
                                for model in models
                            ],
                            className="pair",
                        ),
                    ],
                    className="small",
                )
                for attribute in ATTRIBUTES
            ],
            className="forty",
        ),
        note("Left to right: " + ", ".join(models) + "."),
    ]
