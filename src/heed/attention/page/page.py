"""The study's page: the questions, the figures and the tables, in one file."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from heed.attention.page.concealed import concealed
from heed.attention.page.cost import cost
from heed.attention.page.found import Found
from heed.attention.page.judged import judged
from heed.attention.page.maps import control, maps
from heed.attention.page.paper import paper
from heed.attention.page.question import Question
from heed.attention.page.recall import recall
from heed.figures.registry import Entry
from heed.pages.assets import environment, style
from heed.pages.pictures import Drawing, Picture
from heed.pages.policy import content_policy

STYLES: Final[dict[str, tuple[str, ...]]] = {
    "heed.pages": ("base.css",),
    "heed.attention.page": ("page.css",),
}
"""The parts of the page's style, by room."""


def questions(found: Found, source: str) -> list[Question]:
    """The questions in their order.

    Args:
        found: the study and its tables.
        source: which faces and networks they are of, in words.
    """
    return [
        recall(found),
        maps(found),
        control(found),
        cost(found),
        concealed(found),
        paper(found, source),
        judged(found),
    ]


def render_page(
    found: Found,
    *,
    source: str,
    figures: Mapping[str, Drawing | Picture],
    catalogue: Sequence[Entry],
    origin: Mapping[str, Any],
) -> str:
    """Render the page.

    Args:
        found: the study and its tables.
        source: which faces and networks they are of, in words.
        figures: by name in the catalogue.
        catalogue: of the figures.
        origin: where the numbers come from: words by name.

    Returns:
        HTML without any address outside the page.
    """
    styles = style(STYLES, [])
    return (
        environment("heed.attention.page")
        .get_template("page.html.j2")
        .render(
            questions=questions(found, source),
            source=source,
            percent=f"{100 * found.confidence:g}",
            drawings={name: each for name, each in figures.items() if isinstance(each, Drawing)},
            pictures={name: each for name, each in figures.items() if isinstance(each, Picture)},
            entries={entry.name: entry for entry in catalogue},
            origin=origin,
            style=styles,
            policy=content_policy([], [styles]),
        )
    )
