"""Which methods' maps small noise moves."""

import numpy as np
import pandas as pd

from heed.methods.tables.score_array import Bootstrap, mean_of


def stability_table(noise: pd.DataFrame, bootstrap: Bootstrap) -> pd.DataFrame:
    """How far each method's maps move under small noise, and from one image to another.

    Args:
        noise: columns ``seed``, and those of :func:`heed.methods.stability.noise_table`, of one
            level.
        bootstrap: how the intervals are made, over images and trainings.

    Returns:
        Columns ``method``; ``change``, ``change_low``, ``change_high``: the largest change of a map
        under noise, relative to the map; ``others``: its change from one image to another;
        ``excess``, ``excess_low``, ``excess_high``: change less others; ``similarity``,
        ``similarity_low``, ``similarity_high``; ``kept``: share of the draws that leave the answer
        as it is; and ``stable``: whether noise moves maps less than another image does. The
        interval of the excess decides; where it does not, it is missing.
    """
    rows = []
    for method, of_method in noise.groupby("method", sort=False):
        columns = [
            of_method.pivot_table(index="seed", columns="image", values=name, dropna=False)
            for name in ("change", "others", "similarity", "kept")
        ]
        change, others, similarity, kept = (table.to_numpy(np.float64) for table in columns)
        values = np.stack([change, others, change - others, similarity, kept], axis=-1)
        mean = mean_of(values, bootstrap)
        low, high = mean.interval(bootstrap.confidence)
        rows.append(
            {
                "method": method,
                "change": mean.value[0],
                "change_low": max(low[0], 0.0),
                "change_high": high[0],
                "others": mean.value[1],
                "excess": mean.value[2],
                "excess_low": low[2],
                "excess_high": high[2],
                "similarity": mean.value[3],
                "similarity_low": max(low[3], -1.0),
                "similarity_high": min(high[3], 1.0),
                "kept": mean.value[4],
                "stable": _stable(low[2], high[2]),
            }
        )
    return pd.DataFrame(rows)


def _stable(low: float, high: float) -> bool | None:
    if high < 0:
        return True
    return False if low > 0 else None
