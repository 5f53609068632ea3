"""What the studies found, as the explorer shows it: read from the tables that are in git.

A study that has not run, or whose tables are damaged, is nothing to fail over: instead of a table
there is a sentence that says what to do.
"""

import os
from pathlib import Path
from typing import Final

import pandas as pd

from heed.explorer.study_tables import Shown, shown
from heed.methods import paths as methods
from heed.probing import paths as probing

FOLDER: Final = "studies"
"""Where the studies are, from the folder of the audit."""


def methods_ranking(root: str | os.PathLike[str]) -> Shown:
    """How the methods of maps rank by each metric of the study of methods.

    Args:
        root: folder of the audit.

    Returns:
        A row for each metric and method, the best method of each metric first: ``metric``,
        ``label``, ``direction`` (``up``: higher is better), ``method``, ``rank`` (a mean over
        images, 1 the best), ``best`` (no method is better beyond chance), ``critical_difference``
        of ranks, ``p`` of Friedman's test, ``images``; ``value``, ``value_low``, ``value_high``.
    """

    def made(ranks: pd.DataFrame, values: pd.DataFrame) -> pd.DataFrame:
        from heed.methods.catalogue import METRICS  # here: it imports torch, which takes seconds

        table = ranks.merge(values, "left", ["metric", "method"])
        known = [METRICS.get(name) for name in table["metric"]]
        names = zip(known, table["metric"], strict=True)
        table.insert(1, "label", [each.label if each else name for each, name in names])
        table.insert(2, "direction", [each.direction if each else "up" for each in known])
        order = {name: place for place, name in enumerate(dict.fromkeys(ranks["metric"]))}
        place = table["metric"].map(order)
        return (
            table.assign(place=place)
            .sort_values(["place", "rank"], kind="stable")
            .drop(columns="place")
        )

    columns = (
        ("metric", "method", "rank", "critical_difference", "p", "images", "best"),
        ("metric", "method", "value", "value_low", "value_high"),
    )
    return shown(
        Path(root) / FOLDER / "methods",
        [f"{methods.TABLES}/ranks.csv", f"{methods.TABLES}/methods.csv"],
        columns,
        made,
        "Mean rank of each method of maps over the images, by each metric; 1 is the best. Methods "
        "whose ranks differ by less than the critical difference (Nemenyi) do not differ "
        "significantly.",
    )


def probing_heat_map(root: str | os.PathLike[str]) -> Shown:
    """How well each attribute is read from each layer, in the study of probing.

    Args:
        root: folder of the audit.

    Returns:
        A row for each network, attribute and layer, networks and attributes as the study orders
        them and layers by depth: ``network``, ``attribute``, ``layer``, ``depth`` (place among the
        network's layers), ``balanced_accuracy`` (NaN where it is not defined), ``best`` (the layer
        of the highest validation accuracy).
    """

    def made(layers: pd.DataFrame, encoding: pd.DataFrame) -> pd.DataFrame:
        best = encoding.set_index(["network", "attribute"])["best_layer"]
        keys = pd.MultiIndex.from_frame(layers[["network", "attribute"]])
        table = layers.assign(best=best.reindex(keys).to_numpy() == layers["layer"].to_numpy())
        networks, attributes = (
            {name: place for place, name in enumerate(dict.fromkeys(names))}
            for names in (layers["network"], encoding["attribute"])
        )
        places = {"n": table["network"].map(networks), "a": table["attribute"].map(attributes)}
        ordered = table.assign(**places).sort_values(["n", "a", "depth"], kind="stable")
        return ordered.drop(columns=["n", "a"])

    columns = (
        ("network", "attribute", "layer", "depth", "balanced_accuracy"),
        ("network", "attribute", "best_layer"),
    )
    return shown(
        Path(root) / FOLDER / "probing",
        [f"{probing.TABLES}/layers.csv", f"{probing.TABLES}/encoding.csv"],
        columns,
        made,
        "Test balanced accuracy of every attribute read from every whole layer, by depth; marked "
        "is the layer with the highest validation accuracy. 0.5 is chance.",
    )
