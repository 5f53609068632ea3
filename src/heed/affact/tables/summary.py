"""The few numbers that say how networks compare over the test sets, each with an interval."""

from collections.abc import Mapping
from typing import Any, Final

import numpy as np
import pandas as pd

from heed.affact.tables.rates import Rates
from heed.affact.test_sets import SETS
from heed.detection.fallback import SOURCES
from heed.metrics.bootstrap import percentile_interval

REPORTED: Final = {"error": "error_rate", "balanced_error": "balanced_error_rate", "auc": "auc"}
"""Rates and their keys. None is called ``error``: DVC takes that for a file it could not read."""


def summary(
    estimates: Mapping[tuple[str, str], Rates],
    baseline: pd.DataFrame,
    sources: pd.Series,
    faces: int,
    confidence: float,
) -> dict[str, Any]:
    """Overall rates per network and set, and ratios of errors to the first network's.

    The bootstrap resamples are of persons and the same for all networks, so that the interval of
    a ratio is a paired one.

    Args:
        estimates: by network and set, see :func:`heed.affact.tables.rates.estimate_rates`.
        baseline: as :func:`heed.affact.tables.baseline.majority_baseline` returns it.
        sources: where each test face's box is from, see
            :func:`heed.detection.fallback.face_boxes`.
        faces: number of faces that all sets have.
        confidence: of the intervals.

    Returns:
        ``faces``, ``boxes`` (test faces by source of the box), ``majority_error``, and by network
        and set the overall ``error_rate``, ``balanced_error_rate`` and ``auc``, each with ``_low``
        and ``_high``; behind the first network also ``error_ratio``, its error over the first's.
    """
    networks = list(dict.fromkeys(network for network, _ in estimates))
    return {
        "faces": faces,
        "boxes": {source: int((sources == source).sum()) for source in SOURCES},
        "majority_error": float(baseline["error"].mean()),
        "networks": {
            network: {
                test_set: _of_set(
                    estimates[network, test_set],
                    estimates[networks[0], test_set] if network != networks[0] else None,
                    confidence,
                )
                for test_set in SETS
            }
            for network in networks
        },
    }


def _of_set(rates: Rates, first: Rates | None, confidence: float) -> dict[str, float]:
    numbers: dict[str, float] = {}
    for name, key in REPORTED.items():
        low, high = rates[name].overall_interval(confidence)
        numbers |= {key: rates[name].overall, f"{key}_low": low, f"{key}_high": high}
    if first is not None:
        error, reference = rates["error"], first["error"]
        ratios = _ratio(error.overall_resampled, reference.overall_resampled)
        low, high = (float(bound) for bound in percentile_interval(ratios, confidence))
        ratio = float(_ratio(np.array(error.overall), np.array(reference.overall)))
        numbers |= {"error_ratio": ratio, "error_ratio_low": low, "error_ratio_high": high}
    return numbers


def _ratio(part: np.ndarray, whole: np.ndarray) -> np.ndarray:
    return np.divide(part, whole, out=np.full(np.shape(part), np.nan), where=whole > 0)
