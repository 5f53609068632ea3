"""Faces as the networks before and after a directed run look at them, in the tab Draw."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from dash import html

from heed.base.errors import HeedError
from heed.base.names import readable
from heed.explorer.choice import chosen
from heed.explorer.directed_networks import RunAnswers, run_answers
from heed.explorer.directed_tiles import directed_scores, directed_tile
from heed.explorer.elements import SMALL, Seen, face, link, note, notices, number
from heed.explorer.score_columns import columns
from heed.explorer.tabs.explained import embedded
from heed.explorer.tabs.faces import OUTCOMES, told_choice
from heed.explorer.tiles import stored_faces

MOST: Final = 8
"""Faces that are shown at once."""

COLUMNS: Final = "repeat(auto-fill, minmax(min(100%, 36rem), 1fr))"
"""Of the faces, as CSS has it: four pictures stand side by side where there is room."""


def directed_faces(
    seen: Seen, study: Path, run: str, images: Sequence[str] | None = None
) -> list[Any]:
    """A row for each face: the crop, and the maps before the run, of its control, and after it.

    Maps are of +z, whatever the view's target: a run leads these, what supports "present". That of
    the predicted class of a face that is missed would show what supports "absent".

    Args:
        seen: what is looked at: its attribute, method, placement, mask, threshold.
        study: folder of the study.
        run: one of its runs that led maps.
        images: names of faces, of which the first :data:`MOST` are shown; None: as
            :func:`faces_of_view` has them.

    Returns:
        Parts of a page; what is wrong is a sentence in it.
    """
    try:
        names, told = faces_of_view(seen) if images is None else (tuple(images)[:MOST], "")
        if not names:
            return [note(f"{told} There is none to show before and after the run.")]
        found = run_answers(seen.audited, study, run, names, seen.conditions.method)
        rows = [_face(seen, found, image) for image in names]
    except HeedError as error:
        return notices([str(error)])
    return [
        note(f"{told} {_how(seen, found)}".strip()),
        *notices([each.problem for each in found.roles.values() if each.problem is not None]),
        _key(led=seen.view.attribute in found.pairs),
        html.Div(rows, className="cards directed", style={"gridTemplateColumns": COLUMNS}),
    ]


def faces_of_view(seen: Seen) -> tuple[tuple[str, ...], str]:
    """Which faces are shown, :data:`MOST` at most, and a sentence that says so.

    The pinned ones; where there is none, the first of those that are chosen.
    """
    view, audited = seen.view, seen.audited
    if view.pinned:
        return view.pinned[:MOST], "The faces that are pinned."
    found = columns(audited, view.networks[0], view.attribute, seen.conditions)
    rows = chosen(found, audited.images, view.choice())
    names = tuple(audited.images[row] for row in rows[:MOST].tolist())
    which = f"The first {len(names)} of those that are chosen: " if len(rows) > MOST else ""
    return names, f"{which}{told_choice(seen, len(rows))} Pin faces to see them here."


def _key(*, led: bool) -> html.P:
    outlines = {"mask": "mask", "active": "active area"}
    if led:
        outlines["region"] = "the region that the run led to"
    return html.P(
        [html.Span([html.I(), text], className=name) for name, text in outlines.items()],
        className="key",
    )


def _how(seen: Seen, found: RunAnswers) -> str:
    view = seen.view
    names = ", ".join(f"{role} is {each.name}" for role, each in found.roles.items())
    return (
        f"Maps by {view.method} of what supports {readable(view.attribute)}, as the run leads "
        f"them, by the study's networks of seed {found.seed}: {names}."
    )


def _face(seen: Seen, found: RunAnswers, image: str) -> html.Article:
    view, audited = seen.view, seen.audited
    label = int(stored_faces(audited).label(view.attribute)[audited.place(image)])
    opened = replace(view, face=image)
    figures = [
        html.Figure(
            [
                link(opened, face(seen, image)),
                html.Figcaption(
                    [
                        html.B(image),
                        html.Br(),
                        f"{readable(view.attribute)}: {'yes' if label > 0 else 'no'}",
                    ]
                ),
            ]
        ),
        *(
            _by(seen, found, role, image, label)
            for role, each in found.roles.items()
            if each.problem is None
        ),
    ]
    return html.Article(html.Div(figures, className="side-by-side"), className="card")


def _by(seen: Seen, found: RunAnswers, role: str, image: str, label: int) -> html.Figure:
    conditions = replace(seen.conditions, target="positive")
    asked = (seen.audited, found, role, image, seen.view.attribute, conditions)
    try:
        scores, picture = directed_scores(*asked), directed_tile(*asked, side=SMALL)
    except HeedError as error:
        return html.Figure(notices([str(error)]))
    yes = scores["logit"] >= 0
    outcome = OUTCOMES[(0 if yes else 1) if label > 0 else (2 if yes else 3)]
    energies = [f"PE {number(scores['proportional_energy'])} in the mask"]
    if scores["region_energy"] == scores["region_energy"]:
        energies.append(f"{number(scores['region_energy'])} in the region")
    name = found.roles[role].name
    alt = f"Map of {readable(seen.view.attribute)} {role} the run, by {name}, on {image}"
    return html.Figure(
        [
            embedded(picture, alt, SMALL),
            html.Figcaption(
                [
                    html.B(role),
                    html.Br(),
                    html.Span(outcome, className="wrong" if (label > 0) != yes else ""),
                    html.Br(),
                    f"z = {number(scores['logit'], 1, sign=True)}",
                    html.Br(),
                    ", ".join(energies),
                ]
            ),
        ]
    )
