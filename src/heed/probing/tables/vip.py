"""Does VIP tell which neurons an attribute can be read from?

In each projection, that is a layer and an attribute, neurons over the range of VIP are read one by
one. VIP finds them if it goes with their accuracy, more so than their mean activation on faces with
the attribute, which many have taken for it.
"""

from collections.abc import Sequence
from itertools import product
from typing import Final

import numpy as np
import pandas as pd

from heed.probing.tables.faces_and_trainings import Bootstrap, of_trainings, over_attributes

MEASURES: Final = {"vip": "VIP", "mean_activation": "mean activation"}
"""What accuracy is correlated with, and in words."""

KINDS: Final = ("pearson", "spearman")
"""Of correlation."""

STEPS: Final = 10
"""Of equally many neurons, from the lowest to the highest of a projection."""

BINS: Final = 60
"""Of the histogram that layers share."""

PROJECTION: Final = ["network", "seed", "layer", "attribute"]


def correlations(vip: pd.DataFrame) -> pd.DataFrame:
    """Pearson's and Spearman's correlation with single-neuron accuracy in each projection.

    Args:
        vip: columns of :mod:`heed.probing.schema`.

    Returns:
        Columns of :data:`PROJECTION`, ``neurons``, and ``<measure>_pearson`` and
        ``<measure>_spearman`` of :data:`MEASURES`; NaN where one of the two does not vary.
    """
    by = vip.groupby(PROJECTION, sort=False)
    table = by.size().rename("neurons").reset_index()
    for name in MEASURES:
        known = vip[[*PROJECTION, name, "accuracy"]].dropna()
        ranks = known.groupby(PROJECTION, sort=False)[[name, "accuracy"]].rank()
        for kind, of in (("pearson", known), ("spearman", known.assign(**ranks))):
            found = _pearson_by_projection(of, name).rename(f"{name}_{kind}").reset_index()
            table = table.merge(found, on=PROJECTION, how="left")
    return table


def _pearson_by_projection(table: pd.DataFrame, name: str) -> pd.Series:
    """Pearson's correlation of a column with ``accuracy`` in each projection, all at once."""
    columns = [name, "accuracy"]
    by = table.groupby(PROJECTION, sort=False)
    centred = table[columns].astype(np.float64) - by[columns].transform("mean")
    products = pd.DataFrame(
        {
            "both": centred[name] * centred["accuracy"],
            "first": centred[name] ** 2,
            "second": centred["accuracy"] ** 2,
        }
    )
    sums = products.groupby([table[key] for key in PROJECTION], sort=False).sum()
    spread = by[columns].max() - by[columns].min()
    varies = (spread > 0).all(axis=1) & (by.size() > 2)
    r = sums["both"] / np.sqrt((sums["first"] * sums["second"]).where(varies))
    return r.clip(-1, 1)


def vip_table(
    found: pd.DataFrame, networks: Sequence[str], attributes: Sequence[str], bootstrap: Bootstrap
) -> pd.DataFrame:
    """Mean correlations over projections, and how much VIP's exceed those of mean activation.

    Args:
        found: of :func:`correlations`.
        networks: which.
        attributes: which.
        bootstrap: how intervals are made, over trainings and attributes.

    Returns:
        Columns ``network``, ``by`` (a measure, or ``difference``), ``pearson`` with bounds,
        ``spearman`` with bounds, ``projections``.
    """
    for kind in KINDS:
        first, second = (f"{name}_{kind}" for name in MEASURES)
        found = found.assign(**{f"difference_{kind}": found[first] - found[second]})
    known = [name for name in networks if name in set(found["network"])]
    means = found.groupby(["network", "seed", "attribute"], as_index=False).mean(numeric_only=True)
    rows: dict[tuple[str, str], dict[str, object]] = {}
    for by, kind in product((*MEASURES, "difference"), KINDS):
        column = f"{by}_{kind}"
        of = {
            name: of_trainings(means[means["network"] == name], column, attributes, bootstrap)
            for name in known
        }
        for name, estimate in of.items():
            keys = (kind, f"{kind}_low", f"{kind}_high")
            numbers = over_attributes(estimate, bootstrap, list(of.values()))
            row = rows.setdefault((name, by), {"network": name, "by": by})
            row |= dict(zip(keys, numbers, strict=True))
            own = found.loc[found["network"] == name, column]
            row["projections"] = int(own.notna().sum())
    columns = ["network", "by", "pearson", "pearson_low", "pearson_high", "spearman",
               "spearman_low", "spearman_high", "projections"]  # fmt: skip
    ordered = [rows[name, by] for name in known for by in (*MEASURES, "difference")]
    return pd.DataFrame(ordered, columns=columns)


