"""The study's page: the questions, the figures and the tables, in one file."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

import pandas as pd

from heed.base.names import readable
from heed.figures.registry import Entry
from heed.pages.assets import environment, style
from heed.pages.pictures import Drawing
from heed.pages.policy import content_policy
from heed.probing.page.behind import faces_sentences, trainings_sentence
from heed.probing.page.questions import questions, undefined_sentences
from heed.probing.settings import AnswersParams
from heed.probing.tables import printed

STYLES: Final[dict[str, tuple[str, ...]]] = {
    "heed.pages": ("base.css",),
    "heed.probing.page": ("page.css",),
}
"""The parts of the page's style, by room."""


def render_page(
    tables: Mapping[str, pd.DataFrame],
    params: AnswersParams,
    *,
    figures: Mapping[str, Drawing],
    catalogue: Sequence[Entry],
    origin: Mapping[str, Any],
) -> str:
    """Render the page.

    Args:
        tables: of the stage answers, by name.
        params: which networks, and what counts as readable and as near.
        figures: by name in the catalogue.
        catalogue: of the figures.
        origin: where the numbers come from: words by name.

    Returns:
        HTML without any address outside the page.
    """
    jinja = environment("heed.probing.page")
    jinja.filters["readable"] = readable
    styles = style(STYLES, [])
    return jinja.get_template("page.html.j2").render(
        questions=questions(tables, params),
        table=printed.best_units(
            tables["attributes"], tables["averages"], tables["multitask"], params.networks
        ),
        behind=[
            *faces_sentences(tables["face_counts"], params.few_faces),
            *trainings_sentence(tables["attributes"], params.probed),
        ],
        undefined=undefined_sentences(tables["undefined"]),
        percent=f"{100 * params.confidence:g}",
        figures=figures,
        entries={entry.name: entry for entry in catalogue},
        origin=origin,
        style=styles,
        policy=content_policy([], [styles]),
    )
