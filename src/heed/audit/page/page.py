"""The report: one HTML page that holds everything it shows."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from typing import Any, Final

import pandas as pd
from jinja2 import Environment, FunctionLoader, StrictUndefined
from markupsafe import Markup

from heed.audit.figures.catalogue import FIGURES, run_values
from heed.audit.page.agreement import gap_rows, gaps_apart, headline
from heed.audit.page.answer import counted, covered, lead, measures
from heed.audit.page.average_maps import average_maps_apart
from heed.audit.page.causal import uses
from heed.audit.page.crossed import both_groups
from heed.audit.page.further import bias_and_empty_maps, mask_or_classifier
from heed.audit.page.placement import both_placements
from heed.audit.page.questions import amr_and_error, networks_compared
from heed.audit.page.reported import Settings, reported
from heed.audit.page.sections import Row, Section
from heed.audit.page.two_groups import correct_and_incorrect, with_and_without
from heed.base.names import readable
from heed.figures.theme import model_colours
from heed.pages.pictures import Picture
from heed.pages.places import public

STYLES: Final = ("style.css", "table.css", "gallery.css")
SCRIPTS: Final = ("table.js", "gallery.js", "print.js")
"""What is written into the page's head and at its end."""


@dataclass(frozen=True)
class Results:
    """What the audit found.

    Attributes:
        audit: the content of ``metrics/audit.json``.
        statistics: of ``metrics/statistics.json``.
        amr: ``metrics/tables/amr.csv``.
        groups: ``metrics/tables/groups.csv``.
        kl: ``metrics/tables/kl.csv``.
        intensity: ``metrics/tables/intensity.csv``.
        crossed: ``metrics/tables/crossed.csv``.
        causal: ``metrics/tables/causal.csv``.
        versions: ``metrics/tables/mask_versions.csv``, its column ``version`` as text.
        overlap: ``metrics/tables/mask_overlap.csv``, ``reference`` and ``version`` as text.
        gaps: ``metrics/tables/gap_versions.csv``, ``version`` as text.
        placements: ``metrics/tables/placements.csv``, its column ``version`` as text.
    """

    audit: Mapping[str, Any]
    statistics: Mapping[str, Any]
    amr: pd.DataFrame
    groups: pd.DataFrame
    kl: pd.DataFrame
    intensity: pd.DataFrame
    crossed: pd.DataFrame
    causal: pd.DataFrame
    versions: pd.DataFrame
    overlap: pd.DataFrame
    gaps: pd.DataFrame
    placements: pd.DataFrame


@dataclass(frozen=True)
class Origin:
    """Where the page's numbers come from, for its last section.

    Attributes:
        inventory: numbers of faces, by name.
        remarks: what the inventory left out or found odd, as it says it.
        versions: of Python and of the packages, by name.
        commit: of the code and the parameters, in words.
    """

    inventory: Mapping[str, int]
    remarks: Sequence[str]
    versions: Mapping[str, str]
    commit: str


def render_page(
    results: Results,
    *,
    figures: Mapping[str, Picture],
    table: Any,
    gallery: Mapping[str, Any] | None,
    settings: Mapping[str, Mapping[str, Any]],
    origin: Origin,
) -> str:
    """Render the page.

    Args:
        results: what the audit found.
        figures: by name in the catalogue; one that is not among them is left out.
        table: the table of attributes, for ``table.html.j2``.
        gallery: the faces, for ``gallery.html.j2``; None leaves the section out.
        settings: parameters by key.
        origin: where the numbers come from.

    Returns:
        HTML without any address outside the page.
    """
    environment = Environment(
        autoescape=True,
        undefined=StrictUndefined,
        loader=FunctionLoader(_text),
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["readable"] = readable
    environment.filters["by_quantity"] = _by_quantity
    environment.filters["parameter"] = _parameter
    sections = sections_of(results, settings)
    models = list(results.audit["models"])
    catalogue = {
        entry.name: entry
        for entry in FIGURES.entries(run=run_values(weightings_of(models, settings)))
    }
    return environment.get_template("page.html.j2").render(
        headline=headline(results.gaps, models),
        lead=[
            *filter(None, [gaps_apart(results.gaps, models)]),
            *lead(results.audit, settings["aggregate"]["confidence"]),
        ],
        gaps=gap_rows(results.gaps),
        measures=measures(results.audit),
        faces=results.audit["faces"],
        covered=covered(results.audit),
        counted=counted(results.audit, settings["aggregate"]["least_faces"]),
        models=models,
        colours=model_colours(models),
        sections=sections,
        further=further_figures(sections, catalogue),
        figures=figures,
        catalogue=catalogue,
        table=table,
        gallery=gallery,
        settings=settings,
        origin=origin,
        styles=[_asset(name) for name in STYLES],
        scripts=[_asset(name) for name in SCRIPTS],
    )


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
    return [
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
        mask_or_classifier(results.versions, results.overlap, str(settings["mask"]["version"])),
        both_placements(
            results.placements, str(settings["mask"]["version"]), settings["cam"]["placement"]
        ),
        uses(results.causal, results.versions, str(settings["mask"]["version"]), settings),
        bias_and_empty_maps(results.audit, results.groups),
        both_groups(results.crossed),
    ]


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


def _parameter(value: Any) -> str:
    """A value as ``params.yaml`` has it; of a place outside the project only what it is called."""
    if isinstance(value, list | tuple):
        return ", ".join(map(str, value))
    return public(value) if isinstance(value, str) else json.dumps(value)


def _text(name: str) -> str | None:
    """A file beside this module; None, as jinja expects it, where there is none."""
    file = files("heed.audit.page").joinpath(name)
    return file.read_text(encoding="utf-8") if file.is_file() else None


def _asset(name: str) -> Markup:
    """A style sheet or a script of ours, which needs no escaping."""
    return Markup(files("heed.audit.page").joinpath(name).read_text(encoding="utf-8"))
