"""The explainer of a network: the closed form for Heed's own, the engine for any other."""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from heed.explain.forward import Explainer
from heed.explain.method import Method
from heed.explain.names import Layer, Precision
from heed.explain.other_network import OtherExplainer, Places
from heed.explain.placement import Placement, PlacementError, PlacementRule
from heed.networks.network import Network
from heed.networks.other import OtherNetwork

AnyExplainer = Explainer | OtherExplainer
"""Called alike, and what they answer is alike."""


def explainer_of(
    network: Network | OtherNetwork,
    methods: Mapping[str, Method],
    layer: Layer,
    image: NDArray[np.uint8],
    outputs: int,
    precision: Precision = "float32",
    places: Places | None = None,
) -> AnyExplainer:
    """What explains a network by several methods at once.

    Args:
        network: any.
        methods: what to map with, by name.
        layer: where the maps of Heed's own networks are taken; another says so itself.
        image: (1, S, S, 3) uint8, one of the images.
        outputs: the number A of logits that it has.
        precision: of what comes before the layer.
        places: see :class:`heed.explain.other_network.OtherExplainer`.

    Raises:
        ValueError: as either of the two.
    """
    if isinstance(network, OtherNetwork):
        return OtherExplainer(network, methods, image, outputs, precision, places)
    return Explainer(network, methods, layer, precision)


def placements_of(
    explainer: AnyExplainer, size: int, cells: int
) -> tuple[dict[PlacementRule, Placement], str | None]:
    """Where the cells of an explainer's maps lie, by each rule that can be told.

    Args:
        explainer: of a network.
        size: side S of the images in pixels.
        cells: side of the maps in cells.

    Returns:
        The placements, and why ``receptive_field`` is not among them. Such a network can still be
        audited by the half-pixel rule.
    """
    found: dict[PlacementRule, Placement] = {"half_pixel": Placement.half_pixel(size, cells)}
    try:
        return {"receptive_field": explainer.placement(), **found}, None
    except PlacementError as error:
        return found, str(error)
