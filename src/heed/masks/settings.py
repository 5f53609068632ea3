"""The parameter ``mask``: which version of the masks is scored against."""

from typing import ClassVar, Final, Literal

from heed.base.settings import Params

MaskVersion = Literal[1, 2, 3, "evidence"]

MASK_SCALE: Final = 5.5
"""The ``crop.scale`` that masks 1 and 2 and the constant landmark shift were made for."""

MASKS_OF_ONE_SCALE: Final = (1, 2)
"""Versions of the masks in pixels of such a crop; the others follow the face at any scale."""


class MaskParams(Params):
    """``mask``: where a classifier should look."""

    key: ClassVar[str] = "mask"

    version: MaskVersion
