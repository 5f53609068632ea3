"""What some attributes have more of than others: how well they are read, what depth takes away."""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from heed.metrics.estimates import Estimate
from heed.probing.tables.faces_and_trainings import Bootstrap, over_attributes, over_these


def losses_table(
    losses: Mapping[str, Estimate],
    attributes: Sequence[str],
    groups: Mapping[str, Sequence[str]],
    bootstrap: Bootstrap,
) -> pd.DataFrame:
    """Mean loss from the best layer to the last one, group by group.

    Args:
        losses: of :func:`heed.probing.tables.by_depth.encoding_table`, by network.
        attributes: their order.
        groups: by name, their attributes.
        bootstrap: how intervals are made.

    Returns:
        Columns ``network``, ``group``, ``attributes``, ``loss`` with bounds over faces and
        trainings: of these attributes, which are all that a group has.
    """
    rows = []
    for name, members in groups.items():
        chosen = {
            network: of_members(each, attributes, members) for network, each in losses.items()
        }
        for network, of in chosen.items():
            mean, low, high = over_these(of, bootstrap, list(chosen.values()))
            rows.append(
                {
                    "network": network,
                    "group": name,
                    "attributes": int(of.counted.sum()),
                    "loss": mean,
                    "loss_low": low,
                    "loss_high": high,
                }
            )
    return pd.DataFrame(rows)


def losses_over_controls(
    losses: Mapping[str, Estimate],
    controls: Mapping[str, str],
    attributes: Sequence[str],
    groups: Mapping[str, Sequence[str]],
    bootstrap: Bootstrap,
) -> pd.DataFrame:
    """What a network loses behind its best layer less what a control loses, group by group.

    Args:
        losses: of :func:`heed.probing.tables.by_depth.encoding_table`, by network.
        controls: by control the network that it is compared with.
        attributes: their order.
        groups: by name, their attributes.
        bootstrap: how intervals are made.

    Returns:
        Columns ``control``, ``network``, ``group``, ``difference`` with bounds over faces and
        trainings; over the attributes that both read.
    """
    rows = []
    for control, network in controls.items():
        difference = losses[network].less(losses[control], same_trainings=False)
        for name, members in groups.items():
            of = of_members(difference, attributes, members)
            pool = [of_members(each, attributes, members) for each in losses.values()]
            mean, low, high = over_these(of, bootstrap, pool)
            rows.append(
                {
                    "control": control,
                    "network": network,
                    "group": name,
                    "difference": mean,
                    "difference_low": low,
                    "difference_high": high,
                }
            )
    columns = ["control", "network", "group", "difference", "difference_low", "difference_high"]
    return pd.DataFrame(rows, columns=columns)


def contrast_table(
    quantity: str,
    estimates: Mapping[str, Estimate],
    attributes: Sequence[str],
    first: Sequence[str],
    second: Sequence[str],
    bootstrap: Bootstrap,
) -> pd.DataFrame:
    """The mean over some attributes less the mean over others, network by network.

    Each group's deviations are those of :func:`over_attributes`, or over faces and trainings alone
    where it has too few attributes to speak for others. The groups' are taken for independent:
    squares add up, on either side of the difference.

    Args:
        quantity: what it is of, copied into the table.
        estimates: by network.
        attributes: their order.
        first: attributes of one group.
        second: of the other.
        bootstrap: how intervals are made.

    Returns:
        Columns ``quantity``, ``network``, ``first``, ``second`` (means), ``difference`` with
        bounds; missing where a group has no known attribute.

    Example:
        >>> values = np.array([0.9, 0.8, 0.7, 0.6, 0.5, 0.4])
        >>> estimate = Estimate(np.ones(6), values, np.tile(values, (200, 1)), (values[None],))
        >>> table = contrast_table("accuracy", {"plain": estimate}, list("abcdef"), "abc", "def",
        ...                        Bootstrap(200, 0, 0.95))
        >>> table[["first", "second", "difference"]].round(3).to_numpy().tolist()
        [[0.8, 0.5, 0.3]]
    """
    rows = []
    for network, estimate in estimates.items():
        bounds = []
        for members in (first, second):
            pool = [of_members(each, attributes, members) for each in estimates.values()]
            of = of_members(estimate, attributes, members)
            mean, low, high = over_attributes(of, bootstrap, pool)
            if np.isnan(low):
                mean, low, high = over_these(of, bootstrap, pool)
            bounds.append((mean, low, high))
        (one, one_low, one_high), (other, other_low, other_high) = bounds
        difference = one - other
        down = np.hypot(one - one_low, other_high - other)
        up = np.hypot(one_high - one, other - other_low)
        rows.append(
            {
                "quantity": quantity,
                "network": network,
                "first": one,
                "second": other,
                "difference": difference,
                "difference_low": difference - down,
                "difference_high": difference + up,
            }
        )
    return pd.DataFrame(rows)


def of_members(estimate: Estimate, attributes: Sequence[str], members: Sequence[str]) -> Estimate:
    """The estimate of some attributes; the others are missing."""
    return estimate.where(np.isin(np.asarray(attributes), list(members)))
