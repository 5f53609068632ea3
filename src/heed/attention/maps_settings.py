"""The parameter ``maps``, apart from the others: no training asks for what explains networks."""

from typing import Annotated, ClassVar, Final

from pydantic import Field

from heed.base.settings import Params
from heed.explain.placement import PlacementRule

OF_HEED: Final = ("before_relu", "after_relu")
"""Layers of Heed's own networks."""

AUTO: Final = "auto"
"""Of other networks the last layer with a grid of more than one cell."""


class MapsParams(Params):
    """``maps``: where maps are taken, and where their cells lie.

    Attributes:
        layer: of Heed's own networks ``before_relu`` or ``after_relu``, their last ReLU; of others
            the name of a module, or ``auto``: the last one with a grid of more than one cell.
        placement: by which rule cells lie in the crop, both where regions become cells and where
            maps become pixels.
    """

    key: ClassVar[str] = "maps"

    layer: Annotated[str, Field(min_length=1)]
    placement: PlacementRule
