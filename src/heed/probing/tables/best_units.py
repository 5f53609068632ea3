"""The best layer, channel and neuron of each attribute: Table 5.2 and its means.

The best unit is chosen on the balanced validation draw; what is reported is read from the test
partition, which had no part in the choice.
"""

from collections.abc import Mapping, Sequence
from itertools import product

import numpy as np
import pandas as pd

from heed.metrics.estimates import Estimate
from heed.probing.attribute_groups import group_of
from heed.probing.schema import UNITS
from heed.probing.settings import Published
from heed.probing.tables.faces_and_trainings import Bootstrap, estimates, over_attributes
from heed.probing.tables.published import published_accuracy

Estimates = Mapping[tuple[str, str], tuple[Estimate, Estimate]]
"""Accuracy and balanced accuracy per attribute, by network and unit."""

COLUMNS = ["network", "unit", "attribute", "group", "layer", "kind", "depth", "depth_share", "n",
           "validation", "seeds", "accuracy", "accuracy_low", "accuracy_high", "balanced_accuracy",
           "balanced_accuracy_low", "balanced_accuracy_high", "published"]  # fmt: skip
"""Of :func:`attributes_table`."""


def with_depth_share(probes: pd.DataFrame) -> pd.DataFrame:
    """Probes with ``depth_share``: their depth as a share of all the network's layers, 0..1.

    Of all that there are, not of those that are read: a list that ends early ends before 1.
    """
    return probes.assign(depth_share=probes["depth"] / probes["layers"])


def best_units(probes: pd.DataFrame) -> pd.DataFrame:
    """For each network, seed, attribute and unit the layer with the highest validation accuracy.

    Of equal ones the first in the network counts. Probes that are not defined are no candidates.

    Args:
        probes: columns of :mod:`heed.probing.schema`.

    Returns:
        Some of the rows, in their order.
    """
    known = probes[probes["validation"].notna()]
    ranked = known.sort_values(["validation", "depth"], ascending=[False, True], kind="stable")
    return ranked.drop_duplicates(["network", "seed", "attribute", "unit"]).sort_index()


def best_estimates(
    best: pd.DataFrame, networks: Sequence[str], attributes: Sequence[str], bootstrap: Bootstrap
) -> dict[tuple[str, str], tuple[Estimate, Estimate]]:
    """Test accuracy and balanced accuracy of the best units, by network and unit.

    Args:
        best: of :func:`best_units`.
        networks: which.
        attributes: the order of the estimates.
        bootstrap: how intervals are made; each estimate has resamples of its own.
    """
    found = {}
    for stream, (network, unit) in enumerate(product(networks, UNITS)):
        own = best[best["network"] == network]
        seeds = sorted(own["seed"].unique())
        rows = own[own["unit"] == unit]
        found[network, unit] = estimates(rows, attributes, bootstrap, seeds=seeds, stream=stream)
    return found


def attributes_table(
    best: pd.DataFrame,
    found: Estimates,
    attributes: Sequence[str],
    beside: Mapping[str, Published | None],
    bootstrap: Bootstrap,
) -> pd.DataFrame:
    """Table 5.2 as a long table.

    Args:
        best: of :func:`best_units`, with ``depth_share``.
        found: of :func:`best_estimates`.
        attributes: in this order.
        beside: by network the architecture whose published numbers stand beside its own.
        bootstrap: how intervals are made.

    Returns:
        A row for each network, unit and attribute: ``group``, ``layer`` (the one that most seeds
        choose), ``kind``, ``depth``, ``depth_share`` (means over seeds), ``seeds``, ``n`` (training
        samples), ``validation``, ``accuracy`` and ``balanced_accuracy`` with their bounds, and
        ``published``; shares.
    """
    published = published_accuracy().set_index("attribute")
    by = ["network", "unit", "attribute"]
    layers = most_chosen(best, by)
    grouped = best.groupby(by)
    means = grouped[["depth", "depth_share", "n", "validation"]].mean().assign(seeds=grouped.size())
    rows = []
    for (network, unit), (accuracy, balanced) in found.items():
        bounds = [
            tuple(np.clip(each.interval(bootstrap.confidence, pool), 0, 1))
            for each, pool in zip((accuracy, balanced), pools(found, unit), strict=True)
        ]
        column = f"{beside.get(network)}_{unit}"
        of_thesis = published.get(column, pd.Series(dtype=np.float64))
        for a, attribute in enumerate(attributes):
            place = network, unit, attribute
            if place not in layers.index:
                continue
            rows.append(
                {
                    "network": network,
                    "unit": unit,
                    "attribute": attribute,
                    "group": group_of(attribute),
                    **layers.loc[place],
                    **means.loc[place],
                    **_with_bounds("accuracy", accuracy, bounds[0], a),
                    **_with_bounds("balanced_accuracy", balanced, bounds[1], a),
                    "published": of_thesis.get(attribute, np.nan),
                }
            )
    return pd.DataFrame(rows, columns=None if rows else COLUMNS)


