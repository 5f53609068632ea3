"""What a viewer chooses with: each control leads to another view.

Menus are the browser's own, which every keyboard, telephone and screen reader knows. Since they are
none of Dash's, the script of the page writes what was chosen into the address.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

import numpy as np
from dash import dcc, html

from heed.base.names import readable
from heed.explorer.choice import BY_PLACE
from heed.explorer.drawn_masks import saved_versions
from heed.explorer.elements import Seen, link, menu, number, typed
from heed.explorer.score_columns import GROUPS, SCORES, columns
from heed.explorer.view import View

GROUP_WORDS: Final = {name: readable(name) for name in GROUPS}
"""What the page calls the kinds of decisions."""

CHOOSING: Final = ("faces", "scatter")
"""Tabs that show chosen faces, and so have the controls to choose them."""

PLAIN: Final = ("methods", "probing")
"""Tabs of the studies, which have networks of their own."""

STEPS: Final = 100
"""Of a slider, from the lowest to the highest score."""


def controls(seen: Seen) -> list[Any]:
    """The controls of a tab, as the view has them."""
    audited, view = seen.audited, seen.view
    if view.tab in PLAIN and view.face is None:
        return []
    if view.tab == "attributes" and view.face is None:  # averages are as the audit scored
        return [html.Div(_networks(seen), className="controls")]
    masks = {
        name: f"version {name}" if name.isdigit() else "drawn here" if ":" in name else name
        for name in (*audited.mask_versions, *saved_versions(audited.path), view.mask)
    }
    conditions = [
        menu("Attribute", "attribute", audited.attributes, view.attribute),
        _networks(seen),
        menu("Method", "method", audited.methods, view.method),
        menu("Target", "target", audited.targets, view.target),
        menu("Placement", "placement", audited.placements, view.placement),
        menu("Masks", "mask", list(masks), view.mask, masks),
        typed("Active above", "threshold", f"{view.threshold:g}", 6),
    ]
    found: list[Any] = [html.Div(conditions, className="controls")]
    if view.tab in CHOOSING and view.face is None:
        found += [html.Div(_choice(seen), className="controls"), _ranges(seen)]
    return found


def _chips(label: str, key: str, parts: Sequence[tuple[str, bool, View]]) -> html.Div:
    """Switches in a row; each is a link to the view in which it is turned.

    Args:
        label: what they are for.
        key: by which the page finds them again when it is made anew.
        parts: name, whether it is on, and the view in which it is turned.
    """
    return html.Div(
        [
            html.Span(label, className="label"),
            html.Span(
                [
                    link(
                        there,
                        [html.Span("on: " if on else "off: ", className="hidden"), name],
                        className="chip on" if on else "chip",
                        id=f"switch {key} {place}",
                    )
                    for place, (name, on, there) in enumerate(parts)
                ],
                className="chips",
            ),
        ],
        className="control",
        role="group",
        **{"aria-label": label},
    )


def _turned(names: tuple[str, ...], name: str, order: Sequence[str]) -> tuple[str, ...]:
    found = set(names) ^ {name}
    return tuple(each for each in order if each in found)


def _networks(seen: Seen) -> html.Div:
    """One switch a network. The first that is on sorts and filters; the last one on stays on."""
    view = seen.view
    parts = []
    for name in seen.audited.networks:
        turned = tuple(each for each in view.networks if each != name)
        if name not in view.networks:
            turned = (*view.networks, name)
        there = replace(view, networks=turned or view.networks, page=1)
        parts.append((name, name in view.networks, there))
    return _chips("Networks", "networks", parts)


def _choice(seen: Seen) -> list[Any]:
    view = seen.view
    sign = "-" * view.descending  # as links have it
    labels = {BY_PLACE: "order of the file", **{key: score.label for key, score in SCORES.items()}}
    sorts = {f"{sign}{key}": label for key, label in labels.items()}
    found = columns(seen.audited, view.networks[0], view.attribute, seen.conditions)
    counts = np.bincount(found.group, minlength=len(GROUPS)).tolist()
    groups = [
        (
            f"{said} {count:,}",
            name in view.groups,
            replace(view, groups=_turned(view.groups, name, GROUPS), page=1),
        )
        for (name, said), count in zip(GROUP_WORDS.items(), counts, strict=True)
    ]
    first = [
        (
            network,
            network == view.networks[0],
            replace(
                view,
                networks=(network, *(each for each in view.networks if each != network)),
                page=1,
            ),
        )
        for network in view.networks
    ]
    order = [
        (said, view.descending == value, replace(view, descending=value, page=1))
        for said, value in (("lowest first", False), ("highest first", True))
    ]
    sorting = [
        menu("Sort by", "sort", list(sorts), f"{sign}{view.sort}", sorts),
        _chips("Order", "order", order),
    ]
    return [
        *([_chips("Outcomes and scores of", "first", first)] if len(first) > 1 else []),
        _chips(f"Outcomes of {view.networks[0]}", "groups", groups),
        *(sorting if view.tab == "faces" else []),
        typed("File name", "names", view.names, 14, "part, or *7.jpg", key="/"),
    ]


def _ranges(seen: Seen) -> html.Details:
    """A slider for each score, between the lowest and the highest of the attribute."""
    view = seen.view
    found = columns(seen.audited, view.networks[0], view.attribute, seen.conditions)
    given = {key: (low, high) for key, low, high in view.ranges}
    sliders = []
    for key, score in SCORES.items():
        low, high = (score.lo, score.hi)
        if low is None or high is None:
            values = found.values[key][np.isfinite(found.values[key])]
            if not len(values):
                continue
            low, high = float(np.floor(values.min())), float(np.ceil(values.max()))
        if key in found.missing or low >= high:
            continue
        asked = given.get(key, (low, high))
        sliders.append(
            html.Div(
                [
                    html.Span(score.label, className="label"),
                    dcc.RangeSlider(
                        id={"range": key},
                        min=low,
                        max=high,
                        step=(high - low) / STEPS,
                        marks={low: number(low, 0), high: number(high, 0)},
                        value=[max(low, asked[0]), min(high, asked[1])],
                        allow_direct_input=False,
                        tooltip={"placement": "bottom"},
                    ),
                ],
                className="control",
                **{"data-label": score.label},
            )
        )
    return html.Details(
        [
            html.Summary(f"Filter by scores of {view.networks[0]}"),
            html.Div(sliders, className="ranges"),
        ],
        open=bool(view.ranges) or None,
    )


def of_sliders(
    view: View,
    ranges: Mapping[str, Sequence[float]],
    limits: Mapping[str, tuple[float, float]],
) -> View:
    """The view in which scores are filtered as the sliders stand.

    Args:
        view: before.
        ranges: lower and upper end of each slider that there is, by score.
        limits: their lowest and highest values: a slider that is as wide as it can be filters
            nothing, not even missing scores.
    """
    found = tuple(
        (key, float(low), float(high))
        for key, (low, high) in sorted(ranges.items())
        if (float(low), float(high)) != limits[key]
    )
    return view if found == view.ranges else replace(view, ranges=found, page=1)
