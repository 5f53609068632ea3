"""What a link to the explorer restores: all that is chosen in the page, as an address's query."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import parse_qsl, urlencode

from heed.base.errors import InputError
from heed.explorer.choice import BY_PLACE, Choice
from heed.explorer.conditions import Conditions
from heed.explorer.score_columns import GROUPS, SCORES
from heed.metrics.groups import GROUPS as AVERAGED

if TYPE_CHECKING:
    from heed.explorer.audited import Audited

TABS: Final = (
    "faces", "pinned", "attributes", "scatter", "draw", "methods", "probing", "own",
)  # fmt: skip
"""What the page can show; the first is what it begins with."""

LONGEST: Final = 16_384
"""Characters of a link, and more than the page itself writes."""

LONGEST_NAMES: Final = 200
LONGEST_MASK: Final = 4000
MOST_PINNED: Final = 8
MOST_NETWORKS: Final = 8
LAST_PAGE: Final = 10**6


@dataclass(frozen=True)
class View:
    """What is chosen in the page.

    Attributes:
        attribute: whose maps are shown.
        networks: of which networks, side by side; the first one's scores sort and filter.
        method: of the maps.
        target: what maps explain.
        placement: rule by which their cells are placed.
        mask: version of the masks.
        threshold: pixels above it are active.
        filled: whether pixels beyond the photograph count.
        groups: of decisions, see :class:`heed.explorer.choice.Choice`.
        names: of faces, likewise.
        ranges: of scores, likewise, in the order of their names.
        sort: likewise.
        descending: likewise.
        page: of the faces, from 1.
        face: the image whose own page is open, or None.
        pinned: images that are kept for comparison.
        tab: one of :data:`TABS`.
        x: score of the scatter's horizontal axis.
        y: score of its vertical one.
        average: group of faces whose average maps are shown, see :mod:`heed.metrics.groups`.
        drawn: the corners of a region in the tab Draw, as they were typed or drawn.
        default: the view that a link without a query opens, which :meth:`query` leaves out.
    """

    attribute: str
    networks: tuple[str, ...]
    method: str
    target: str
    placement: str
    mask: str
    threshold: float
    filled: str = "keep"
    groups: tuple[str, ...] = GROUPS
    names: str = ""
    ranges: tuple[tuple[str, float, float], ...] = ()
    sort: str = BY_PLACE
    descending: bool = False
    page: int = 1
    face: str | None = None
    pinned: tuple[str, ...] = ()
    tab: str = TABS[0]
    x: str = "proportional_energy"
    y: str = "logit"
    average: str = "all"
    drawn: str = ""
    default: "View | None" = field(default=None, repr=False, compare=False)

    @classmethod
    def of(cls, audited: "Audited") -> "View":
        """What the page begins with: the first network of each model, as the audit scored them."""
        first = {network.partition("/")[0]: network for network in reversed(audited.networks)}
        networks = tuple(first[model] for model in audited.models)[:MOST_NETWORKS]
        stored = audited.stored
        # Raw maps of the method that is scored need not be kept by all networks.
        known = audited.methods
        method = stored.method if stored.method in known or not known else known[0]
        view = cls(
            audited.attributes[0],
            networks,
            method,
            stored.target,
            stored.placement,
            stored.mask,
            stored.threshold,
            stored.filled,
        )
        return replace(view, default=view)

    @classmethod
    def from_query(cls, text: str, audited: "Audited") -> tuple["View", list[str]]:
        """The view of a link.

        Args:
            text: the query of an address, with or without its question mark; whatever it is.
            audited: what there is to see.

        Returns:
            The view, and a sentence for each part of the link that this audit has not: that part is
            as in the default view.
        """
        default = cls.of(audited)
        if len(text) > LONGEST:
            return default, [
                f"The link has {len(text):,} characters; expected {LONGEST:,} at most. The page "
                "opens as it does without one."
            ]
        given: dict[str, list[str]] = {}
        for key, value in parse_qsl(text.removeprefix("?"), True, errors="replace"):
            given.setdefault(key, []).append(value)
        problems = [
            f"The link has {key[:80]!r}, which this page does not know."
            for key in given
            if key not in _PARTS
        ]
        found: dict[str, Any] = {}
        for key, part in _PARTS.items():
            if key not in given:
                continue
            try:
                found |= part.read(given[key], audited)
            except ValueError as error:
                problems.append(f"The link has {key}: {error}; it is left out.")
        return replace(default, **found), problems

    def query(self) -> str:
        """The query of a link to this view, without a question mark: what differs from the default.

        Empty where nothing does.
        """
        pairs: list[tuple[str, str]] = []
        for key, part in _PARTS.items():
            if self.default is None or any(
                getattr(self, name) != getattr(self.default, name) for name in part.names
            ):
                pairs += [(key, value) for value in part.write(self)]
        return urlencode(pairs, errors="replace")

    def conditions(self) -> Conditions:
        """What maps and scores are taken under."""
        return Conditions(
            self.method, self.target, self.placement, self.mask, self.threshold, self.filled
        )

    def choice(self) -> Choice:
        """Which faces are shown, by the scores of the first network."""
        return Choice(
            self.groups,
            self.names,
            {score: (low, high) for score, low, high in self.ranges},
            self.sort,
            self.descending,
            self.networks[0],
        )


@dataclass(frozen=True)
class _Part:
    """One key of a link: how the values of a view are read from it, and written."""

    names: tuple[str, ...]
    read: Callable[[list[str], "Audited"], Mapping[str, Any]]
    write: Callable[[View], list[str]]


def _one(name: str, known: Callable[["Audited"], Any]) -> _Part:
    def read(values: list[str], audited: "Audited") -> dict[str, Any]:
        return {name: _known(values[-1], known(audited))}

    return _Part((name,), read, lambda view: [getattr(view, name)])


def _some(
    name: str, checked: Callable[[str, "Audited"], str], most: int, empty: bool = False
) -> _Part:
    def read(values: list[str], audited: "Audited") -> dict[str, Any]:
        if empty and values == [""]:
            return {name: ()}
        found = dict.fromkeys(checked(value, audited) for value in values)
        if len(found) > most:
            raise ValueError(f"found {len(found)} of them; expected {most} at most")
        return {name: tuple(found)}

    # That nothing is chosen has to be said too, where it is not the default.
    return _Part((name,), read, lambda view: list(getattr(view, name)) or [""] * empty)


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


def _shortly(text: str) -> str:
    return repr(text if len(text) <= 80 else f"{text[:80]}…")


def _read_threshold(values: list[str], _: "Audited") -> dict[str, Any]:
    found = _number(values[-1], 0, 1)
    if found == 1:
        raise ValueError("found 1; expected less: no pixel is above it")
    return {"threshold": found}


def _read_mask(values: list[str], audited: "Audited") -> dict[str, Any]:
    if len(values[-1]) > LONGEST_MASK:
        raise ValueError(f"found {len(values[-1])} characters; expected {LONGEST_MASK} at most")
    try:
        audited.region(values[-1], audited.attributes[0])
    except InputError as error:
        raise ValueError(str(error).removeprefix("mask: ")) from None
    return {"mask": values[-1]}


def _read_drawn(values: list[str], _: "Audited") -> dict[str, Any]:
    if len(values[-1]) > LONGEST_MASK:
        raise ValueError(f"found {len(values[-1])} characters; expected {LONGEST_MASK} at most")
    return {"drawn": values[-1]}


def _read_names(values: list[str], _: "Audited") -> dict[str, Any]:
    if len(values[-1]) > LONGEST_NAMES:
        raise ValueError(f"found {len(values[-1])} characters; expected {LONGEST_NAMES} at most")
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


_PARTS: Final[Mapping[str, _Part]] = {
    "tab": _one("tab", lambda _: TABS),
    "attribute": _one("attribute", lambda audited: audited.attributes),
    "network": _some(
        "networks", lambda value, audited: _known(value, audited.networks), MOST_NETWORKS
    ),
    "method": _one("method", lambda audited: audited.methods),
    "target": _one("target", lambda audited: audited.targets),
    "placement": _one("placement", lambda audited: audited.placements),
    "mask": _Part(("mask",), _read_mask, lambda view: [view.mask]),
    "threshold": _Part(("threshold",), _read_threshold, lambda view: [repr(view.threshold)]),
    "filled": _one("filled", lambda _: ("keep", "leave_out")),
    "group": _some("groups", lambda value, _: _known(value, GROUPS), len(GROUPS), empty=True),
    "names": _Part(("names",), _read_names, lambda view: [view.names]),
    "range": _Part(
        ("ranges",),
        _read_ranges,
        lambda view: [f"{score}:{low!r}:{high!r}" for score, low, high in view.ranges],
    ),
    "sort": _Part(
        ("sort", "descending"),
        _read_sort,
        lambda view: [f"{'-' * view.descending}{view.sort}"],
    ),
    "page": _Part(("page",), _read_page, lambda view: [str(view.page)]),
    "face": _Part(("face",), _read_face, lambda view: [view.face or ""]),
    "pin": _some("pinned", _face, MOST_PINNED),
    "x": _one("x", lambda _: tuple(SCORES)),
    "y": _one("y", lambda _: tuple(SCORES)),
    "average": _one("average", lambda _: AVERAGED),
    "drawn": _Part(("drawn",), _read_drawn, lambda view: [view.drawn]),
}
"""The keys of a link, in the order that they are written in."""


def text_of(search: str | None) -> str:
    """The query of an address, as Dash gives it.

    Raises:
        TypeError: it is no text: no page of ours sent it.
    """
    if not isinstance(search, str | None):
        raise TypeError(f"search: found {type(search).__name__}; expected text")
    return (search or "").removeprefix("?")
