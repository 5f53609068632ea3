"""The three numbers that carry the page's answer, each on its scale and under every mask."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import pandas as pd

from heed.audit.page.same_attributes import (
    gap_apart,
    gaps_on_the_same,
    numbers_on_the_same,
    pair_of,
)
from heed.masks.names import EVIDENCE
from heed.metrics.estimates import OVERALL
from heed.pages.number import MINUS, Number, Unit, interval, printed, told
from heed.pages.strips import Entry, Strips, strips
from heed.pages.wording import listed, networks


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
        remark: what has to be known of the numbers; may be empty.
        apart: by how much two networks differ, with its interval; may be empty.
    """

    key: str
    question: str
    meaning: str
    levels: Sequence[Level]
    strips: Strips
    remark: str = ""
    apart: str = ""


def panels(
    audit: Mapping[str, Any],
    gaps: pd.DataFrame,
    versions: pd.DataFrame,
    scales: pd.DataFrame,
    groups: pd.DataFrame,
    settings: Mapping[str, Mapping[str, Any]],
) -> list[Panel]:
    """Looking away, looking at the right place at all, and errors.

    Args:
        audit: the content of ``metrics/audit.json``.
        gaps: ``metrics/tables/gap_versions.csv``, ``version`` as text.
        versions: ``metrics/tables/mask_versions.csv``, likewise.
        scales: ``metrics/tables/scales.csv``, likewise.
        groups: ``metrics/tables/groups.csv``.
        settings: parameters by key.
    """
    models = list(audit["models"])
    audited, placed = str(settings["mask"]["version"]), settings["cam"]["placement"]
    own_gaps = numbers_on_the_same(audit)
    on_the_same = gaps_on_the_same(gaps, models)
    who = "the network" if len(models) == 1 else "each network"
    return [
        Panel(
            "panel-gap",
            f"Does {who} look away when it predicts the majority class?",
            "PE gap: how much less of the map lies in the mask where the majority class is "
            "predicted (the answer that is right for most training faces) than where the minority "
            "class is. Above 0: it looks away.",
            [_level(Number.of(gap), "share", signed=True) for gap in own_gaps.values()],
            strips(
                models, _gap_entries(on_the_same, models, audited, placed), "share", signed=True
            ),
            gap_counts(audit, groups, settings["aggregate"]["least_faces"]),
            gap_apart(audit),
        ),
        Panel(
            "panel-amr",
            f"Does {who} look where it should at all?",
            f"{on_the_way(versions, models, audited)} AMR: how well the brightest part of the map "
            "fits the mask. Grey: from a uniform map to the ceiling.".strip(),
            _levels(audit, "amr", "share"),
            strips(models, _amr_entries(audit, versions, scales, audited), "share"),
        ),
        Panel(
            "panel-error",
            f"How often is {who} wrong?",
            "Balanced error counts both classes of an attribute alike, however rare one is.",
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


def _levels(audit: Mapping[str, Any], key: str, unit: Unit) -> list[Level]:
    return [_level(Number.of(of[key]), unit) for of in audit["models"].values()]


def _level(number: Number, unit: Unit, *, signed: bool = False) -> Level:
    return Level(printed(number.value, unit, signed=signed), interval(number, unit, signed=signed))


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
        numbers, wider = (
            [Number(*map(float, of_models.loc[model, ["value", *ends]])) for model in models]
            for ends in (("low", "high"), ("attributes_low", "attributes_high"))
        )
        entries.append(Entry(called(str(version), audited), numbers, wider=wider))
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
        # intervals are known of the audited masks alone, and stand above the strips
        numbers = [
            Number(
                Number.of(audit["models"][model]["amr"]).value
                if version == audited
                else float(amr[model])
            )
            for model in models
        ]
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
        f"{printed(float('nan') if rate is None else rate, 'percent')} of {networks([name])}"
        for name, rate in rates.items()
    ]
    return f"Empty maps: {listed(told)}.".replace(" %", "\N{NO-BREAK SPACE}%")


def gap_counts(audit: Mapping[str, Any], groups: pd.DataFrame, least_faces: int) -> str:
    """Over how many attributes the gaps are, and how seldom networks predict a minority class.

    Args:
        audit: the content of ``metrics/audit.json``.
        groups: ``metrics/tables/groups.csv``.
        least_faces: fewest faces of a class for which an attribute counts.
    """
    models, apart = audit["models"], pair_of(audit)
    counts = {name: of["pe_attributes"] for name, of in models.items()}
    both = {*counts.values(), *([] if apart is None else [apart["pe_attributes"]])}
    if len(both) == 1:
        return ""
    if apart is None:
        each = [f"{count} attributes for {networks([name])}" for name, count in counts.items()]
        sentences = [
            f"Over the attributes of which a network predicts both classes often enough: "
            f"{listed(each)}."
        ]
    else:
        sentences = [
            f"All of this is over the {apart['pe_attributes']} attributes of which both networks "
            f"predict each class for at least {least_faces} faces.",
            *_over_its_own(models, apart["pe_attributes"]),
        ]
    minority = groups[
        (groups["group"] == "predicted_minority")
        & (groups["metric"] == "proportional_energy")
        & (groups["attribute"] != OVERALL)
    ]
    for name in models:
        n = minority.loc[minority["model"] == name, "n"].fillna(0)
        few, none = int((n < least_faces).sum()), int((n == 0).sum())
        if few:
            never = f", in {none} of them of none" if 0 < none < few else ""
            sentences.append(
                f"For {few} attributes {networks([name])} predicts the minority class of "
                + (f"fewer than {least_faces} faces{never}." if none < few else "no face.")
            )
    return " ".join(sentences)


def _over_its_own(models: Mapping[str, Any], both: int) -> list[str]:
    """The gaps of networks for which more attributes count than for both, in a sentence."""
    found = [
        f"{told(Number.of(of['pe_gap']), 'share', signed=True)} for {networks([name])} "
        f"({of['pe_attributes']} attributes)"
        for name, of in models.items()
        if of["pe_attributes"] > both
    ]
    return [f"Over all that count for one network alone it is {listed(found)}."] if found else []


def other_attributes(audit: Mapping[str, Any]) -> str:
    """What the intervals of the gaps leave out, where other attributes might turn the finding.

    Args:
        audit: the content of ``metrics/audit.json``.
    """
    apart = pair_of(audit)
    found, counts = [], set()
    for name, gap in numbers_on_the_same(audit).items():
        here, wider = Number.of(gap), Number.over_attributes(gap)
        if here.direction() in ("up", "down") and wider.direction() != here.direction():
            low, high = (printed(end, "share", signed=True) for end in (wider.low, wider.high))
            found.append(f"{networks([name])} would lie between {low} and {high}")
            counts.add((audit["models"][name] if apart is None else apart)["pe_attributes"])
    if not found:
        return ""
    these = f"these {counts.pop()} attributes" if len(counts) == 1 else "these attributes"
    return (
        f"They hold for {these}; over other attributes the PE gap of {listed(found)} (thin lines)."
    )


SHARES: Final = {
    0.1: "a tenth", 0.2: "a fifth", 0.25: "a quarter", 1 / 3: "a third", 0.4: "two fifths",
    0.5: "half", 0.6: "three fifths", 2 / 3: "two thirds", 0.75: "three quarters",
    0.9: "nine tenths",
}  # fmt: skip
"""Parts of a way, in words."""

ALIKE: Final = 0.1
"""How far networks may be apart in normalised AMR for one word to hold of all."""


def on_the_way(versions: pd.DataFrame, models: Sequence[str], audited: str) -> str:
    """How far the maps are from looking anywhere to looking as well as they can, in words.

    Args:
        versions: ``metrics/tables/mask_versions.csv``, ``version`` as text.
        models: the networks.
        audited: the version of the masks.
    """
    overall = versions[(versions["attribute"] == OVERALL) & (versions["version"] == audited)]
    values = overall.set_index("model")["amr_normalised"].reindex(models).dropna()
    if values.empty:
        return ""
    numbers = listed(
        [
            f"{value:.2f} {model}" if len(models) > 1 else f"{value:.2f}"
            for model, value in values.items()
        ]
    ).replace("-", MINUS)
    mean = float(values.mean())
    way = "from a uniform map to the best possible"
    if values.max() - values.min() > ALIKE:
        return f"The networks are not equally far on the way {way}: {numbers}."
    if mean < 0.05:
        return f"Hardly: no better than a uniform map, or worse ({numbers}; 1: the best possible)."
    share = SHARES[min(SHARES, key=lambda part: abs(part - mean))]
    degree = "Somewhat" if mean < 0.6 else "Mostly"
    return f"{degree}: about {share} of the way {way} ({numbers})."
