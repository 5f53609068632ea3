"""The figure of each section: what its sentence says, attribute by attribute."""

from collections.abc import Mapping, Sequence
from math import isnan
from typing import Any

import pandas as pd

from heed.audit.page.results import Results
from heed.audit.page.sections import Plot
from heed.base.names import readable
from heed.base.rounding import count_text
from heed.masks.names import EVIDENCE
from heed.metrics.estimates import OVERALL
from heed.pages.number import Number, Unit
from heed.pages.scatter import Axis, Datum, scatter
from heed.pages.strips import Entry, by_size, strips

Settings = Mapping[str, Mapping[str, Any]]


def plots(results: Results, settings: Settings) -> dict[str, Plot]:
    """The figures by the section that they stand in.

    Args:
        results: what the audit found.
        settings: parameters by key.
    """
    least = settings["aggregate"]["least_faces"]
    found = {
        "question-1": amr_and_error(results),
        "question-2": _gap(
            results, "amr_incorrect_gap", "AMR of wrong less that of right answers", least
        ),
        "question-3": _gap(
            results,
            "amr_label_gap",
            "AMR of faces with the attribute less that of faces without it",
            least,
        ),
        "question-4": _gap(
            results,
            "pe_gap",
            "PE where the minority class is predicted less PE where the majority class is",
            least,
            apart=True,
        ),
        "question-5": _means(results, "intensity", "Intensity of maps, 0 to 1", "share"),
        "masks": masks_and_evidence(results, str(settings["mask"]["version"])),
        "causal": flips(results),
        "other-scores": _means(results, "pixel_roc_auc", "ROC AUC of pixels, 0 to 1", "share"),
        "bias": _means(results, "bias_share", "Share of the bias in an answer", "percent"),
        "groups": groups(results, least),
    }
    return {name: plot for name, plot in found.items() if plot is not None}


def amr_and_error(results: Results) -> Plot | None:
    """Question 1: error rate over AMR, a point for each attribute and network."""
    models = list(results.audit["models"])
    table = results.amr[results.amr["attribute"] != OVERALL]
    data = [
        Datum(readable(str(row.attribute)), place, float(amr), float(error), str(row.attribute))
        for place, model in enumerate(models)
        for row, amr, error in zip(
            table.itertuples(), table[f"{model}_amr"], table[f"{model}_error_rate"], strict=True
        )
    ]
    drawn = scatter(models, data, Axis("AMR", "share"), Axis("error rate", "percent"))
    return Plot("Error rate over AMR, a mark for each attribute and network.", points=drawn)


def masks_and_evidence(results: Results, audited: str) -> Plot | None:
    """Normalised AMR against the evidence over that against the masks."""
    versions = results.versions[results.versions["attribute"] != OVERALL]
    wide = versions.pivot_table(
        index=["model", "attribute"], columns="version", values="amr_normalised", dropna=False
    )
    if not {audited, EVIDENCE} <= set(wide.columns) or audited == EVIDENCE:
        return None
    models = list(results.audit["models"])
    data = [
        Datum(readable(attribute), models.index(model), float(mask), float(truth), attribute)
        for (model, attribute), mask, truth in zip(
            wide.index, wide[audited], wide[EVIDENCE], strict=True
        )
    ]
    drawn = scatter(
        models, data, Axis(f"normalised AMR, masks {audited}", "share"),
        Axis("normalised AMR, evidence", "share"),
    )  # fmt: skip
    return Plot(
        "Normalised AMR against the evidence over that against the masks. Low in both: the network "
        "looks elsewhere. Low against the mask alone: the mask is wrong.",
        points=drawn,
    )


def flips(results: Results) -> Plot | None:
    """How far each attribute's logit moves when it is switched in the drawn face."""
    table = results.causal[results.causal["metric"] == "flip"]
    if table.empty:
        return None
    return _strips(
        results, table, ("mean", "low", "high"), "share", True,
        "Move of a logit when its attribute is switched in the drawn face, in standard deviations",
    )  # fmt: skip


def groups(results: Results, least: int) -> Plot | None:
    """The difference in error rate between faces with and without the second attribute.

    Args:
        results: what the audit found.
        least: fewest faces for which an attribute counts.
    """
    crossed = results.crossed[results.crossed["metric"] == "error_rate"]
    if crossed.empty:
        return None
    second = str(crossed["cross"].iloc[0])
    return _strips(
        results, crossed[crossed["cross"] == second],
        ("difference", "difference_low", "difference_high"), "percent", True,
        f"Error rate of faces with {readable(second)} less that of faces without it",
        n="n_with", least=least,
    )  # fmt: skip


def _gap(results: Results, gap: str, title: str, least: int, *, apart: bool = False) -> Plot | None:
    table = results.own_gaps[results.own_gaps["gap"] == gap]
    return _strips(
        results, table, ("value", "low", "high"), "share", True, title, apart=apart, least=least
    )  # fmt: skip


def _means(results: Results, metric: str, title: str, unit: Unit) -> Plot | None:
    chosen = (results.groups["metric"] == metric) & (results.groups["group"] == "all")
    table = results.groups[chosen]
    if table["mean"].isna().all():
        return None
    several = len(results.audit["models"]) > 1
    return _strips(
        results, table, ("mean", "low", "high"), unit, False, title, apart=several
    )  # fmt: skip


def _strips(
    results: Results,
    table: pd.DataFrame,
    columns: Sequence[str],
    unit: Unit,
    signed: bool,
    title: str,
    *,
    apart: bool = False,
    n: str = "n",
    least: int = 0,
) -> Plot:
    """A strip for each attribute, with all networks on it; marks of few faces are hollow."""
    models = list(results.audit["models"])
    chosen = table[table["attribute"] != OVERALL]
    rows = chosen.set_index(["attribute", "model"]).to_dict("index")
    entries = [
        Entry(
            readable(attribute),
            [
                Number(*(float(rows[attribute, model][name]) for name in columns))
                for model in models
            ],
            [_faces(rows[attribute, model].get(n)) for model in models],
            attribute,
            hollow=[
                not isnan(rows[attribute, model][columns[0]])
                and rows[attribute, model].get(n, least) < least
                for model in models
            ],
        )
        for attribute in dict.fromkeys(chosen["attribute"].astype(str))
    ]
    apart = apart and len(models) > 1
    how = "by how far the networks are apart" if apart else "by size"
    drawn = strips(models, by_size(entries, difference=apart), unit, signed=signed)
    caption = f"{title}. Sorted {how}, the largest first; bars are intervals."
    if apart and any(isnan(number.value) for entry in entries for number in entry.numbers):
        caption += (
            " A dash: one of the classes is predicted for no face; attributes with a number of one "
            "network are last."
        )
    if any(any(entry.hollow) for entry in entries):
        caption += (
            f" Hollow, without an interval, and sorted last: of fewer than {least} faces, which "
            "counts in no mean."
        )
    if n in table:
        replicates = {of["replicates"] for of in results.audit["models"].values()}
        mean = " (a mean over the trainings)" if max(replicates) > 1 else ""
        caption += f" n: faces{mean}."
    return Plot(caption, lines=drawn)


def _faces(n: float | None) -> str:
    """The number of faces of an attribute and network; nothing where the table has none."""
    return "" if n is None else f"n\N{NO-BREAK SPACE}=\N{NO-BREAK SPACE}{count_text(float(n))}"
