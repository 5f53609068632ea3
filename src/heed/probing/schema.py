"""The tables that the stages of the study hand on: their columns, and what makes a row one.

What is read is held to this, so that a stage of old code is named, and no table comes out wrong.
"""

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Final, Literal

import pandas as pd

from heed.base.errors import InputError

Kind = Literal["recognition", "probes", "vip", "vip_histogram", "silenced", "baseline"]

KEYS: Final[dict[Kind, tuple[str, ...]]] = {
    "recognition": ("network", "seed"),
    "probes": ("network", "seed", "layer", "attribute", "unit"),
    "vip": ("network", "seed", "layer", "attribute", "neuron"),
    "vip_histogram": ("network", "seed", "layer", "attribute", "low"),
    "silenced": (
        "network", "seed", "silenced_depth", "share", "layer", "attribute", "unit",
    ),
    "baseline": ("seed", "attribute"),
}  # fmt: skip
"""Columns that no two rows have in common."""

VALUES: Final[dict[Kind, tuple[str, ...]]] = {
    "recognition": ("identification", "verification", "verification_sd", "roc_auc"),
    "probes": (
        "depth", "layers", "kind", "n", "validation", "accuracy", "balanced_accuracy", "why",
    ),
    "vip": ("depth", "vip", "mean_activation", "accuracy"),
    "vip_histogram": ("depth", "high", "count"),
    "silenced": ("silenced", "depth", "accuracy", "drop"),
    "baseline": ("accuracy", "balanced_accuracy"),
}  # fmt: skip
"""The other columns that are read."""

UNITS: Final = {
    "layer": "whole layer",
    "channels": "best 8 channels",
    "channel": "best channel",
    "neurons": "best 8 neurons",
    "neuron": "best neuron",
}
"""What an attribute is read from, from much to little, and in words."""

COUNTS: Final = ("positives", "negatives")
"""Columns of probes that may lack: test faces with and without the attribute."""


def checked(table: pd.DataFrame, kind: Kind, where: str) -> pd.DataFrame:
    """A table whose columns and keys are as they must be.

    Args:
        table: as it was read.
        kind: which.
        where: the file, for messages.

    Raises:
        ValueError: a column is missing, a row stands there twice, or a unit is unknown.
    """
    for column in (*KEYS[kind], *VALUES[kind]):
        if column not in table.columns:
            raise InputError(
                f"{where}: found no column {column} among {', '.join(map(str, table.columns))}; "
                "expected it: run the stage that writes this file again"
            )
    repeated = table[table.duplicated(list(KEYS[kind]))]
    if len(repeated):
        names = ", ".join(f"{key} {repeated.iloc[0][key]}" for key in KEYS[kind])
        raise InputError(
            f"{where}: found {names} twice; expected one row: run the stage that writes this file "
            "again"
        )
    if "unit" in table.columns and (unknown := sorted(set(table["unit"]) - set(UNITS))):
        raise InputError(f"{where}: found the unit {unknown[0]!r}; expected {', '.join(UNITS)}")
    return table


def gathered(kind: Kind, names: Iterable[str], place: Callable[[str], str]) -> pd.DataFrame:
    """The tables of some networks as one; a network that has none is left out.

    Args:
        kind: which table.
        names: of the networks, the order of the result.
        place: gives a network's file, such as :func:`heed.probing.paths.probes`.

    Returns:
        Without any file a table without rows.
    """
    found = [
        checked(pd.read_parquet(place(name)), kind, place(name))
        for name in names
        if Path(place(name)).is_file()
    ]
    columns = [*KEYS[kind], *VALUES[kind]]
    return pd.concat(found, ignore_index=True) if found else pd.DataFrame(columns=columns)
