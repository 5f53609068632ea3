"""Do networks that classify better also have better maps? Spearman over runs."""

from collections.abc import Sequence
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from heed.methods.tables.score_array import Bootstrap
from heed.metrics.bootstrap import cluster_weights, percentile_interval

Floats = NDArray[np.float64]

BY: Final = ("accuracy", "roc_auc")
"""The outcomes that scores are correlated with."""

LEAST: Final = 5
"""Fewer runs say nothing."""


def correlation_table(
    runs: pd.DataFrame, metrics: Sequence[str], bootstrap: Bootstrap
) -> pd.DataFrame:
    """Spearman's rank correlation of each metric with accuracy and ROC AUC, over all runs.

    The intervals are those of a bootstrap that draws levels, with all their runs: runs of one
    level are alike.

    Args:
        runs: columns ``level``, :data:`BY`, and one per metric, its mean over images.
        metrics: names of these.
        bootstrap: how the intervals are made.

    Returns:
        Columns ``metric``, ``by``, ``runs``, ``spearman``, ``spearman_low``, ``spearman_high``; NaN
        for fewer than five runs, or where one of the two does not vary.
    """
    clusters = runs["level"].factorize()[0]
    rows = []
    for metric in metrics:
        for by in BY:
            pair = runs[[metric, by]].to_numpy(np.float64)
            known = ~np.isnan(pair).any(axis=1)
            value = spearman(pair[known])
            low = high = np.nan
            if not np.isnan(value):
                drawn = [
                    spearman(np.repeat(pair[known], weights.astype(int), axis=0))
                    for block in cluster_weights(
                        clusters[known], bootstrap.resamples, bootstrap.seed
                    )
                    for weights in block
                ]
                low, high = map(float, percentile_interval(drawn, bootstrap.confidence))
            rows.append(
                {
                    "metric": metric,
                    "by": by,
                    "runs": int(known.sum()),
                    "spearman": value,
                    "spearman_low": low,
                    "spearman_high": high,
                }
            )
    return pd.DataFrame(rows)


def spearman(pair: Floats) -> float:
    """Spearman's rank correlation of two columns; NaN where one is constant, or of few rows.

    Example:
        >>> spearman(np.array([[1, 2], [2, 4], [3, 6], [4, 9], [5, 8.5]])).__round__(2)
        0.9
    """
    from scipy import stats  # here: it takes half a second to import

    if len(pair) < LEAST or (pair == pair[:1]).all(axis=0).any():
        return float("nan")
    ranks = stats.rankdata(pair, axis=0)
    return float(np.corrcoef(ranks.T)[0, 1])
