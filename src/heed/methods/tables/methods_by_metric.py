"""Which method is best by which metric: means with intervals, ranks, and critical differences."""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from heed.methods.metric import Metric
from heed.methods.tables.score_array import Bootstrap, ScoreArray, mean_of
from heed.ranking.friedman import ranking


def methods_table(scores: ScoreArray, bootstrap: Bootstrap) -> pd.DataFrame:
    """Mean score of each method and reference by each metric.

    Args:
        scores: of the level that the others are compared with.
        bootstrap: how the intervals are made.

    Returns:
        Columns ``metric``, ``method``, ``value``, ``value_low``, ``value_high``, and
        ``missing``, the share of scores that do not exist.
    """
    mean = mean_of(scores.values, bootstrap)
    low, high = mean.interval(bootstrap.confidence)
    missing = np.isnan(scores.values).mean(axis=(0, 1))
    return pd.DataFrame(
        {
            "metric": metric,
            "method": method,
            "value": mean.value[m, q],
            "value_low": low[m, q],
            "value_high": high[m, q],
            "missing": missing[m, q],
        }
        for q, metric in enumerate(scores.metrics)
        for m, method in enumerate(scores.methods)
    )


def valid_table(
    scores: ScoreArray,
    metrics: Sequence[str],
    levels: Sequence[float],
    *,
    bootstrap: Bootstrap,
) -> pd.DataFrame:
    """Share of each method's maps that are valid: whose score reaches a level.

    Args:
        scores: of the level that the others are compared with.
        metrics: those whose scores call a map valid, such as IoU; others are left out.
        levels: such as 0.5, which is usual, and 0.75, which Mysianov (2021) asks for.
        bootstrap: how the intervals are made.

    Returns:
        Columns ``metric``, ``at``, ``method``, ``share``, ``share_low``, ``share_high``.
    """
    rows = []
    for name in metrics:
        if name not in scores.metrics:
            continue
        values = scores.by(name)  # (K, N, M)
        for level in levels:
            reached = np.where(np.isnan(values), np.nan, values >= level)
            mean = mean_of(reached, bootstrap)
            low, high = (np.clip(bound, 0, 1) for bound in mean.interval(bootstrap.confidence))
            rows += [
                {
                    "metric": name,
                    "at": level,
                    "method": method,
                    "share": mean.value[m],
                    "share_low": low[m],
                    "share_high": high[m],
                }
                for m, method in enumerate(scores.methods)
            ]
    columns = ["metric", "at", "method", "share", "share_low", "share_high"]
    return pd.DataFrame(rows, columns=columns)


def ranks_table(
    scores: ScoreArray, methods: Sequence[str], metrics: Mapping[str, Metric], alpha: float
) -> pd.DataFrame:
    """Average ranks of the methods over the images, metric by metric.

    The score of a method for an image is the mean over the trainings; references are not ranked.

    Args:
        scores: as for :func:`methods_table`.
        methods: which are ranked.
        metrics: by name, which way they point.
        alpha: probability of an error in the comparison.

    Returns:
        Columns ``metric``, ``method``, ``rank``, ``critical_difference``, ``p`` (Friedman),
        ``images`` and ``best``: whether it does not differ from the method with the lowest rank.
        Metrics that have no two whole rows are left out.
    """
    rows = []
    over_images = np.mean(scores.only(methods), axis=0)  # (N, m, Q)
    for q, name in enumerate(scores.metrics):
        values = over_images[:, :, q]
        if len(methods) < 3 or (~np.isnan(values).any(axis=1)).sum() < 2:
            continue
        found = ranking(values, higher_is_better=metrics[name].higher_is_better, alpha=alpha)
        best = set(found.best())
        rows += [
            {
                "metric": name,
                "method": method,
                "rank": found.ranks[m],
                "critical_difference": found.critical_difference,
                "p": found.p,
                "images": found.blocks,
                "best": m in best and found.p < alpha,
            }
            for m, method in enumerate(methods)
        ]
    columns = ["metric", "method", "rank", "critical_difference", "p", "images", "best"]
    return pd.DataFrame(rows, columns=columns)
