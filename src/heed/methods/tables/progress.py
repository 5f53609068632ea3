"""Scores and outcomes along a training."""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from heed.methods.tables.performance import OUTCOMES, performance_of
from heed.methods.tables.score_array import Bootstrap, ScoreArray, mean_of


def progress_table(
    scores: Mapping[int, ScoreArray],
    predictions: pd.DataFrame,
    *,
    method: str,
    bootstrap: Bootstrap,
) -> pd.DataFrame:
    """Means after each epoch that was kept.

    Args:
        scores: by epoch; 0 is before the first.
        predictions: of the same trainings.
        method: whose scores are followed.
        bootstrap: how the intervals are made.

    Returns:
        Columns ``epoch``, ``outcome`` (a metric or an outcome of the classification), ``value``,
        ``value_low``, ``value_high``.
    """
    rows = []
    for epoch, of_epoch in scores.items():
        means = {
            tuple(of_epoch.metrics): mean_of(of_epoch.of(method), bootstrap),
            tuple(OUTCOMES): performance_of(predictions, bootstrap, epoch),
        }
        for names, mean in means.items():
            low, high = mean.interval(bootstrap.confidence)
            rows += [
                {
                    "epoch": epoch,
                    "outcome": name,
                    "value": mean.value[n],
                    "value_low": low[n],
                    "value_high": high[n],
                }
                for n, name in enumerate(names)
            ]
    return pd.DataFrame(rows, columns=["epoch", "outcome", "value", "value_low", "value_high"])


def trend_table(
    scores: Mapping[int, ScoreArray],
    *,
    method: str,
    first: int,
    bootstrap: Bootstrap,
) -> pd.DataFrame:
    """By how much scores differ between an early epoch and the last one, paired by image and seed.

    Args:
        scores: by epoch.
        method: whose.
        first: the early epoch.
        bootstrap: how the intervals are made.

    Returns:
        Columns ``outcome``, ``first``, ``last`` (epochs), ``difference`` and its bounds.
    """
    last = max(scores)
    if first not in scores or last == first:
        return pd.DataFrame(columns=["outcome", "first", "last", "difference", "difference_low",
                                     "difference_high"])  # fmt: skip
    mean = mean_of(scores[last].of(method) - scores[first].of(method), bootstrap)
    low, high = mean.interval(bootstrap.confidence)
    return pd.DataFrame(
        {
            "outcome": list(scores[last].metrics),
            "first": first,
            "last": last,
            "difference": np.asarray(mean.value),
            "difference_low": low,
            "difference_high": high,
        }
    )
