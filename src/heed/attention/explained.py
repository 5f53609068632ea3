"""What explains the study's networks, and where the cells of their maps lie."""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from heed.attention.maps_settings import MapsParams
from heed.attention.networks import AnyNetwork
from heed.base.settings import ParamsError
from heed.celeba.attributes import ATTRIBUTE_COUNT
from heed.explain.catalogue import METHODS
from heed.explain.explainers import AnyExplainer, explainer_of, placements_of
from heed.explain.names import Layer
from heed.explain.placement import Placement
from heed.networks.other import OtherNetwork

METHOD: Final = "gradcam"
"""What the study's maps are made by, as the paper's are."""


@dataclass(frozen=True)
class Grid:
    """The cells of a network's maps.

    Attributes:
        cells: along a side.
        placement: where they lie in the crop.
    """

    cells: int
    placement: Placement


def explaining(
    network: AnyNetwork, crop: NDArray[np.uint8], params: MapsParams
) -> tuple[AnyExplainer, Grid]:
    """What explains a network, and the cells of its maps.

    Args:
        network: on any device.
        crop: (1, S, S, 3) uint8, one of those that it will see.
        params: the layer, and the rule of the placement.

    Raises:
        ParamsError: the network's cells do not lie anywhere by that rule.
        InputError: it has no maps.
    """
    methods = {METHOD: METHODS[METHOD]}
    if isinstance(network, OtherNetwork):
        network.layer = params.layer
    layer: Layer = "after_relu" if params.layer == "after_relu" else "before_relu"
    explainer = explainer_of(network, methods, layer, crop, ATTRIBUTE_COUNT)
    cells = explainer(crop, 1).maps[METHOD].shape[-1]
    placements, untold = placements_of(explainer, crop.shape[1], cells)
    if params.placement not in placements:
        raise ParamsError(
            f"params.yaml: maps.placement: found {params.placement}, and {untold}; expected "
            f"{' or '.join(placements)}"
        )
    return explainer, Grid(cells, placements[params.placement])