def averages_table(
    found: Estimates,
    attributes: Sequence[str],
    beside: Mapping[str, Published | None],
    bootstrap: Bootstrap,
) -> pd.DataFrame:
    """Means over the attributes of the best units.

    Args:
        found: of :func:`best_estimates`.
        attributes: their order.
        beside: see :func:`attributes_table`.
        bootstrap: how intervals are made.

    Returns:
        A row for each network and unit: ``attributes`` (how many), ``accuracy`` and
        ``balanced_accuracy`` with bounds over faces, trainings and attributes, ``published``, the
        thesis' mean over the same attributes.
    """
    published = published_accuracy().set_index("attribute").reindex(list(attributes))
    rows = []
    for (network, unit), (accuracy, balanced) in found.items():
        row: dict[str, object] = {
            "network": network,
            "unit": unit,
            "attributes": int(accuracy.counted.sum()),
        }
        named = zip(("accuracy", "balanced_accuracy"), (accuracy, balanced), strict=True)
        for (name, each), pool in zip(named, pools(found, unit), strict=True):
            keys = (name, f"{name}_low", f"{name}_high")
            row |= dict(zip(keys, over_attributes(each, bootstrap, pool), strict=True))
        means = published[accuracy.counted].mean()
        rows.append({**row, "published": means.get(f"{beside.get(network)}_{unit}", np.nan)})
    return pd.DataFrame(rows)


def pools(found: Estimates, unit: str) -> tuple[list[Estimate], list[Estimate]]:
    """Accuracy and balanced accuracy of a unit of all networks: their trainings scatter alike."""
    of_unit = [estimates for (_, name), estimates in found.items() if name == unit]
    return [accuracy for accuracy, _ in of_unit], [balanced for _, balanced in of_unit]


def most_chosen(rows: pd.DataFrame, by: Sequence[str]) -> pd.DataFrame:
    """The layer that most rows of a group have; of equally many the first in the network.

    Args:
        rows: with ``layer``, ``kind``, ``depth``.
        by: columns that make a group.

    Returns:
        Columns ``layer`` and ``kind``, with the groups as index.

    Example:
        >>> rows = pd.DataFrame({"attribute": "Bald", "layer": ["a", "c", "c"], "kind": "conv",
        ...                      "depth": [1, 3, 3]})
        >>> most_chosen(rows, ["attribute"])["layer"].to_dict()
        {'Bald': 'c'}
    """
    keys = [*by, "layer", "kind", "depth"]
    counted = rows.groupby(keys, sort=False).size().rename("count").reset_index()
    ranked = counted.sort_values(["count", "depth"], ascending=[False, True], kind="stable")
    return ranked.drop_duplicates(list(by)).set_index(list(by))[["layer", "kind"]]


def _with_bounds(
    name: str, estimate: Estimate, bounds: tuple[np.ndarray, np.ndarray], place: int
) -> dict[str, float]:
    low, high = bounds
    return {name: estimate.mean[place], f"{name}_low": low[place], f"{name}_high": high[place]}
