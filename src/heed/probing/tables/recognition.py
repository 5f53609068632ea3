"""How well the networks recognise persons: Table 5.1."""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from heed.metrics.replicates import TrainingDeviation, hierarchical_interval, training_error
from heed.probing.settings import Published
from heed.probing.tables.faces_and_trainings import Bootstrap
from heed.probing.tables.published import IDENTIFICATION

OUTCOMES = ("identification", "verification", "roc_auc")


def recognition_table(
    recognition: pd.DataFrame, beside: Mapping[str, Published | None], bootstrap: Bootstrap
) -> pd.DataFrame:
    """Mean and standard deviation over seeds of each outcome, network by network.

    Args:
        recognition: columns of :mod:`heed.probing.schema`.
        beside: by network the architecture whose published numbers stand beside its own.
        bootstrap: confidence of the intervals.

    Returns:
        A row for each network: ``seeds``; each of :data:`OUTCOMES` with ``<outcome>_sd`` (n - 1)
        and bounds over other trainings (Student's distribution, the spread pooled over networks),
        missing for one seed;
        ``verification_folds_sd``, over the folds of the pairs, mean over seeds; and
        ``identification_published`` with ``identification_published_sd``.
    """
    rows = []
    for network in beside:
        of = recognition[recognition["network"] == network]
        if of.empty:
            continue
        row: dict[str, object] = {"network": network, "seeds": len(of)}
        for name in OUTCOMES:
            values = of[name].to_numpy(np.float64)
            pool = [each[name].to_numpy(np.float64) for _, each in recognition.groupby("network")]
            low, high = _bounds(values, pool, bootstrap)
            row |= {
                name: values.mean(),
                f"{name}_low": low,
                f"{name}_high": high,
                f"{name}_sd": values.std(ddof=1) if len(values) > 1 else np.nan,
            }
        row["verification_folds_sd"] = of["verification_sd"].mean()
        published = beside[network]
        mean, sd = IDENTIFICATION[published] if published else (np.nan, np.nan)
        rows.append(row | {"identification_published": mean, "identification_published_sd": sd})
    return pd.DataFrame(rows, columns=None if rows else ["network", "seeds", *OUTCOMES])


def _bounds(
    values: np.ndarray, pool: list[np.ndarray], bootstrap: Bootstrap
) -> tuple[float, float]:
    if len(values) < 2:
        return np.nan, np.nan
    error = training_error([values], pool)
    resampled = np.full((bootstrap.resamples, 1), values.mean())
    deviation = TrainingDeviation(np.array([error.scale]), np.array([error.df]))
    low, high = hierarchical_interval(resampled, deviation, bootstrap.confidence)
    return float(low[0]), float(high[0])
