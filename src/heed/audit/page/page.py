"""The report: one HTML page that holds everything it shows."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

import pandas as pd

from heed.audit.figures.catalogue import FIGURES, run_values
from heed.audit.page.agreement import gap_rows, gaps_by, headline, surety
from heed.audit.page.answer import counted, covered, lead, measures
from heed.audit.page.average_maps import average_maps_apart
from heed.audit.page.behind import BEHIND, printed_value
from heed.audit.page.cards import cards
from heed.audit.page.causal import uses
from heed.audit.page.citations import citations
from heed.audit.page.crossed import both_groups
from heed.audit.page.face_choice import OUTCOMES
from heed.audit.page.further import bias_and_empty_maps, mask_or_classifier
from heed.audit.page.gallery import colour_key
from heed.audit.page.other_scores import other_scores
from heed.audit.page.page_data import numbers_json
from heed.audit.page.panels import empty_maps, other_attributes, panels
from heed.audit.page.parameters import beside_defaults, default_settings
from heed.audit.page.placement import both_placements
from heed.audit.page.plots import plots
from heed.audit.page.questions import amr_and_error, networks_compared
from heed.audit.page.reported import Settings, reported
from heed.audit.page.results import Origin, Results
from heed.audit.page.same_attributes import gaps_on_the_same
from heed.audit.page.sections import Row, Section
from heed.audit.page.statements import USE, ethics, evaluated, limits
from heed.audit.page.terms import TERMS
from heed.audit.page.trained import (
    begun_at_the_prior,
    chosen_pair,
    selection,
    spelled,
    trained_alike,
    weighting_terms,
)
from heed.audit.page.two_groups import correct_and_incorrect, with_and_without
from heed.base.names import readable
from heed.figures.theme import model_colours
from heed.masks.names import EVIDENCE
from heed.pages.assets import environment, script, style
from heed.pages.glossary import marked, once_per_section
from heed.pages.pictures import Drawing, Picture
from heed.pages.policy import content_policy
from heed.pages.wording import parts

PARTS: Final[dict[str, tuple[str, ...]]] = {
    "heed.pages": ("elements.js", "maps.js", "terms.js", "scatter.js"),
    "heed.audit.page": ("view.js", "first.js", "index.js", "attribute.js", "table.js"),
}
"""The parts of the page's script, by room, in their order."""

STYLES: Final[dict[str, tuple[str, ...]]] = {
    "heed.pages": ("base.css", "strips.css", "maps.css"),
    "heed.audit.page": ("page.css",),
}
"""The same of its style."""


def first_note(models: Sequence[str], switched: bool, apart: str | None) -> str:
    """Why the first screen shows the attribute that it begins with.

    Args:
        models: the networks.
        switched: whether faces were drawn again.
        apart: of :func:`heed.audit.page.first_face.first_example`.
    """
    clear = "differ clearly" if len(models) > 1 else "are clear"
    where = {
        "as_is": ", and of which the networks answer differently for a face shown",
        "switched": ", and of which the networks answer differently for a switched face",
    }.get(apart or "", "")
    answers = {1: "its answer", 2: "both answers"}.get(len(models), "all answers")
    by = f"whose switching moves {answers} most" if switched else "where it is so most"
    return f"Shown first: of the attributes whose PE gaps {clear}{where}, the one {by}."


