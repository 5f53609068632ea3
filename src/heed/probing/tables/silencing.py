"""What later layers lose when the neurons with the highest VIP of an earlier one are set to zero.

Table 5.4: the loss of whole layers, channels and neurons behind a layer at 10, 25 and 40 % of the
depth, of which 1, 5 or 10 % of the neurons are silent.
"""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from heed.probing.tables.faces_and_trainings import (
    Bootstrap,
    of_trainings,
    over_attributes,
    over_these,
)

PLACE = ["silenced_depth", "share", "unit"]
COLUMNS = ["network", "silenced_depth", "share", "unit", "layers", "drop", "drop_low", "drop_high",
           "largest"]  # fmt: skip


def silencing_table(
    silenced: pd.DataFrame, attributes: Sequence[str], bootstrap: Bootstrap
) -> pd.DataFrame:
    """Mean drop of accuracy over later layers and attributes.

    Args:
        silenced: columns of :mod:`heed.probing.schema`.
        attributes: which.
        bootstrap: how intervals are made: over trainings and attributes; of fewer than three
            attributes, which say nothing of others, over trainings alone.

    Returns:
        A row for each network, depth, share and unit: ``layers`` (how many are behind), ``drop``
        with bounds (missing for fewer than three attributes of one training), and ``largest``,
        that of the layer that loses most.
    """
    rows = []
    means = silenced.groupby([*PLACE, "network", "seed", "attribute"], as_index=False)[
        "drop"
    ].mean()
    of_place = {
        place: {
            network: of_trainings(of, "drop", attributes, bootstrap)
            for network, of in rows_of.groupby("network", sort=False)
        }
        for place, rows_of in means.groupby(PLACE, sort=False)
    }
    keys = ["network", *PLACE]
    for key, of in silenced.groupby(keys, sort=False):
        pool = of_place[key[1:]]
        mean, low, high = over_attributes(pool[key[0]], bootstrap, list(pool.values()))
        if np.isnan(low):
            mean, low, high = over_these(pool[key[0]], bootstrap, list(pool.values()))
        by_layer = of.groupby("layer")["drop"].mean()
        rows.append(
            dict(zip(keys, key, strict=True))
            | {
                "layers": by_layer.size,
                "drop": mean,
                "drop_low": low,
                "drop_high": high,
                "largest": by_layer.max() if by_layer.notna().any() else np.nan,
            }
        )
    return pd.DataFrame(rows, columns=COLUMNS)


def drop_by_layer(silenced: pd.DataFrame) -> pd.DataFrame:
    """What each later layer loses, a mean over attributes of means over seeds.

    Returns:
        Columns ``network``, ``silenced``, ``silenced_depth``, ``share``, ``unit``, ``layer``,
        ``depth``, ``drop``.
    """
    keys = ["network", "silenced", "silenced_depth", "share", "unit", "layer", "depth"]
    by_attribute = silenced.groupby([*keys, "attribute"], sort=False, as_index=False)["drop"].mean()
    return by_attribute.groupby(keys, sort=False, as_index=False)["drop"].mean()
