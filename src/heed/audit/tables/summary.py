"""The audit in a few numbers per classifier, with bootstrap intervals."""

from collections.abc import Mapping
from itertools import combinations
from typing import Any

import numpy as np
from numpy.typing import NDArray

from heed.audit.tables.estimates import Estimates
from heed.metrics.bootstrap import percentile_interval
from heed.metrics.estimates import mean_of_present

Floats = NDArray[np.float64]

MINORITY = ("proportional_energy", "predicted_minority")
MAJORITY = ("proportional_energy", "predicted_majority")


def summarise(estimates: Mapping[str, Estimates], faces: int, confidence: float) -> dict[str, Any]:
    """Overall numbers of each classifier and the differences between classifiers.

    Per classifier, each an unweighted mean over attributes: ``error_rate``,
    ``balanced_error_rate``, ``fnr``, ``fpr``, ``amr``, ``proportional_energy``
    (PE), ``empty_rate``, ``bias_share``; and, over the attributes of which the
    classifier predicts both classes (their number is ``pe_attributes``),
    ``pe_predicted_minority``, ``pe_predicted_majority`` and their difference
    ``pe_gap``. The gap is positive for a classifier that looks away when it
    predicts the majority class. In each bootstrap resample of the faces the
    group means of every attribute are taken anew and then averaged.

    Args:
        estimates: by name of the classifier, made with one seed.
        faces: number of audited faces.
        confidence: of the intervals.

    Returns:
        ``faces``; ``models.<name>.<quantity>`` and, for each pair of classifiers
        in order, ``differences.<second>_minus_<first>.<quantity>``, each with
        ``value``, ``low`` and ``high``.
    """
    numbers = {name: _overall(of_model) for name, of_model in estimates.items()}
    models: dict[str, dict[str, Any]] = {}
    for name, of_model in estimates.items():
        minority, majority = of_model.groups[MINORITY], of_model.groups[MAJORITY]
        models[name] = {
            quantity: _described(*number, confidence) for quantity, number in numbers[name].items()
        }
        models[name]["pe_attributes"] = int(np.count_nonzero((minority.n > 0) & (majority.n > 0)))
    differences = {
        f"{second}_minus_{first}": {
            quantity: _described(
                numbers[second][quantity][0] - numbers[first][quantity][0],
                numbers[second][quantity][1] - numbers[first][quantity][1],
                confidence,
            )
            for quantity in numbers[first]
        }
        for first, second in combinations(estimates, 2)
    }
    return {"faces": faces, "models": models, "differences": differences}


def _overall(of_model: Estimates) -> dict[str, tuple[float, Floats]]:
    """Each quantity of a classifier, and its value in each resample, (R,)."""
    numbers = {
        name: (estimated.overall, estimated.overall_resampled)
        for name, estimated in of_model.rates.items()
    }
    for metric in ("amr", "proportional_energy", "bias_share"):
        estimated = of_model.groups[metric, "all"]
        numbers[metric] = (estimated.overall, estimated.overall_resampled)
    minority, majority = of_model.groups[MINORITY], of_model.groups[MAJORITY]
    sample = _paired_means(minority.mean, majority.mean)
    resampled = _paired_means(minority.resampled, majority.resampled)
    for side, name in enumerate(("pe_predicted_minority", "pe_predicted_majority")):
        numbers[name] = (float(sample[side]), resampled[side])
    numbers["pe_gap"] = (float(sample[0] - sample[1]), resampled[0] - resampled[1])
    return numbers


def _paired_means(first: Floats, second: Floats) -> tuple[Floats, Floats]:
    """Means over the last axis (attributes) where both are present."""
    missing = np.isnan(first) | np.isnan(second)
    return (
        mean_of_present(np.where(missing, np.nan, first)),
        mean_of_present(np.where(missing, np.nan, second)),
    )


def _described(value: float, resampled: Floats, confidence: float) -> dict[str, float]:
    low, high = percentile_interval(resampled, confidence)
    return {"value": float(value), "low": float(low), "high": float(high)}
