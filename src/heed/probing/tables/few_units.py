"""In how few units an attribute is read as well as from the whole layer."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from heed.probing.schema import UNITS
from heed.probing.tables.best_units import Estimates
from heed.probing.tables.faces_and_trainings import Bootstrap, over_attributes

FEWEST = tuple(reversed(UNITS))
"""Units from one neuron to the whole layer."""


def few_units_table(
    found: Estimates, networks: Sequence[str], near: float, bootstrap: Bootstrap
) -> pd.DataFrame:
    """What units lose against the best layer, in test balanced accuracy.

    Args:
        found: of :func:`heed.probing.tables.best_units.best_estimates`.
        networks: which.
        near: largest loss at which a unit reads an attribute as well as the layer.
        bootstrap: how intervals are made.

    Returns:
        A row for each network and unit but the whole layer: ``loss`` (mean over attributes) with
        bounds over faces, trainings and attributes; ``near``, the attributes that lose no more
        than that; ``clearly_near``, those whose interval says so; ``of``, how many are known.
    """
    rows = []
    losses = {
        (network, unit): found[network, "layer"][1].less(
            found[network, unit][1], same_trainings=True
        )
        for network in networks
        for unit in FEWEST[:-1]
    }
    for network in networks:
        for unit in FEWEST[:-1]:
            loss, pool = losses[network, unit], [losses[name, unit] for name in networks]
            mean, low, high = over_attributes(loss, bootstrap, pool)
            _, upper = loss.interval(bootstrap.confidence, pool)
            rows.append(
                {
                    "network": network,
                    "unit": unit,
                    "loss": mean,
                    "loss_low": low,
                    "loss_high": high,
                    "near": int((loss.mean <= near).sum()),
                    "clearly_near": int((upper <= near).sum()),
                    "of": int(loss.counted.sum()),
                }
            )
    return pd.DataFrame(rows)


def fewest_table(
    found: Estimates, networks: Sequence[str], attributes: Sequence[str], near: float
) -> pd.DataFrame:
    """The smallest unit that reads each attribute about as well as the best layer.

    Returns:
        Columns ``network``, ``attribute``, ``unit`` (``layer`` where no smaller one does; empty
        where the layer is not known either), ``loss`` of that unit.
    """
    rows = []
    for network in networks:
        layer = found[network, "layer"][1].mean
        losses = {unit: layer - found[network, unit][1].mean for unit in FEWEST}
        for a, attribute in enumerate(attributes):
            unit = next((u for u in FEWEST if losses[u][a] <= near), "")
            loss = losses[unit][a] if unit else np.nan
            rows.append({"network": network, "attribute": attribute, "unit": unit, "loss": loss})
    return pd.DataFrame(rows)
