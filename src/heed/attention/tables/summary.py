"""The study in a few numbers, as ``dvc metrics diff`` compares them between commits."""

from collections.abc import Mapping
from typing import Any, Final

import numpy as np
import pandas as pd

from heed.attention.tables.answered import HAVING, LACKING
from heed.attention.tables.measures import ALL

TOLD: Final = (
    ("accuracy", "test"), ("recall", "E1"), ("recall", "E2"), ("fpr", LACKING),
    ("proportional_energy", HAVING), ("cell_iou", HAVING),
)  # fmt: skip
"""Quantities and sets of ``metrics/attention.json``."""


def summary(tables: Mapping[str, pd.DataFrame]) -> dict[str, Any]:
    """The numbers of ``metrics/attention.json``.

    Args:
        tables: those of the stage answers, by name.

    Returns:
        By network or run its error rate over all attributes, and by pair the numbers of
        :data:`TOLD`; of runs that are held against others also the differences, with bounds. What
        is not known is left out.
    """
    found: dict[str, dict[str, Any]] = {}
    for row in tables["values"].itertuples():
        of_run = found.setdefault(row.run, {})
        if row.pair == ALL:
            of_run["error_rate"] = float(row.value)
        elif (row.quantity, row.set) in TOLD:
            of_run.setdefault(row.pair, {})[f"{row.quantity}_{row.set}"] = float(row.value)
    for row in tables["differences"].itertuples():
        if row.pair != ALL and (row.quantity, row.set) in TOLD:
            less = found[row.run][row.pair].setdefault(f"less_{row.against}", {})
            numbers = row.difference, row.difference_low, row.difference_high
            less[f"{row.quantity}_{row.set}"] = {
                name: float(number)
                for name, number in zip(("value", "low", "high"), numbers, strict=True)
            }
    return {run: _known(numbers) for run, numbers in found.items()}


def _known(numbers: Mapping[str, Any]) -> dict[str, Any]:
    kept = {}
    for name, value in numbers.items():
        if isinstance(value, Mapping):
            kept[name] = _known(value)
        elif not np.isnan(value):
            kept[name] = value
    return kept
