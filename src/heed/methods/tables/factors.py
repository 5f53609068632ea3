"""What a factor changes: each level against the base, paired by image and by seed."""

from collections.abc import Mapping

import pandas as pd

from heed.methods.tables.performance import OUTCOMES, performance_of
from heed.methods.tables.score_array import Bootstrap, Mean, ScoreArray, mean_of, present_mean


def factors_table(
    scores: Mapping[str, ScoreArray],
    predictions: Mapping[str, pd.DataFrame],
    factors: Mapping[str, tuple[str, str]],
    *,
    base: str,
    method: str,
    bootstrap: Bootstrap,
) -> pd.DataFrame:
    """Differences of each level from the base.

    A training of a level is compared with that of the same seed of the base, on the same images.
    How far such differences scatter between seeds is taken from all levels together
    (:func:`heed.metrics.replicates.training_error`): three seeds alone would say little.

    Args:
        scores: by level, at the end of training.
        predictions: by level, for all test images.
        factors: by level its factor and its value, in words.
        base: the level that the others are compared with.
        method: whose scores are compared.
        bootstrap: how the intervals are made.

    Returns:
        Columns ``factor``, ``level``, ``value`` (in words), ``outcome`` (a metric, or one of
        :data:`heed.methods.tables.performance.OUTCOMES`), ``mean`` of the level, ``difference``,
        ``difference_low``, ``difference_high``.
    """
    others = [level for level in scores if level != base]
    metrics = scores[base].metrics
    found: dict[str, tuple[Mean, Mean]] = {}
    outcome_base = performance_of(predictions[base], bootstrap)
    for level in others:
        of_metrics = mean_of(scores[level].of(method) - scores[base].of(method), bootstrap)
        outcome = performance_of(predictions[level], bootstrap)
        found[level] = of_metrics, _difference(outcome, outcome_base)
    pools = [[means[kind] for means in found.values()] for kind in (0, 1)]
    rows = []
    for level in others:
        own = present_mean(scores[level].of(method), (0, 1))
        classified = performance_of(predictions[level], bootstrap).value
        for kind, names, values in ((0, metrics, own), (1, tuple(OUTCOMES), classified)):
            mean = found[level][kind]
            low, high = mean.interval(bootstrap.confidence, pools[kind])
            factor, value = factors[level]
            rows += [
                {
                    "factor": factor,
                    "level": level,
                    "value": value,
                    "outcome": name,
                    "mean": values[n],
                    "difference": mean.value[n],
                    "difference_low": low[n],
                    "difference_high": high[n],
                }
                for n, name in enumerate(names)
            ]
    columns = ["factor", "level", "value", "outcome", "mean", "difference", "difference_low",
               "difference_high"]  # fmt: skip
    return pd.DataFrame(rows, columns=columns)


def _difference(level: Mean, base: Mean) -> Mean:
    return Mean(
        level.value - base.value,
        level.resampled - base.resampled,
        level.replicates - base.replicates,
    )
