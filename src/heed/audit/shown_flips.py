"""Drawn faces that the page shows with each attribute switched: pictures, logits and maps."""

from collections.abc import Mapping

import numpy as np
import zarr
from numpy.typing import NDArray

from heed.audit.causal_trials import Training
from heed.audit.flip_store import Flipped, ShownFlips
from heed.audit.flips import Counterfactuals, Order, seen
from heed.celeba.attributes import ATTRIBUTES
from heed.explain.catalogue import METHODS
from heed.explain.explainers import explainer_of
from heed.explain.names import of_minus
from heed.explain.signs import signed_maps, target_signs


def draw_flips(
    draw: Counterfactuals,
    orders: list[Order],
    stored: Mapping[int, NDArray[np.uint8]],
    labels: NDArray[np.int8],
    trainings: Mapping[str, Training],
) -> ShownFlips:
    """Draw some faces with each attribute switched in turn, and show them to the networks.

    Args:
        draw: what draws the faces of the run again.
        orders: the faces, and which attributes of them can be switched; one that shows nowhere,
            such as bangs under a hat, is left out.
        stored: their crops as they are, by row.
        labels: of all audited faces, -1 or +1, (N, 40).
        trainings: of each model the one whose maps are shown.
    """
    drawn = [(order, draw(order)) for order in orders]
    shown = [seen(crops, stored[order.row]) for order, crops in drawn]
    rows = np.concatenate(
        [np.full(kept.sum(), order.row) for (order, _), kept in zip(drawn, shown, strict=True)]
    ).astype(np.int64)
    attributes = np.concatenate(
        [np.array(order.attributes)[kept] for (order, _), kept in zip(drawn, shown, strict=True)]
    ).astype(np.int64)
    crops = np.concatenate([of[kept] for (_, of), kept in zip(drawn, shown, strict=True)])
    switched = -labels[rows, attributes]
    of = {model: _explained(one, crops, attributes, switched) for model, one in trainings.items()}
    return ShownFlips(rows, attributes, crops, of)


def _explained(
    training: Training,
    crops: NDArray[np.uint8],
    attributes: NDArray[np.int64],
    labels: NDArray[np.int8],
) -> Flipped:
    """Maps as those of the stage ``cams``: by its method, at its layer, for its target."""
    chosen = zarr.open_group(training.file, mode="r").attrs.asdict()
    method, layer = str(chosen["method"]), chosen["layer"]
    methods = {method: METHODS[method]}
    explainer = explainer_of(training.network, methods, layer, crops[:1], len(ATTRIBUTES))
    found = explainer(crops)
    each = np.arange(len(crops))
    logits = found.logits[each, attributes]
    all_labels = np.ones(found.logits.shape, np.int8)
    all_labels[each, attributes] = labels
    signs = target_signs(chosen["target"], found.logits, all_labels)[each, attributes]
    negative = found.maps.get(of_minus(method))
    maps = signed_maps(
        signs,
        found.maps[method][each, attributes],
        None if negative is None else negative[each, attributes],
    )
    return Flipped(logits, found.contribution[each, attributes], maps)
