"""The report: one HTML page that holds everything it shows."""

from collections.abc import Mapping, Sequence
from importlib.resources import files
from typing import Any

import pandas as pd
from jinja2 import Environment, StrictUndefined

from heed.attributes import readable
from heed.report.examples import Example
from heed.report.gallery import GalleryRow
from heed.report.pictures import Picture

HEADLINES = {
    "error_rate": "Error rate",
    "balanced_error_rate": "Balanced error rate",
    "amr": "AMR",
    "proportional_energy": "Proportional energy (PE)",
    "pe_predicted_minority": "PE, minority class predicted",
    "pe_predicted_majority": "PE, majority class predicted",
    "pe_gap": "PE gap, minority - majority",
    "empty_rate": "Empty maps",
    "bias_share": "Share of the bias in the decision",
}
"""The first screen's rows: quantities of ``metrics/audit.json`` and their names."""

PERCENTAGES = {"error_rate", "balanced_error_rate", "empty_rate", "bias_share"}


def render_page(
    *,
    audit: Mapping[str, Any],
    statistics: Mapping[str, Any],
    table: pd.DataFrame,
    columns: Mapping[str, str],
    figures: Sequence[Picture],
    average_face: Picture | None,
    gallery: Sequence[GalleryRow],
    examples: Sequence[Example],
    settings: Mapping[str, Mapping[str, Any]],
    inventory: Mapping[str, int],
) -> str:
    """Render the page.

    Args:
        audit: the content of ``metrics/audit.json``.
        statistics: the content of ``metrics/statistics.json``.
        table: the thesis' table: ``attribute`` and ``<model>_<column>``.
        columns: the table's columns per model and their headings.
        figures: figures in the order of the page.
        average_face: the average of the audited faces; None leaves it out.
        gallery: the average maps; empty leaves the section out.
        examples: example faces; empty leaves the section out.
        settings: parameters by key.
        inventory: numbers of faces, by name.

    Returns:
        HTML without any address outside the page.
    """
    environment = Environment(
        autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    environment.filters["readable"] = readable
    environment.filters["cell"] = lambda value: "–" if pd.isna(value) else f"{value:.2f}"
    environment.filters["number"] = lambda value: "–" if value is None else f"{value:.3f}"
    environment.globals["headline"] = _headline
    source = files("heed.report").joinpath("page.html.j2").read_text(encoding="utf-8")
    return environment.from_string(source).render(
        audit=audit,
        answer=answer(audit),
        headlines=HEADLINES,
        statistics=statistics,
        table=table.to_dict("records"),
        columns=columns,
        models=list(audit["models"]),
        figures=figures,
        average_face=average_face,
        gallery=gallery,
        examples=examples,
        settings=settings,
        inventory=inventory,
    )


def answer(audit: Mapping[str, Any]) -> str:
    """One sentence per model on the page's question, made from this run's numbers.

    A gap counts as shown only where its bootstrap interval leaves out 0.

    Args:
        audit: the content of ``metrics/audit.json``.
    """
    sentences = []
    for model, numbers in audit["models"].items():
        gap = numbers["pe_gap"]
        if gap["value"] is None:
            sentences.append(
                f"The {model} network: too few predictions of either class to compare."
            )
            continue
        interval = f"{gap['value']:+.3f}, interval {gap['low']:+.3f} to {gap['high']:+.3f}"
        if gap["low"] > 0:
            found = "looks more into the mask when it predicts the rarer class"
        elif gap["high"] < 0:
            found = "looks more into the mask when it predicts the more frequent class"
        else:
            found = "shows no clear difference between the two classes"
        sentences.append(f"The {model} network {found} ({interval}).")
    return " ".join(sentences)


def _headline(quantity: str, number: Mapping[str, float | None]) -> tuple[str, str]:
    """A number and its interval as printed: in % for rates, else with three decimals."""
    value, low, high = number["value"], number["low"], number["high"]
    if value is None or low is None or high is None:
        return "–", ""
    if quantity in PERCENTAGES:
        return f"{100 * value:.1f} %", f"{100 * low:.1f} – {100 * high:.1f}"
    return f"{value:.3f}", f"{low:.3f} – {high:.3f}"
