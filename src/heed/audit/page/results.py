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
        persons: how many persons were trained on, and whether audited ones are among them.
    """

    inventory: Mapping[str, int]
    remarks: Sequence[str]
    versions: Mapping[str, str]
    commit: str
    files: Sequence[DataFile] = ()
    weights: Mapping[str, Sequence[Weights]] = field(default_factory=dict)
    persons: str = ""


def persons_trained_on(faces: pd.DataFrame, train: int, audited: int) -> str:
    """How many persons were trained on, and whether those of the audited partition are others.

    Args:
        faces: the columns ``partition`` and ``identity``; a missing identity is nobody's.
        train: number of the training partition.
        audited: that of the audited one.

    Example:
        >>> table = pd.DataFrame({"partition": [0, 0, 2, 2], "identity": [1, 1, 2, 3]})
        >>> persons_trained_on(table, 0, 2)
        '1; none of them is in the audited partition'
    """
    known = faces[faces["identity"].notna() & (faces["identity"] >= 0)]
    trained, others = (
        set(known.loc[known["partition"] == which, "identity"]) for which in (train, audited)
    )
    if not trained or not others:
        return ""
    both = len(trained & others)
    shared = (
        f"{both:,} of them are" if both > 1 else "one of them is" if both else "none of them is"
    )
    return f"{len(trained):,}; {shared} in the audited partition"
