"""The study in a few numbers, as ``dvc metrics diff`` compares them between commits."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd


def summary(tables: Mapping[str, pd.DataFrame]) -> dict[str, Any]:
    """The numbers of ``metrics/probing.json``.

    Args:
        tables: those of the stage answers, by name.

    Returns:
        By network its identification and verification accuracy, the mean balanced accuracy of the
        best unit of each kind, how many attributes a single neuron reads about as well as the best
        layer, and the correlation of VIP. What is not known is left out.
    """
    found: dict[str, dict[str, Any]] = {}
    for row in tables["averages"].itertuples():
        units = found.setdefault(row.network, {}).setdefault("balanced_accuracy", {})
        units[row.unit] = float(row.balanced_accuracy)
    for row in tables["recognition"].itertuples():
        of = found.setdefault(row.network, {})
        of |= {
            "identification": float(row.identification),
            "verification": float(row.verification),
        }
    for row in tables["few_units"].query("unit == 'neuron'").itertuples():
        found.setdefault(row.network, {})["read_by_one_neuron"] = int(row.near)
    for row in tables["vip"].itertuples():
        found.setdefault(row.network, {})[f"pearson_{row.by}"] = float(row.pearson)
    return {network: _known(numbers) for network, numbers in found.items()}


def _known(numbers: Mapping[str, Any]) -> dict[str, Any]:
    kept = {}
    for name, value in numbers.items():
        if isinstance(value, Mapping):
            kept[name] = _known(value)
        elif not np.isnan(value):
            kept[name] = value
    return kept
