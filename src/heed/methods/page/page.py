"""The study's page: the six questions, the figures, and example maps, in one file."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import pandas as pd

from heed.figures.registry import Entry
from heed.methods.map_names import map_name
from heed.methods.page.brief import brief
from heed.methods.page.questions import interval_words, outcome_words, questions
from heed.pages.assets import environment, style
from heed.pages.number import Number, interval, printed
from heed.pages.pictures import Drawing, Picture
from heed.pages.policy import content_policy

STYLES: Final[dict[str, tuple[str, ...]]] = {
    "heed.pages": ("base.css",),
    "heed.methods.page": ("page.css",),
}
"""The parts of the page's style, by room."""


@dataclass(frozen=True)
class Example:
    """One test image with its maps.

    Attributes:
        words: its class and what was predicted.
        pictures: by the map's name, the image itself first.
    """

    words: str
    pictures: Mapping[str, Picture]


def render_page(
    tables: Mapping[str, pd.DataFrame],
    *,
    labels: Mapping[str, str],
    methods: Sequence[str],
    method: str,
    base: str,
    confidence: float,
    figures: Mapping[str, Drawing],
    catalogue: Sequence[Entry],
    examples: Sequence[Example],
    origin: Mapping[str, Any],
) -> str:
    """Render the page.

    Args:
        tables: of the stage answers, by name.
        labels: by metric or outcome its name.
        methods: methods and references, the rows of the table.
        method: whose scores are followed along factors and epochs.
        base: the level that the others are compared with.
        confidence: of the intervals.
        figures: by name in the catalogue.
        catalogue: of the figures.
        examples: images with their maps.
        origin: where the numbers come from: words by name.

    Returns:
        HTML without any address outside the page.
    """
    jinja = environment("heed.methods.page")
    jinja.filters["map_name"] = map_name
    styles = style(STYLES, [])
    asked = questions(tables, labels, method)
    shown = {name for question in asked for name in question.figures}
    entries = {entry.name: entry for entry in catalogue}
    metrics = list(dict.fromkeys(tables["methods"]["metric"]))
    return jinja.get_template("page.html.j2").render(
        questions=asked,
        brief=brief(tables, labels, method),
        outcomes=outcome_words(tables["runs"], base),
        rows=_rows(tables["methods"], methods, metrics),
        metrics=[labels[name] for name in metrics],
        intervals=interval_words(tables["runs"], base, confidence),
        figures=figures,
        entries=entries,
        further=[name for name in entries if name not in shown],
        examples=examples,
        origin=origin,
        style=styles,
        policy=content_policy([], [styles]),
    )


def _rows(
    table: pd.DataFrame, methods: Sequence[str], metrics: Sequence[str]
) -> dict[str, list[tuple[str, str]]]:
    """By method the value and the interval of each metric, printed."""
    cells = {
        (row.method, row.metric): Number(row.value, row.value_low, row.value_high)
        for row in table.itertuples()
    }
    return {
        method: [
            (
                printed(cells[method, metric].value, "share"),
                interval(cells[method, metric], "share"),
            )
            for metric in metrics
        ]
        for method in methods
    }
