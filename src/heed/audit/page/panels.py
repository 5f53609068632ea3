"""The three numbers that carry the page's answer, each on its scale and under every mask."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from heed.masks.names import EVIDENCE
from heed.metrics.estimates import OVERALL
from heed.pages.number import Number, Unit, interval, printed
from heed.pages.strips import Entry, Strips, strips
from heed.pages.wording import listed


@dataclass(frozen=True)
class Level:
    """One network's number, as printed: value and interval."""

    value: str
    bounds: str


@dataclass(frozen=True)
class Panel:
    """One number of the first screen.

    Attributes:
        key: its place in addresses.
        question: what it answers, in plain words.
        meaning: what it is.
        levels: one per network.
        strips: the same under every version of the masks, or counted otherwise.
    """

    key: str
    question: str
    meaning: str
    levels: Sequence[Level]
    strips: Strips


def panels(
    audit: Mapping[str, Any],
    gaps: pd.DataFrame,
    versions: pd.DataFrame,
    scales: pd.DataFrame,
    settings: Mapping[str, Mapping[str, Any]],
) -> list[Panel]:
    """Looking away, looking at the right place at all, and errors.

    Args:
        audit: the content of ``metrics/audit.json``.
        gaps: ``metrics/tables/gap_versions.csv``, ``version`` as text.
        versions: ``metrics/tables/mask_versions.csv``, likewise.
        scales: ``metrics/tables/scales.csv``, likewise.
        settings: parameters by key.
    """
    models = list(audit["models"])
    audited, placed = str(settings["mask"]["version"]), settings["cam"]["placement"]
    return [
        Panel(
            "panel-gap",
            "Does it look away when giving the usual answer?",
            "PE gap: how much less of the map lies in the mask then. Above 0, it looks away.",
            _levels(audit, "pe_gap", "share", signed=True),
            strips(models, _gap_entries(gaps, models, audited, placed), "share", signed=True),
        ),
        Panel(
            "panel-amr",
            "Does it look where it should at all?",
            "AMR: how well the brightest part of the map fits the mask. Grey: from a uniform map "
            "to the ceiling.",
            _levels(audit, "amr", "share"),
            strips(models, _amr_entries(audit, versions, scales, audited), "share"),
        ),
        Panel(
            "panel-error",
            "How often is it wrong?",
            "Balanced error counts both answers of an attribute alike, however rare one is.",
            _levels(audit, "error_rate", "percent"),
            strips(
                models,
                [
                    Entry(name, [Number.of(of[key]) for of in audit["models"].values()])
                    for key, name in (
                        ("error_rate", "error rate"),
                        ("balanced_error_rate", "balanced error"),
                    )
                ],
                "percent",
            ),
        ),
    ]


def _levels(audit: Mapping[str, Any], key: str, unit: Unit, *, signed: bool = False) -> list[Level]:
    numbers = [Number.of(of[key]) for of in audit["models"].values()]
    return [
        Level(printed(n.value, unit, signed=signed), interval(n, unit, signed=signed))
        for n in numbers
    ]


def called(version: str, audited: str) -> str:
    """A version of the masks as the scale names it; that of the page's other numbers is marked."""
    name = version if version == EVIDENCE else f"masks {version}"
    return f"{name} *" if version == audited else name


def _gap_entries(
    gaps: pd.DataFrame, models: Sequence[str], audited: str, placed: str
) -> list[Entry]:
    """A line per version of the masks, with the placement of the page's other numbers."""
    known = set(gaps["placement"])
    of_placement = gaps[gaps["placement"] == (placed if placed in known else min(known))]
    entries = []
    for version, of_version in of_placement.groupby("version", sort=False):
        of_models = of_version.set_index("model")
        numbers = [
            Number(*map(float, of_models.loc[model, ["value", "low", "high"]])) for model in models
        ]
        entries.append(Entry(called(str(version), audited), numbers))
    return entries


def _amr_entries(
    audit: Mapping[str, Any], versions: pd.DataFrame, scales: pd.DataFrame, audited: str
) -> list[Entry]:
    overall = versions[versions["attribute"] == OVERALL]
    bands = scales[scales["attribute"] == OVERALL]
    models = list(audit["models"])
    entries = []
    for version, of_version in overall.groupby("version", sort=True):
        amr = of_version.set_index("model")["amr"]
        numbers = [
            Number.of(audit["models"][model]["amr"]) if version == audited
            else Number(float(amr[model]))
            for model in models
        ]  # fmt: skip
        of_band = bands[bands["version"] == version][["amr_uniform", "amr_ceiling"]]
        one = of_band.drop_duplicates()  # networks of different grids have scales of their own
        band = (float(one.iloc[0, 0]), float(one.iloc[0, 1])) if len(one) == 1 else None
        entries.append(Entry(called(str(version), audited), numbers, band=band))
    return entries


def empty_maps(audit: Mapping[str, Any]) -> str:
    """How many maps are empty, in a sentence."""
    rates = {name: of["empty_rate"]["value"] for name, of in audit["models"].items()}
    if all(rate == 0 for rate in rates.values()):
        return "No map is empty."
    told = [
        f"{printed(float('nan') if rate is None else rate, 'percent')} of {name}"
        for name, rate in rates.items()
    ]
    return f"Empty maps: {listed(told)}.".replace(" %", "\N{NO-BREAK SPACE}%")
