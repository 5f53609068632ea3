"""Which methods' maps change when the weights are random."""

import numpy as np
import pandas as pd

from heed.methods.tables.score_array import Bootstrap, mean_of

PASSES_BELOW = 0.5
"""Maps whose rank correlation is below share less than they differ in."""


def randomisation_table(likeness: pd.DataFrame, bootstrap: Bootstrap) -> pd.DataFrame:
    """Likeness of each method's maps with trained and with random weights.

    Args:
        likeness: columns ``seed``, and those of
            :func:`heed.methods.randomisation.likeness_table`, of one level.
        bootstrap: how the intervals are made.

    Returns:
        Columns ``method``, ``likeness``, ``likeness_low``, ``likeness_high``, ``others`` (between
        maps of different images), and ``passes``: whether the interval lies below 0.5; it fails
        where the interval lies above, and is missing where it settles neither.
    """
    rows = []
    for method, of_method in likeness.groupby("method", sort=False):
        pairs = [
            of_method.pivot_table(index="seed", columns="image", values=c, sort=False, dropna=False)
            for c in ("likeness", "others")
        ]
        values = np.stack([table.to_numpy(np.float64) for table in pairs], axis=-1)  # (K, N, 2)
        mean = mean_of(values, bootstrap)
        low, high = (np.clip(bound, -1, 1) for bound in mean.interval(bootstrap.confidence))
        passes = None
        if high[0] < PASSES_BELOW or low[0] > PASSES_BELOW:
            passes = bool(high[0] < PASSES_BELOW)
        rows.append(
            {
                "method": method,
                "likeness": mean.value[0],
                "likeness_low": low[0],
                "likeness_high": high[0],
                "others": mean.value[1],
                "passes": passes,
            }
        )
    return pd.DataFrame(rows)
