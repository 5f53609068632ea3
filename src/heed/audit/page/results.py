"""What a page is made of: what an audit found, and where it comes from."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from heed.audit.page.weights import Weights


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
        scales: ``metrics/tables/scales.csv``, likewise.
        own_gaps: ``metrics/tables/gaps.csv``: differences between groups for each attribute.
        differences: ``metrics/tables/differences.csv``: between networks, likewise.
        curves: ``metrics/tables/curves.csv``: loss and errors of the trainings, epoch by epoch.
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
    scales: pd.DataFrame
    own_gaps: pd.DataFrame
    differences: pd.DataFrame
    curves: pd.DataFrame


@dataclass(frozen=True)
class DataFile:
    """A file of the data: where it lies, what it holds, and its SHA-256 in hexadecimal digits."""

    path: str
    what: str
    sha256: str


@dataclass(frozen=True)
class Origin:
    """Where the page's numbers come from, for its last sections.

    Attributes:
        inventory: numbers of faces, by name.
        remarks: what the inventory left out or found odd, as it says it.
        versions: of Python and of the packages, by name.
        commit: of the code and the parameters, in words.
        files: the data.
        weights: by network those of its trainings.
    """

    inventory: Mapping[str, int]
    remarks: Sequence[str]
    versions: Mapping[str, str]
    commit: str
    files: Sequence[DataFile] = ()
    weights: Mapping[str, Sequence[Weights]] = field(default_factory=dict)
