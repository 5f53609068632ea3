"""How many test faces there are with each attribute, and without it."""

import pandas as pd

from heed.probing.schema import COUNTS


def face_counts_table(probes: pd.DataFrame) -> pd.DataFrame:
    """Numbers of test faces, attribute by attribute.

    Args:
        probes: columns of :mod:`heed.probing.schema`.

    Returns:
        Columns ``attribute``, ``positives`` and ``negatives``; without rows where the probes do
        not tell.
    """
    columns = ["attribute", *COUNTS]
    if not set(COUNTS) <= set(probes.columns):
        return pd.DataFrame(columns=columns)
    return probes.groupby("attribute", sort=False)[list(COUNTS)].first().reset_index()[columns]
