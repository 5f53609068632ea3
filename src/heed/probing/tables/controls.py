"""Networks that were trained on identities against others of the same plan."""

from collections.abc import Mapping, Sequence

import pandas as pd

from heed.probing.schema import UNITS
from heed.probing.tables.best_units import Estimates, pools
from heed.probing.tables.faces_and_trainings import Bootstrap, over_attributes


def controls_table(
    found: Estimates,
    controls: Mapping[str, str],
    attributes: Sequence[str],
    bootstrap: Bootstrap,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """What training for identity adds to what can be read: network less control.

    Trainings of the two are independent; both are read on the same test faces, whose errors the
    intervals take for independent, which makes them wide.

    Args:
        found: of :func:`heed.probing.tables.best_units.best_estimates`.
        controls: by control the network that it is compared with.
        attributes: the order of the estimates.
        bootstrap: how intervals are made.

    Returns:
        Means: ``control``, ``network``, ``unit``, the mean balanced accuracies ``of_control`` and
        ``of_network``, ``difference`` with bounds over faces, trainings and attributes. And the
        same by attribute for whole layers: ``control``, ``network``, ``attribute``,
        ``difference`` with bounds.
    """
    means, by_attribute = [], []
    for control, network in controls.items():
        for unit in UNITS:
            pair = found[network, unit][1], found[control, unit][1]
            difference = pair[0].less(pair[1], same_trainings=False)
            pool = pools(found, unit)[1]
            mean, low, high = over_attributes(difference, bootstrap, pool)
            means.append(
                {
                    "control": control,
                    "network": network,
                    "unit": unit,
                    "of_control": pair[1].where(difference.counted).overall,
                    "of_network": pair[0].where(difference.counted).overall,
                    "difference": mean,
                    "difference_low": low,
                    "difference_high": high,
                }
            )
            if unit == "layer":
                lows, highs = difference.interval(bootstrap.confidence, pool)
                by_attribute += [
                    {
                        "control": control,
                        "network": network,
                        "attribute": attribute,
                        "difference": difference.mean[a],
                        "difference_low": lows[a],
                        "difference_high": highs[a],
                    }
                    for a, attribute in enumerate(attributes)
                ]
    columns = ["control", "network", "difference", "difference_low", "difference_high"]
    return (
        pd.DataFrame(means, columns=None if means else [*columns, "unit"]),
        pd.DataFrame(by_attribute, columns=None if by_attribute else [*columns, "attribute"]),
    )
