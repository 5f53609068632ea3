"""The study in a few numbers, as ``dvc metrics diff`` compares them between commits."""

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd


def summary(
    tables: Mapping[str, pd.DataFrame], base: str, outcomes: Sequence[str]
) -> dict[str, Any]:
    """The numbers of ``metrics/methods.json``.

    Args:
        tables: those of the stage answers, by name.
        base: the level that the others are compared with.
        outcomes: of the classification.
    """
    runs = tables["runs"]
    of_base = runs[runs["level"] == base]
    scores: dict[str, dict[str, float]] = {}
    for row in tables["methods"].itertuples():
        scores.setdefault(row.metric, {})[row.method] = float(row.value)
    best = {
        metric: of_metric.loc[of_metric["rank"].idxmin(), "method"]
        for metric, of_metric in tables["ranks"].groupby("metric", sort=False)
    }
    return {
        "networks": len(runs),
        "base": {name: float(of_base[name].mean()) for name in outcomes},
        "best_method": best,
        "scores": scores,
    }
