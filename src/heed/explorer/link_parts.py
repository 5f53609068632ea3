"""The keys of a link to the explorer: how each is read, whatever it is, and written."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from heed.base.errors import InputError
from heed.explorer.choice import BY_PLACE
from heed.explorer.score_columns import GROUPS, SCORES
from heed.metrics.groups import GROUPS as AVERAGED

if TYPE_CHECKING:
    from heed.explorer.audited import Audited
    from heed.explorer.view import View

TABS: Final = (
    "faces", "pinned", "attributes", "scatter", "draw", "methods", "probing", "own",
)  # fmt: skip
"""What the page can show; the first is what it begins with."""

LONGEST_NAMES: Final = 200
"""Characters of a part of a file name, ..."""

LONGEST_MASK: Final = 4000
"""... and of a drawn region, or of the masks' version that is one."""

MOST_PINNED: Final = 8
MOST_NETWORKS: Final = 8
LAST_PAGE: Final = 10**6


@dataclass(frozen=True)
class Part:
    """One key of a link.

    Attributes:
        names: the fields of a view that it has.
        read: those fields, of the key's values and the audit; raises ValueError, which says what
            was found and what was expected.
        write: the key's values, of a view.
    """

    names: tuple[str, ...]
    read: Callable[[list[str], "Audited"], Mapping[str, Any]]
    write: Callable[["View"], list[str]]


def _one(name: str, known: Callable[["Audited"], Any]) -> Part:
    def read(values: list[str], audited: "Audited") -> dict[str, Any]:
        return {name: _known(values[-1], known(audited))}

    return Part((name,), read, lambda view: [getattr(view, name)])


def _some(
    name: str, checked: Callable[[str, "Audited"], str], most: int, empty: bool = False
) -> Part:
    def read(values: list[str], audited: "Audited") -> dict[str, Any]:
        if empty and values == [""]:
            return {name: ()}
        found = dict.fromkeys(checked(value, audited) for value in values)
        if len(found) > most:
            raise ValueError(f"found {len(found)} of them; expected {most} at most")
        return {name: tuple(found)}

    # That nothing is chosen has to be said too, where it is not the default.
    return Part((name,), read, lambda view: list(getattr(view, name)) or [""] * empty)


def _known(value: str, known: Any) -> str:
    if value not in known:
        raise ValueError(f"found {_shortly(value)}; expected one of {', '.join(known)}")
    return value


def _face(value: str, audited: "Audited") -> str:
    if value not in audited.places:
        faces = len(audited.images)
        raise ValueError(f"found {_shortly(value)}; it is not among the {faces:,} audited faces")
    return value


def _number(text: str, low: float, high: float) -> float:
    try:
        found = float(text)
    except ValueError:
        found = float("nan")
    if not low <= found <= high:
        raise ValueError(f"found {_shortly(text)}; expected a number, {low:g} to {high:g}")
    return found


def _check_length(text: str, longest: int) -> None:
    if len(text) > longest:
        raise ValueError(f"found {len(text)} characters; expected {longest} at most")


def _shortly(text: str) -> str:
    return repr(text if len(text) <= 80 else f"{text[:80]}…")


def _read_threshold(values: list[str], _: "Audited") -> dict[str, Any]:
    found = _number(values[-1], 0, 1)
    if found == 1:
        raise ValueError("found 1; expected less: no pixel is above it")
    return {"threshold": found}


def _read_mask(values: list[str], audited: "Audited") -> dict[str, Any]:
    _check_length(values[-1], LONGEST_MASK)
    try:
        audited.region(values[-1], audited.attributes[0])
    except InputError as error:
        raise ValueError(str(error).removeprefix("mask: ")) from None
    return {"mask": values[-1]}


def _read_drawn(values: list[str], _: "Audited") -> dict[str, Any]:
    _check_length(values[-1], LONGEST_MASK)
    return {"drawn": values[-1]}


def _read_names(values: list[str], _: "Audited") -> dict[str, Any]:
    _check_length(values[-1], LONGEST_NAMES)
    return {"names": values[-1]}


def _read_ranges(values: list[str], _: "Audited") -> dict[str, Any]:
    found = {}
    for value in values:
        score, bounds = (*value.split(":", 1), "")[:2]
        low, high = (*bounds.split(":", 1), "")[:2]
        _known(score, SCORES)
        bound = float("inf")
        found[score] = (_number(low, -bound, bound), _number(high, -bound, bound))
        if found[score][0] > found[score][1]:
            raise ValueError(f"found {_shortly(value)}; expected the lower number first")
    return {"ranges": tuple((score, *found[score]) for score in sorted(found))}


def _read_sort(values: list[str], _: "Audited") -> dict[str, Any]:
    score = values[-1].removeprefix("-")
    return {
        "sort": _known(score, (BY_PLACE, *SCORES)),
        "descending": values[-1].startswith("-"),
    }


def _read_page(values: list[str], _: "Audited") -> dict[str, Any]:
    return {"page": int(_number(values[-1], 1, LAST_PAGE))}


def _read_face(values: list[str], audited: "Audited") -> dict[str, Any]:
    return {"face": _face(values[-1], audited) if values[-1] else None}


PARTS: Final[Mapping[str, Part]] = {
    "tab": _one("tab", lambda _: TABS),
    "attribute": _one("attribute", lambda audited: audited.attributes),
    "network": _some(
        "networks", lambda value, audited: _known(value, audited.networks), MOST_NETWORKS
    ),
    "method": _one("method", lambda audited: audited.methods),
    "target": _one("target", lambda audited: audited.targets),
    "placement": _one("placement", lambda audited: audited.placements),
    "mask": Part(("mask",), _read_mask, lambda view: [view.mask]),
    "threshold": Part(("threshold",), _read_threshold, lambda view: [repr(view.threshold)]),
    "filled": _one("filled", lambda _: ("keep", "leave_out")),
    "group": _some("groups", lambda value, _: _known(value, GROUPS), len(GROUPS), empty=True),
    "names": Part(("names",), _read_names, lambda view: [view.names]),
    "range": Part(
        ("ranges",),
        _read_ranges,
        lambda view: [f"{score}:{low!r}:{high!r}" for score, low, high in view.ranges],
    ),
    "sort": Part(
        ("sort", "descending"),
        _read_sort,
        lambda view: [f"{'-' * view.descending}{view.sort}"],
    ),
    "page": Part(("page",), _read_page, lambda view: [str(view.page)]),
    "face": Part(("face",), _read_face, lambda view: [view.face or ""]),
    "pin": _some("pinned", _face, MOST_PINNED),
    "x": _one("x", lambda _: tuple(SCORES)),
    "y": _one("y", lambda _: tuple(SCORES)),
    "average": _one("average", lambda _: AVERAGED),
    "drawn": Part(("drawn",), _read_drawn, lambda view: [view.drawn]),
}
"""The keys of a link, in the order that they are written in."""
