"""Neurons set to zero, and what later layers then tell less: the second ablation.

For each attribute the neurons of an early layer with the highest VIP are silenced, and probes of
later layers are fitted anew on what is left: a drop is what the network cannot make up for from
other neurons, and no probe's surprise at features that it was not fitted on.
"""

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
import pandas as pd
from torch import nn
from tqdm import tqdm

from heed.celeba.attributes import ATTRIBUTES
from heed.layers.layer import Layer, Layers
from heed.layers.listing import layers_of
from heed.layers.silencing import silenced
from heed.layers.streaming import features_of
from heed.pls.vip import top_units
from heed.probing.balanced_draws import AttributeDraw
from heed.probing.faces import LabelledFaces
from heed.probing.layer_probe import LayerProbe, probe_layer
from heed.probing.network_probe import draws_of
from heed.probing.run_settings import LayersParams, ProbeParams, SilenceParams
from heed.probing.stored_weights import load_stored, weights_of

UNITS: Final = ("layer", "channels", "neurons")
"""What later layers are read from."""


def silence_network(
    name: str,
    faces: LabelledFaces,
    intact: pd.DataFrame,
    wanted: LayersParams,
    params: ProbeParams,
    silence: SilenceParams,
) -> pd.DataFrame:
    """Silence neurons of all trainings of a network.

    Args:
        name: an entry of ``networks``.
        faces: whose attributes are read.
        intact: the network's table of probes.
        wanted: the layers that these are of.
        params: as they were made.
        silence: which neurons, for which attributes.

    Returns:
        The table ``silenced`` of :mod:`heed.probing.schema`.
    """
    rows: list[dict[str, Any]] = []
    known = intact.set_index(["seed", "layer", "attribute", "unit"])["accuracy"]
    draws = {draw.attribute: draw for draw in draws_of(faces, params) if draw.defined}
    probed = [attribute for attribute in silence.attributes if attribute in draws]
    files = weights_of(name)
    total = len(files) * len(probed) * len(silence.depths) * len(silence.shares)
    with tqdm(total=total, unit="pass", desc=f"silence {name}") as progress:
        for file in files:
            network, seed = load_stored(file), int(file.stem)
            layers = layers_of(network, faces.images[[0]])
            chosen = layers.choose(wanted.names, wanted.kinds)
            for attribute in probed:
                of_attribute = Trial(network, faces, draws[attribute], params)
                for depth in silence.depths:
                    early = at_depth(chosen, layers, depth)
                    later = spread(chosen, early, silence.later)
                    (found,) = of_attribute.probes([early])
                    for share in silence.shares:
                        count = max(1, round(share * early.features))
                        with silenced(network, early, top_units(found.vip[0], count)):
                            for layer, after in zip(later, of_attribute.probes(later), strict=True):
                                rows += [
                                    {
                                        "network": name,
                                        "seed": seed,
                                        "silenced": early.name,
                                        "silenced_depth": depth,
                                        "share": share,
                                        "layer": layer.name,
                                        "depth": layer.depth + 1,
                                        "attribute": attribute,
                                        "unit": row["unit"],
                                        "accuracy": row["accuracy"],
                                        "drop": known[seed, layer.name, attribute, row["unit"]]
                                        - row["accuracy"],
                                    }
                                    for row in after.rows
                                    if row["unit"] in UNITS
                                ]
                        progress.update()
    columns = ["network", "seed", "silenced", "silenced_depth", "share", "layer", "depth",
               "attribute", "unit", "accuracy", "drop"]  # fmt: skip
    return pd.DataFrame(rows, columns=columns)


class Trial:
    """One attribute and its faces alone, so that no other face passes the network.

    Args:
        network: that is read.
        faces: all of them.
        draw: of the attribute.
        params: of the probes.
    """

    def __init__(
        self, network: nn.Module, faces: LabelledFaces, draw: AttributeDraw, params: ProbeParams
    ) -> None:
        self._network, self._faces, self._params = network, faces, params
        self._rows = np.concatenate([draw.training, draw.validation, faces.test])
        places = np.split(
            np.arange(len(self._rows)), np.cumsum([len(draw.training), len(draw.validation)])
        )
        self._draw = AttributeDraw(draw.attribute, places[0], places[1])
        self._test = places[2]
        column = ATTRIBUTES.index(draw.attribute)
        self._labels = faces.labels[self._rows][:, [column]]

    def probes(self, layers: Sequence[Layer]) -> list[LayerProbe]:
        """Probe some layers of the network as it is now."""
        streamed = features_of(
            self._network,
            self._faces.images,
            layers,
            rows=self._rows,
            memory=self._params.memory,
            disk=self._params.disk,
            batch_size=self._params.batch_size,
        )
        return [
            probe_layer(features, [self._draw], self._labels, self._test, self._params)
            for features in streamed
        ]


def at_depth(chosen: Layers, layers: Layers, percent: float) -> Layer:
    """The layer among those chosen that is nearest to a share of a network's depth.

    The first layer of all has depth 0 %, the last 100 %; of two that are as near, the earlier. The
    last one chosen is none: nothing is read behind it.
    """
    place = percent / 100 * (len(layers) - 1)
    return min(list(chosen)[:-1] or list(chosen), key=lambda layer: abs(layer.depth - place))


def spread(chosen: Layers, early: Layer, count: int) -> list[Layer]:
    """Layers behind one of them, evenly spread up to the last."""
    later = [layer for layer in chosen if layer.depth > early.depth]
    if not later:
        return []
    places = np.unique(np.linspace(0, len(later) - 1, min(count, len(later))).round().astype(int))
    return [later[place] for place in places]
