"""Parts that the explorer's pages have in common, as Dash has them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from math import isnan
from typing import Any, Final
from urllib.parse import urlencode

from dash import dcc, html

from heed.base.names import readable
from heed.explorer.audited import Audited, Conditions
from heed.explorer.link_parts import LONGEST_NAMES
from heed.explorer.seen_files import SHOWN_LAYERS
from heed.explorer.view import View
from heed.pages.number import DASH, MINUS

LOOK: Final[dict[str, Any]] = {
    "template": "none",
    "paper_bgcolor": "rgba(0,0,0,0)",
    "plot_bgcolor": "rgba(0,0,0,0)",
    "xaxis_gridcolor": "rgba(128,138,149,.3)",
    "yaxis_gridcolor": "rgba(128,138,149,.3)",
    "xaxis_zerolinecolor": "rgba(128,138,149,.6)",
    "yaxis_zerolinecolor": "rgba(128,138,149,.6)",
}
"""Of figures, in light and dark; the colour of their text is the page's own (explorer.css)."""

SMALL: Final = 128
"""Pixels of the side of a face in a list, ..."""

LARGE: Final = 224
"""... and of one that is looked at alone."""


UNFOLDED: Final = 3
"""Sentences that are seen without unfolding the rest."""


@dataclass(frozen=True)
class Seen:
    """What a viewer looks at.

    Attributes:
        audited: what there is.
        view: what of it.
        training: whether regions may be saved and trainings started.
    """

    audited: Audited
    view: View
    training: bool

    @property
    def conditions(self) -> Conditions:
        """Under which maps are scored and drawn."""
        return self.view.conditions()


def number(value: float, decimals: int = 2, *, sign: bool = False) -> str:
    """A number as it is printed; missing ones as a dash.

    Example:
        >>> number(0.256), number(2.0, 1, sign=True), number(float("nan")) == DASH
        ('0.26', '+2.0', True)
    """
    if isnan(value):
        return DASH
    return (
        f"{value:+.{decimals}f}".replace("-", MINUS)
        if sign
        else (f"{value:.{decimals}f}".replace("-", MINUS))
    )


def picture(kind: str, side: int, alt: str, further: str = "", **asked: str) -> html.Img:
    """A picture that the server draws.

    Args:
        kind: what ``/picture/<kind>`` draws.
        side: pixels, also those of the screen.
        alt: what it shows, for who does not see it.
        further: of its address, as a query.
        asked: what goes into its address.
    """
    address = f"/picture/{kind}?{urlencode({**asked, 'side': side})}"
    return html.Img(
        src=f"{address}&{further}" if further else address,
        alt=alt,
        width=side,
        height=side,
    )


def face(seen: Seen, image: str, side: int = SMALL) -> html.Img:
    """The photograph of a face, as it was cut out."""
    return picture("face", side, f"Face {image}", image=image, stamp=seen.audited.stamp)


def tile(
    seen: Seen,
    image: str,
    attribute: str,
    network: str,
    side: int = SMALL,
) -> html.Img:
    """The map of a face for one attribute and network, with outlines laid over it."""
    return picture(
        "tile",
        side,
        f"Map of {readable(attribute)} by {network} on {image}",
        conditions_query(seen.view),
        image=image,
        attribute=attribute,
        network=network,
        layers=",".join(sorted(SHOWN_LAYERS)),
        stamp=seen.audited.stamp,
    )


def conditions_query(view: View) -> str:
    """The part of a view's query that decides how a map is drawn."""
    if view.default is None:
        return ""
    names = [field.name for field in fields(Conditions)]
    return replace(view.default, **{name: getattr(view, name) for name in names}).query()


def link(
    view: View, children: Any, *, key: str | None = None, current: bool = False, **more: Any
) -> dcc.Link | html.A:
    """A link to another view, which opens in its place; keys press it where it has one."""
    made = dcc.Link(children, href=f"/?{view.query()}", **more)
    if key is not None or current:
        made = html.Span(
            made,
            **({"className": "current", "aria-current": "page"} if current else {}),
            **({"data-key": key} if key is not None else {}),
        )
    return made


def note(text: Any, kind: str = "note") -> html.P:
    """A sentence beside what is shown."""
    return html.P(text, className=kind)


def notices(sentences: Sequence[str]) -> list[Any]:
    """What a viewer has to know before looking; of many, those after the third are folded."""
    found: list[Any] = [html.P(sentence, className="notice") for sentence in sentences]
    if len(found) <= UNFOLDED + 1:
        return found
    rest = found[UNFOLDED:]
    more = html.Details([html.Summary(f"{len(rest)} more of these"), *rest])
    return [*found[:UNFOLDED], more]


def table(
    head: Sequence[str], rows: Sequence[Sequence[Any]], caption: str, numbers: int
) -> html.Div:
    """A table that scrolls sideways where it is wider than the screen.

    Args:
        head: of the columns.
        rows: their cells; the first heads the row.
        caption: what it shows.
        numbers: how many columns, from the right, hold numbers.
    """
    first = len(head) - numbers

    def kind(column: int) -> dict[str, str]:
        return {"className": "n"} if column >= first else {}

    return html.Div(
        html.Table(
            [
                html.Caption(caption),
                html.Thead(
                    html.Tr([html.Th(name, scope="col", **kind(i)) for i, name in enumerate(head)])
                ),
                html.Tbody(
                    [
                        html.Tr(
                            [
                                html.Th(row[0], scope="row"),
                                *(
                                    html.Td(cell, **kind(i))
                                    for i, cell in enumerate(row[1:], start=1)
                                ),
                            ]
                        )
                        for row in rows
                    ]
                ),
            ],
            className="plain",
        ),
        className="scroll",
        tabIndex=0,
        role="region",
        **{"aria-label": caption},
    )


def menu(
    label: str,
    name: str,
    names: Sequence[str],
    value: str,
    labels: Mapping[str, str] | None = None,
) -> html.Label:
    """A menu of the browser's own.

    Args:
        label: what it chooses.
        name: of the part of the address that it writes.
        names: what can be chosen.
        value: what is.
        labels: how names are printed, where not by :func:`readable`.
    """
    return html.Label(
        [
            html.Span(label, className="label"),
            html.Select(
                [
                    html.Option((labels or {}).get(each, readable(each)), value=each)
                    for each in names
                ],
                # React would keep what was chosen; the script sets what the view has.
                **{"data-control": name, "data-value": value},
            ),
        ],
        className="control",
    )


def typed(
    label: str, name: str, value: str, width: int, hint: str = "", key: str | None = None
) -> html.Label:
    """A field for text, which is told when it is left or Enter is pressed.

    Args:
        label: what it is for.
        name: as of :func:`menu`.
        value: what is in it.
        width: characters.
        hint: that an empty field shows.
        key: that goes there.
    """
    field = dcc.Input(
        id=f"field-{name}",
        value=value,
        type="text",
        style={"width": f"{width + 2}ch"},
        maxLength=LONGEST_NAMES,
        placeholder=hint,
        autoComplete="off",
    )
    return html.Label(
        [html.Span(label, className="label"), html.Span(field, **{"data-control": name})],
        className="control",
        **({"data-key": key} if key is not None else {}),
    )


def key(*, region: bool = False, evidence: bool = True) -> html.P:
    """What the outlines over a face are."""
    parts = {"mask": "mask", "active": "active area"}
    if evidence:
        parts["evidence"] = "evidence, where it is known"
    if region:
        parts["mask"] = "the region, as the face has it"
    return html.P(
        [html.Span([html.I(), text], className=name) for name, text in parts.items()],
        className="key",
    )
