"""Every layer of a network probed for every attribute, training by training."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from tqdm import tqdm

from heed.celeba.attributes import ATTRIBUTES
from heed.layers.layer import Layer, Layers
from heed.layers.listing import layers_of
from heed.layers.streaming import LayerFeatures, features_of
from heed.pls.single_units import fit_single_units
from heed.probing.balanced_draws import AttributeDraw, balanced_draws
from heed.probing.faces import LabelledFaces
from heed.probing.layer_probe import probe_layer
from heed.probing.run_settings import LayersParams, ProbeParams, VipParams
from heed.probing.stored_weights import load_stored, weights_of


@dataclass(frozen=True)
class NetworkProbe:
    """The tables of one network (:mod:`heed.probing.schema`)."""

    probes: pd.DataFrame
    vip: pd.DataFrame
    histogram: pd.DataFrame


def probe_network(
    name: str, faces: LabelledFaces, wanted: LayersParams, params: ProbeParams, vip: VipParams
) -> NetworkProbe:
    """Probe all trainings of a network.

    Args:
        name: an entry of ``networks``.
        faces: whose attributes are read.
        wanted: which of its layers.
        params: draws and probes.
        vip: which neurons are tried alone, and the bins of the histograms.
    """
    draws = draws_of(faces, params)
    probes: list[dict[str, Any]] = []
    neurons: list[pd.DataFrame] = []
    counts: list[pd.DataFrame] = []
    for file in weights_of(name):
        network = load_stored(file)
        layers = layers_of(network, faces.images[[0]])
        chosen = layers.choose(wanted.names, wanted.kinds)
        streamed = features_of(
            network,
            faces.images,
            chosen,
            memory=params.memory,
            disk=params.disk,
            batch_size=params.batch_size,
        )
        fixed = {"network": name, "seed": int(file.stem)}
        with tqdm(total=len(chosen), unit="layer", desc=f"probe {name} {file.stem}") as progress:
            for features in streamed:
                of_layer = {**fixed, **described(features.layer, layers)}
                found = probe_layer(features, draws, faces.labels, faces.test, params)
                probes += [of_layer | row for row in found.rows]
                probed = [draw for draw in draws if draw.defined]
                own = neurons_over_vip(features, probed, faces.labels, found.vip, vip, params)
                neurons.append(own.assign(**of_layer))
                counts.append(vip_histogram(probed, found.vip, vip.bins).assign(**of_layer))
                progress.update()
    return NetworkProbe(
        pd.DataFrame(probes),
        pd.concat(neurons, ignore_index=True),
        pd.concat(counts, ignore_index=True),
    )


def draws_of(faces: LabelledFaces, params: ProbeParams) -> list[AttributeDraw]:
    """The draw of each attribute, the same for all networks."""
    return balanced_draws(
        faces.labels,
        ATTRIBUTES,
        faces.pool,
        training=params.training,
        validation=params.validation,
        seed=params.seed,
    )


def described(layer: Layer, layers: Layers) -> dict[str, Any]:
    """A layer's columns in the tables; depth counts from 1, over all layers that there are."""
    return {
        "layer": layer.name,
        "depth": layer.depth + 1,
        "layers": len(layers),
        "kind": layer.kind,
        "features": layer.features,
    }


def neurons_over_vip(
    features: LayerFeatures,
    draws: Sequence[AttributeDraw],
    labels: NDArray[np.int8],
    vip: NDArray[np.float32],
    params: VipParams,
    probe: ProbeParams,
) -> pd.DataFrame:
    """Single neurons, evenly spread over the range of VIP: what each tells alone.

    Neurons are those nearest to as many equally spaced values from the lowest VIP to the highest;
    of neurons that are nearest to several, each counts once.

    Returns:
        Columns ``attribute``, ``neuron``, ``vip``, ``mean_activation`` (over the training faces
        with the attribute), ``accuracy`` of QDA on the validation faces.
    """
    parts = []
    chosen = [spread_over(of_one, params.neurons) for of_one in vip]
    wanted = np.unique(np.concatenate([*chosen, np.empty(0, np.intp)]))
    values = features.columns(wanted)
    for draw, neurons, of_one in zip(draws, chosen, vip, strict=True):
        truth = labels[:, ATTRIBUTES.index(draw.attribute)] > 0
        own = values[:, np.searchsorted(wanted, neurons)]
        fitted = fit_single_units(own[draw.training], truth[draw.training], probe.regularisation)
        positives = draw.training[truth[draw.training]]
        parts.append(
            pd.DataFrame(
                {
                    "attribute": draw.attribute,
                    "neuron": neurons,
                    "vip": of_one[neurons].astype(np.float64),
                    "mean_activation": own[positives].mean(axis=0, dtype=np.float64),
                    "accuracy": fitted.rates(own[draw.validation], truth[draw.validation]).accuracy,
                }
            )
        )
    columns = ["attribute", "neuron", "vip", "mean_activation", "accuracy"]
    return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=columns)


def spread_over(values: NDArray[np.floating], count: int) -> NDArray[np.intp]:
    """Indices of the values nearest to equally spaced ones over their range, in ascending order.

    Example:
        >>> spread_over(np.array([0.0, 0.1, 0.2, 2.0, 1.1]), 3).tolist()
        [0, 3, 4]
    """
    order = np.argsort(values, kind="stable")
    ascending = values[order]
    asked = np.linspace(ascending[0], ascending[-1], count)
    above = np.clip(np.searchsorted(ascending, asked), 1, max(len(values) - 1, 1))
    above = np.minimum(above, len(values) - 1)
    below = np.maximum(above - 1, 0)
    nearer = np.where(asked - ascending[below] <= ascending[above] - asked, below, above)
    return np.unique(order[nearer])


def vip_histogram(
    draws: Sequence[AttributeDraw], vip: NDArray[np.float32], bins: int
) -> pd.DataFrame:
    """How many neurons have which VIP: columns ``attribute``, ``low``, ``high``, ``count``."""
    rows = []
    for draw, of_one in zip(draws, vip, strict=True):
        counts, edges = np.histogram(of_one, bins=bins)
        rows += [
            {"attribute": draw.attribute, "low": low, "high": high, "count": int(count)}
            for low, high, count in zip(edges[:-1], edges[1:], counts, strict=True)
        ]
    return pd.DataFrame(rows, columns=["attribute", "low", "high", "count"])
