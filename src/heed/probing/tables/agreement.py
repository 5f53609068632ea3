"""Do the architectures encode the same attributes equally well, and at the same depth?"""

from collections.abc import Mapping
from itertools import combinations
from typing import Final

import numpy as np
import pandas as pd

from heed.metrics.correlation import correlate
from heed.probing.settings import Published
from heed.probing.tables.faces_and_trainings import Bootstrap
from heed.probing.tables.published import published_accuracy

PUBLISHED: Final = "published"
"""Stands for the numbers of Diniz (2021)."""

COLUMNS = ["first", "second", "quantity", "spearman", "spearman_low", "spearman_high", "p", "n"]


def agreement_table(
    attributes: pd.DataFrame,
    encoding: pd.DataFrame,
    beside: Mapping[str, Published | None],
    bootstrap: Bootstrap,
) -> pd.DataFrame:
    """Spearman's rank correlation over attributes between two networks, or one and the thesis.

    Args:
        attributes: of :func:`heed.probing.tables.best_units.attributes_table`.
        encoding: of :func:`heed.probing.tables.by_depth.encoding_table`.
        beside: the networks, each with the published architecture that it is held against.
        bootstrap: how intervals are made: attributes are drawn.

    Returns:
        Columns ``first``, ``second`` (:data:`PUBLISHED` for the thesis), ``quantity``
        (``accuracy`` of the best layer, balanced between our networks and plain with the thesis',
        or ``readable_depth``), ``spearman`` with bounds, ``p``, ``n`` (attributes).
    """
    layer = attributes[attributes["unit"] == "layer"]
    balanced = layer.pivot_table(index="attribute", columns="network", values="balanced_accuracy")
    plain = layer.pivot_table(index="attribute", columns="network", values="accuracy")
    depth = encoding.pivot_table(index="attribute", columns="network", values="readable_depth")
    rows = []
    for first, second in combinations(beside, 2):
        for quantity, table in (("accuracy", balanced), ("readable_depth", depth)):
            if {first, second} <= set(table.columns):
                found = correlated(table[first], table[second], bootstrap)
                rows.append({"first": first, "second": second, "quantity": quantity, **found})
    published = published_accuracy().set_index("attribute")
    for network, architecture in beside.items():
        if architecture and network in plain.columns:
            found = correlated(plain[network], published[f"{architecture}_layer"], bootstrap)
            rows.append({"first": network, "second": PUBLISHED, "quantity": "accuracy", **found})
    return pd.DataFrame(rows, columns=COLUMNS)


def correlated(first: pd.Series, second: pd.Series, bootstrap: Bootstrap) -> dict[str, float]:
    """Spearman's correlation over the attributes that both know, with bounds, p-value and n."""
    pair = pd.concat([first, second], axis=1, keys=["first", "second"])
    found = correlate(
        pair["first"].to_numpy(np.float64),
        pair["second"].to_numpy(np.float64),
        resamples=bootstrap.resamples,
        confidence=bootstrap.confidence,
        seed=bootstrap.seed,
    )
    low, high = found.spearman_interval
    return {
        "spearman": found.spearman,
        "spearman_low": low,
        "spearman_high": high,
        "p": found.spearman_p,
        "n": found.n,
    }
