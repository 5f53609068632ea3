"""What can be read from layer to layer: curves along depth, and where each attribute is encoded."""

from collections.abc import Sequence
from typing import Final

import numpy as np
import pandas as pd

from heed.metrics.estimates import Estimate
from heed.probing.attribute_groups import group_of
from heed.probing.tables.best_units import most_chosen
from heed.probing.tables.faces_and_trainings import Bootstrap, estimates

ALL = "all attributes"
"""The group of all."""

CHANCE = 0.5
"""Balanced accuracy of a guess."""

LOSS_STREAMS: Final = 1000
"""From this one on two for each network: of its best layers and its last ones. Losses of networks
are subtracted from each other, too."""


def depth_table(probes: pd.DataFrame) -> pd.DataFrame:
    """Mean accuracy over the attributes of a group, layer by layer.

    Args:
        probes: with ``depth_share``.

    Returns:
        A row for each network, group (:data:`ALL` first), unit and layer: ``depth``,
        ``depth_share``, ``kind``, ``attributes``; ``accuracy`` and ``balanced_accuracy``, means
        over attributes and seeds; ``lowest`` and ``highest``, of the latter's seeds.
    """
    every = probes.assign(group=ALL)
    grouped = probes.assign(group=probes["attribute"].map(group_of))
    both = pd.concat([every, grouped], ignore_index=True)
    both = both[both["balanced_accuracy"].notna()]
    keys = ["network", "group", "unit", "layer", "depth", "depth_share", "kind"]
    per_seed = both.groupby([*keys, "seed"], sort=False, as_index=False).agg(
        attributes=("attribute", "nunique"),
        accuracy=("accuracy", "mean"),
        balanced_accuracy=("balanced_accuracy", "mean"),
    )
    table = per_seed.groupby(keys, sort=False, as_index=False).agg(
        attributes=("attributes", "max"),
        accuracy=("accuracy", "mean"),
        balanced_accuracy=("balanced_accuracy", "mean"),
        lowest=("balanced_accuracy", "min"),
        highest=("balanced_accuracy", "max"),
    )
    networks = {name: n for n, name in enumerate(probes["network"].unique())}
    place = table["network"].map(networks)
    return (
        table.assign(place=place)
        .sort_values(["place", "group", "unit", "depth"], kind="stable")
        .drop(columns="place")
        .reset_index(drop=True)
    )


def layers_table(probes: pd.DataFrame) -> pd.DataFrame:
    """Balanced accuracy of whole layers, attribute by attribute; means over seeds.

    Returns:
        Columns ``network``, ``attribute``, ``layer``, ``depth``, ``balanced_accuracy``.
    """
    of_layers = probes[probes["unit"] == "layer"]
    keys = ["network", "attribute", "layer", "depth"]
    return of_layers.groupby(keys, sort=False, as_index=False)["balanced_accuracy"].mean()


def encoding_table(
    probes: pd.DataFrame,
    best: pd.DataFrame,
    networks: Sequence[str],
    attributes: Sequence[str],
    *,
    readable: float,
    above_chance: float,
    bootstrap: Bootstrap,
) -> tuple[pd.DataFrame, dict[str, Estimate]]:
    """Where each attribute becomes readable, is read best, and what the last layer keeps of it.

    All is of whole layers. An attribute is readable from the first layer on whose validation
    accuracy is at least 1/2 + ``readable`` x (best - 1/2). The loss is the test balanced accuracy
    of the best layer less that of the last one; both err on the same faces, and the interval takes
    them for independent, which makes it wide.

    Args:
        probes: with ``depth_share``.
        best: of :func:`heed.probing.tables.best_units.best_units`.
        networks: which.
        attributes: in this order.
        readable: share of the way from chance to the best layer.
        above_chance: attributes whose best layer's validation accuracy is below 1/2 plus this are
            readable nowhere: no depth, no loss.
        bootstrap: how intervals are made.

    Returns:
        A row for each network and attribute: ``group``; ``readable_layer`` and ``readable_depth``
        (share of the network's depth, mean over seeds), the same of ``best_`` and ``last_``;
        ``best`` and ``last``, balanced accuracies; ``loss``, ``loss_low``, ``loss_high``. And the
        losses as estimates, by network.
    """
    layers = probes[(probes["unit"] == "layer") & probes["validation"].notna()]
    of_best = best[(best["unit"] == "layer") & (best["validation"] >= CHANCE + above_chance)]
    found = {}
    for number, network in enumerate(networks):
        own = layers[layers["network"] == network]
        peak = of_best[of_best["network"] == network]
        last = own.sort_values("depth").drop_duplicates(["seed", "attribute"], keep="last")
        last = last.merge(peak[["seed", "attribute"]], on=["seed", "attribute"])
        places = {"readable": _first_readable(own, peak, readable), "best": peak, "last": last}
        seeds = sorted(own["seed"].unique())
        of_peak, of_last = (
            estimates(rows, attributes, bootstrap, seeds=seeds, stream=stream)[1]
            for stream, rows in enumerate((peak, last), LOSS_STREAMS + 2 * number)
        )
        found[network] = places, of_peak, of_last
    losses = {
        network: of_peak.less(of_last, same_trainings=True)
        for network, (_, of_peak, of_last) in found.items()
    }
    parts = []
    for network, (places, of_peak, of_last) in found.items():
        loss = losses[network]
        low, high = loss.interval(bootstrap.confidence, list(losses.values()))
        columns: dict[str, object] = {
            "network": network,
            "attribute": list(attributes),
            "group": [group_of(name) for name in attributes],
        }
        for place, rows in places.items():
            by_attribute = rows.groupby("attribute")["depth_share"].mean()
            names = most_chosen(rows, ["attribute"])["layer"].reindex(attributes)
            columns[f"{place}_layer"] = names.fillna("").to_numpy()
            columns[f"{place}_depth"] = by_attribute.reindex(attributes).to_numpy(np.float64)
        columns |= {"best": of_peak.mean, "last": of_last.mean}
        columns |= {"loss": loss.mean, "loss_low": low, "loss_high": high}
        parts.append(pd.DataFrame(columns))
    return pd.concat(parts, ignore_index=True), losses


def undefined_table(probes: pd.DataFrame) -> pd.DataFrame:
    """Probes that could not be formed, with the reason.

    Returns:
        Columns ``network``, ``unit``, ``why``, ``probes`` (how many) and ``of`` (all of that
        network and unit).
    """
    total = probes.groupby(["network", "unit"], sort=False).size().rename("of").reset_index()
    without = probes[probes["accuracy"].isna()]
    keys = ["network", "unit", "why"]
    counted = without.groupby(keys, sort=False).size().rename("probes").reset_index()
    return counted.merge(total, on=["network", "unit"])[[*keys, "probes", "of"]]


def _first_readable(layers: pd.DataFrame, peak: pd.DataFrame, readable: float) -> pd.DataFrame:
    reached = layers.merge(
        peak[["seed", "attribute", "validation"]], on=["seed", "attribute"], suffixes=("", "_best")
    )
    needed = CHANCE + readable * (reached["validation_best"] - CHANCE)
    reached = reached[reached["validation"] >= needed]
    return reached.sort_values("depth").drop_duplicates(["seed", "attribute"])
