"""The PE gaps of two networks on the attributes that count for both, to be set side by side.

A network's own gap is over the attributes of which it predicts both classes often enough. These are
not the same for two networks, and so their own gaps say little of how far the networks are apart.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final

import pandas as pd

from heed.pages.number import MINUS, Number, told

SIDES: Final = ("first", "second")
"""Of a pair ``<second>_minus_<first>``, in ``audit.json`` and in ``gap_versions.csv``."""

ENDS: Final = ("", "_low", "_high", "_attributes_low", "_attributes_high")
"""What is known of each side: its value, and the ends of both kinds of intervals."""


def gaps_on_the_same(gaps: pd.DataFrame, models: Sequence[str]) -> pd.DataFrame:
    """The table of gaps, where those of two networks are over the attributes of both.

    Args:
        gaps: ``metrics/tables/gap_versions.csv``.
        models: the networks. The gaps of any other number of them stay as they are.
    """
    if len(models) != len(SIDES):
        return gaps
    first, second = models
    pair = gaps[gaps["model"] == f"{second}_minus_{first}"]
    if not set(SIDES) <= set(pair) or pair[list(SIDES)].isna().any(axis=None):
        return gaps
    of_sides = [
        pair.assign(model=model, **{_column(end): pair[f"{side}{end}"] for end in ENDS})
        for model, side in zip(models, SIDES, strict=True)
    ]
    return pd.concat([*of_sides, gaps[~gaps["model"].isin(models)]])


def numbers_on_the_same(audit: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    """By network its PE gap as ``audit.json`` has it; of two, over the attributes of both.

    Args:
        audit: the content of ``metrics/audit.json``.
    """
    own = {name: of["pe_gap"] for name, of in audit["models"].items()}
    apart = pair_of(audit)
    if apart is None:
        return own
    return {
        model: {_column(end): apart["pe_gap"].get(f"{side}{end}") for end in ENDS}
        for model, side in zip(own, SIDES, strict=True)
    }


def pair_of(audit: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """How two networks differ; None of any other number, or where no attribute counts for both.

    Args:
        audit: the content of ``metrics/audit.json``.
    """
    if len(audit["models"]) != len(SIDES):
        return None
    first, second = audit["models"]
    apart: Mapping[str, Any] = audit["differences"][f"{second}_minus_{first}"]
    return None if Number.of(apart["pe_gap"]).direction() == "missing" else apart


def gap_apart(audit: Mapping[str, Any]) -> str:
    """By how much the PE gaps of two networks differ; empty of any other number.

    Args:
        audit: the content of ``metrics/audit.json``.
    """
    apart = pair_of(audit)
    if apart is None:
        return ""
    first, second = audit["models"]
    return (
        f"Difference, {second} {MINUS} {first}: "
        f"{told(Number.of(apart['pe_gap']), 'share', signed=True)}"
    )


def _column(end: str) -> str:
    return end.removeprefix("_") or "value"