def render_page(
    results: Results,
    *,
    figures: Mapping[str, Picture | Drawing],
    table: Any,
    data: Mapping[str, Any],
    settings: Mapping[str, Mapping[str, Any]],
    origin: Origin,
) -> str:
    """Render the page.

    Args:
        results: what the audit found.
        figures: by name in the catalogue; one that is not among them is left out.
        table: the table of attributes, for ``table.html.j2``.
        data: of :func:`heed.audit.page.page_data.page_data`.
        settings: parameters by key.
        origin: where the numbers come from.

    Returns:
        HTML without any address outside the page.
    """
    jinja = environment("heed.audit.page")
    jinja.filters["readable"] = readable
    jinja.filters["by_quantity"] = _by_quantity
    jinja.filters["parameter"] = printed_value
    jinja.filters["parts"] = parts
    models = list(results.audit["models"])
    terms = [*TERMS, *weighting_terms(models, settings)]
    jinja.filters["terms"] = lambda text: marked(text, TERMS)
    sections = sections_of(results, settings)
    gaps = gaps_on_the_same(results.gaps, models)
    catalogue = {
        entry.name: entry
        for entry in FIGURES.entries(run=run_values(weightings_of(models, settings)))
    }
    colours = [model_colours(models)[name] for name in models]
    styles, scripts = style(STYLES, colours), script(PARTS)
    page = jinja.get_template("page.html.j2").render(
        headline=headline(gaps, models),
        surety=surety(gaps, models, way_of(results.gaps, settings)),
        trained=trained_alike(models, settings, origin.inventory.get("train", 0)),
        begun=begun_at_the_prior(models, settings),
        chosen=chosen_pair(models, settings),
        selection=selection(models, settings),
        spelled=spelled,
        lead=lead(results.audit, settings["aggregate"]["confidence"]),
        panels=panels(
            results.audit,
            results.gaps,
            results.versions,
            results.scales,
            results.groups,
            settings,
        ),
        other_attributes=other_attributes(results.audit),
        empty=empty_maps(results.audit),
        first_note=first_note(
            models,
            bool(data["first"] and data["first"]["flips"]),
            data["first"] and data["first"].get("apart"),
        ),
        outcomes=OUTCOMES,
        evidence=EVIDENCE in set(results.versions["version"]),
        key=colour_key(),
        terms=terms,
        gaps=gap_rows(results.gaps),
        measures=measures(results.audit),
        faces=results.audit["faces"],
        covered=covered(results.audit),
        counted=counted(results.audit, settings["aggregate"]["least_faces"]),
        models=models,
        sections=sections,
        further=further_figures(sections, catalogue),
        figures=figures,
        catalogue=catalogue,
        table=table,
        data={**data, "numbers": numbers_json(table, results.groups)},
        settings=settings,
        origin=origin,
        cards=cards(results, table, settings, origin),
        evaluated=evaluated(results.audit, settings),
        use=USE,
        limits=[*filter(None, [selection(models, settings)]), *limits(results.audit, settings)],
        ethics=ethics(settings),
        citations=citations(settings, origin.versions.get("heed", "")),
        crossed=next((each.short for each in sections if each.anchor == "groups"), ""),
        behind=BEHIND,
        parameters=beside_defaults(settings, default_settings()),
        style=styles,
        script=scripts,
        policy=content_policy([scripts], [styles]),
    )
    return once_per_section(page)


def sections_of(results: Results, settings: Mapping[str, Mapping[str, Any]]) -> list[Section]:
    """The five questions in their order, then the mask, placement, use, the bias, and groups.

    Args:
        results: what the audit found.
        settings: parameters by key.
    """
    models = results.audit["models"]
    published = reported(weightings_of(models, settings), settings)
    bootstrap = settings["statistics"]
    confidence = bootstrap["confidence"]
    tables = (results.audit, results.groups)
    sections = [
        amr_and_error(results.statistics, published),
        correct_and_incorrect(*tables, published, settings["aggregate"]["confidence"]),
        with_and_without(*tables, published, settings["aggregate"]["confidence"]),
        networks_compared(results.audit, published, settings["aggregate"]["least_faces"]),
        average_maps_apart(
            results.kl,
            published,
            results.intensity,
            results.groups,
            resamples=bootstrap["resamples"],
            confidence=confidence,
            seed=bootstrap["seed"],
        ),
        mask_or_classifier(
            results.versions,
            results.overlap,
            way_of(results.gaps, settings)[0],
            gaps_by(
                gaps_on_the_same(results.gaps, list(models)),
                list(models),
                (EVIDENCE, way_of(results.gaps, settings)[1]),
            ),
        ),
        both_placements(
            results.placements, str(settings["mask"]["version"]), settings["cam"]["placement"]
        ),
        uses(results.causal, results.versions, str(settings["mask"]["version"]), settings),
        other_scores(results.groups),
        bias_and_empty_maps(results.audit, results.groups),
        both_groups(results.crossed),
    ]
    drawn = plots(results, settings)
    return [replace(section, plot=drawn.get(section.anchor)) for section in sections]


def way_of(gaps: pd.DataFrame, settings: Settings) -> tuple[str, str]:
    """How the page's numbers are scored: the version of the masks, and the placement of maps.

    Args:
        gaps: ``metrics/tables/gap_versions.csv``, which may not have all placements.
        settings: parameters by key.
    """
    placed, known = settings["cam"]["placement"], set(gaps["placement"])
    return str(settings["mask"]["version"]), placed if placed in known else min(known)


def weightings_of(models: Iterable[str], settings: Settings) -> dict[str, str | None]:
    """How each network's loss was weighted; None where nothing is said of its training."""
    return {name: settings[f"models.{name}"].get("weighting") for name in models}


def further_figures(sections: Iterable[Section], catalogue: Iterable[str]) -> list[str]:
    """Names of the catalogue's figures that no section shows."""
    shown = {name for section in sections for name in section.figures}
    return [name for name in catalogue if name not in shown]


def _by_quantity(rows: Sequence[Row]) -> dict[str, list[Row]]:
    """Rows of one quantity together, in the order of their first."""
    return {
        name: [row for row in rows if row.quantity == name]
        for name in dict.fromkeys(row.quantity for row in rows)
    }