def steps_table(vip: pd.DataFrame) -> pd.DataFrame:
    """Accuracy of single neurons by how high they stand in their projection.

    Neurons are ordered by a measure and cut into :data:`STEPS` equally large parts.

    Returns:
        A row for each network, measure (``by``) and ``step`` from 1: ``accuracy``, the median over
        neurons of all projections, and the quartiles ``lower`` and ``upper``.
    """
    columns = ["network", "by", "step", "accuracy", "lower", "upper"]
    if not len(vip):
        return pd.DataFrame(columns=columns)
    parts = []
    for name in MEASURES:
        ranks = vip.groupby(PROJECTION)[name].rank(method="first", pct=True)
        step = np.ceil(ranks.astype(np.float64) * STEPS)
        parts.append(vip.assign(by=name, step=step.clip(lower=1))[ranks.notna()])
    grouped = pd.concat(parts).groupby(["network", "by", "step"], sort=False)["accuracy"]
    table = grouped.quantile([0.25, 0.5, 0.75]).unstack().reset_index()  # noqa: PD010
    table.columns = pd.Index(["network", "by", "step", "lower", "accuracy", "upper"])
    order = {name: n for n, name in enumerate(vip["network"].unique())}
    return table.assign(place=table["network"].map(order)).sort_values(["place", "by", "step"])[
        columns
    ]


def example_table(vip: pd.DataFrame, found: pd.DataFrame) -> pd.DataFrame:
    """The neurons of one projection of each network: that whose correlation is the median one.

    Returns:
        Columns ``network``, ``layer``, ``attribute``, ``vip``, ``mean_activation``, ``accuracy``.
    """
    parts = []
    for _, of in found.groupby("network", sort=False):
        ranked = of[of["vip_pearson"].notna()].sort_values("vip_pearson", kind="stable")
        if ranked.empty:
            continue
        middle = ranked.iloc[(len(ranked) - 1) // 2]
        chosen = (vip[PROJECTION] == middle[PROJECTION]).all(axis=1)
        parts.append(vip[chosen])
    columns = ["network", "layer", "attribute", "vip", "mean_activation", "accuracy"]
    return pd.concat(parts)[columns] if parts else pd.DataFrame(columns=columns)


def histogram_table(histogram: pd.DataFrame) -> pd.DataFrame:
    """How the VIPs of each layer are distributed, all attributes and seeds together.

    Bins may differ from projection to projection; a count is spread evenly over its bin.

    Returns:
        Columns ``network``, ``layer``, ``depth``, ``low``, ``high``, ``density`` (whose integral
        over the bins is 1); :data:`BINS` bins of equal width from 0, the same for all layers.
    """
    columns = ["network", "layer", "depth", "low", "high", "density"]
    if not len(histogram):
        return pd.DataFrame(columns=columns)
    edges = np.linspace(0.0, float(histogram["high"].max()), BINS + 1)
    rows = []
    for (network, layer, depth), of in histogram.groupby(["network", "layer", "depth"], sort=False):
        mass = np.zeros(BINS)
        for _, projection in of.groupby(["seed", "attribute"], sort=False):
            ordered = projection.sort_values("low")
            ends = np.append(ordered["low"].to_numpy(np.float64), ordered["high"].iloc[-1])
            below = np.append(0.0, np.cumsum(ordered["count"].to_numpy(np.float64)))
            mass += np.diff(np.interp(edges, ends, below))
        density = mass / max(mass.sum(), 1.0) / np.diff(edges)
        rows += [
            {
                "network": network,
                "layer": layer,
                "depth": depth,
                "low": edges[b],
                "high": edges[b + 1],
                "density": density[b],
            }
            for b in range(BINS)
        ]
    return pd.DataFrame(rows, columns=columns)
