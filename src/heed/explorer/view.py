"""What a link to the explorer restores: all that is chosen in the page, as an address's query."""

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import parse_qsl, urlencode

from heed.explorer.choice import BY_PLACE, Choice
from heed.explorer.conditions import Conditions
from heed.explorer.link_parts import MOST_NETWORKS, PARTS, TABS
from heed.explorer.score_columns import GROUPS

if TYPE_CHECKING:
    from heed.explorer.audited import Audited

LONGEST: Final = 16_384
"""Characters of a link, and more than the page itself writes."""


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
            if key not in PARTS
        ]
        found: dict[str, Any] = {}
        for key, part in PARTS.items():
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
        for key, part in PARTS.items():
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


def text_of(search: str | None) -> str:
    """The query of an address, as Dash gives it.

    Raises:
        TypeError: it is no text: no page of ours sent it.
    """
    if not isinstance(search, str | None):
        raise TypeError(f"search: found {type(search).__name__}; expected text")
    return (search or "").removeprefix("?")
