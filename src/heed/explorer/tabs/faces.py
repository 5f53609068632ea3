"""The tab of faces: those that were chosen, each with the maps of several networks."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

from dash import html

from heed.base.names import readable
from heed.explorer.choice import BY_PLACE, chosen
from heed.explorer.controls import GROUP_WORDS
from heed.explorer.elements import Seen, face, key, link, note, number, tile
from heed.explorer.link_parts import MOST_PINNED
from heed.explorer.score_columns import SCORES, ScoreColumns, columns
from heed.explorer.seen_files import PER_PAGE
from heed.explorer.view import View

OUTCOMES: Final = ("hit", "miss", "false alarm", "correct rejection")
"""By the number that columns have for them."""


def faces(seen: Seen) -> list[Any]:
    """What the tab shows."""
    view, audited = seen.view, seen.audited
    by_network = {
        network: columns(audited, network, view.attribute, seen.conditions)
        for network in view.networks
    }
    rows = chosen(by_network[view.networks[0]], audited.images, view.choice())
    told = told_choice(seen, len(rows))
    missing = sorted({name for found in by_network.values() for name in found.missing})
    if missing:
        told += f" Not known under these conditions: {', '.join(SCORES[m].label for m in missing)}."
    found: list[Any] = [html.H1(f"{readable(view.attribute)}: faces"), note(told, "told")]
    if not len(rows):
        return [*found, *_nothing(seen)]
    pages = -(-len(rows) // PER_PAGE)
    page = min(view.page, pages)
    shown = rows[(page - 1) * PER_PAGE : page * PER_PAGE]
    # Of these faces alone: under other conditions than the stored ones others need not be measured.
    scores = {
        (network, name): each.at(name, shown)
        for network, each in by_network.items()
        for name in SHOWN
    }
    return [
        *found,
        key(),
        _saved(seen),
        _pages(view, page, pages),
        html.Div(
            [
                card(seen, int(row), by_network, {name: each[at] for name, each in scores.items()})
                for at, row in enumerate(shown)
            ],
            className="cards",
        ),
        _pages(view, page, pages, keys=False),
    ]


def told_choice(seen: Seen, count: int) -> str:
    """Which faces they are, in a sentence."""
    view = seen.view
    groups = [GROUP_WORDS[name] for name in view.groups]
    which = "faces" if len(groups) == len(GROUP_WORDS) else _listed(groups)
    order = (
        "in file order"
        if view.sort == BY_PLACE
        else f"by {SCORES[view.sort].label}, {'highest' if view.descending else 'lowest'} first"
    )
    named = f" whose file name has “{view.names}”" if view.names else ""
    filters = ", ".join(
        f"{SCORES[score].label} {number(low)} to {number(high)}" for score, low, high in view.ranges
    )
    with_scores = f", with {filters}" if filters else ""
    shown = f"{count:,} of {len(seen.audited.images):,} faces"
    if which != "faces":
        shown += f": {which} of {view.networks[0]}"
    told = f"{shown}{named}{with_scores}, {order}."
    region = seen.audited.region(view.mask, view.attribute)
    if region is not None and view.attribute not in region.attributes:
        told += f" {view.mask} has no region for this attribute: its mask is version {region.base}."
    return told


def _listed(names: Sequence[str]) -> str:
    if not names:
        return "none of the faces"
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def _nothing(seen: Seen) -> list[Any]:
    wide = replace(seen.view, groups=tuple(GROUP_WORDS), names="", ranges=(), page=1)
    return [
        note("No face is left by these filters."),
        html.P(link(wide, "Show all faces again")),
    ]


def _saved(seen: Seen) -> html.P:
    query = seen.view.query()
    return html.P(
        [
            "Save: ",
            html.A("this page of faces as PNG", href=f"/save/faces.png?{query}", download=""),
            ", ",
            html.A("all of them as csv", href=f"/save/faces.csv?{query}", download=""),
        ],
        className="note",
    )


def card(
    seen: Seen,
    row: int,
    by_network: dict[str, ScoreColumns],
    scores: Mapping[tuple[str, str], float],
) -> html.Article:
    """One face: photograph, maps side by side, and what they score."""
    view, image = seen.view, seen.audited.images[row]
    label = next(iter(by_network.values())).label[row]
    opened = replace(view, face=image)
    pictures = [
        html.Figure(
            [
                link(opened, face(seen, image)),
                html.Figcaption(f"{readable(view.attribute)}: {'yes' if label > 0 else 'no'}"),
            ]
        )
    ]
    for network in view.networks:
        found = by_network[network]
        pictures.append(
            html.Figure(
                [
                    link(opened, tile(seen, image, view.attribute, network)),
                    html.Figcaption(_scored(network, found, row, scores)),
                ]
            )
        )
    return html.Article(
        [
            html.H2([link(opened, image), " ", pin(view, image)]),
            html.Div(pictures, className="side-by-side"),
        ],
        className="card",
    )


def pin(view: View, image: str) -> Any:
    """The link that keeps a face for comparison, or lets it go."""
    if image in view.pinned:
        rest = tuple(name for name in view.pinned if name != image)
        return link(
            replace(view, pinned=rest),
            "unpin",
            className="pin",
            id=f"pin {image}",
            title=f"Let {image} go",
        )
    more = (*view.pinned, image)[-MOST_PINNED:]
    return link(
        replace(view, pinned=more),
        "pin",
        className="pin",
        id=f"pin {image}",
        title=f"Keep {image} for comparison",
    )


def _scored(
    network: str, found: ScoreColumns, row: int, scores: Mapping[tuple[str, str], float]
) -> list[Any]:
    outcome = OUTCOMES[int(found.group[row])]
    wrong = "wrong" if outcome in ("miss", "false alarm") else ""
    values = {key: float(scores[network, key]) for key in SHOWN}
    return [
        html.B(network),
        html.Br(),
        html.Span(outcome, className=wrong),
        f", z = {number(float(found.logit[row]), 1, sign=True)}",
        html.Br(),
        f"AMR {number(values['amr'])}, PE {number(values['proportional_energy'])}",
        html.Br(),
        f"contribution {number(values['contribution'], 1, sign=True)}, "
        f"bias {number(values['bias_share'] * 100, 0)} %",
    ]


SHOWN: Final = ("amr", "proportional_energy", "contribution", "bias_share")
"""Scores that a card prints."""


def _pages(view: View, page: int, pages: int, *, keys: bool = True) -> html.Nav:
    back, on = replace(view, page=page - 1), replace(view, page=page + 1)
    parts: list[Any] = []
    if page > 1:
        parts.append(link(back, "previous faces", key="ArrowLeft" if keys else None))
    parts.append(html.Span(f"page {page:,} of {pages:,}"))
    if page < pages:
        parts.append(link(on, "next faces", key="ArrowRight" if keys else None))
    return html.Nav(
        parts,
        className="pages",
        **{"aria-label": "Pages of faces" if keys else "Pages of faces, below them"},
    )
