"""The versions of the masks, and which of them a set of faces can have."""

from types import ModuleType
from typing import Final

from heed.masks import blocks, evidence, landmark_boxes, shapes
from heed.masks.settings import MASKS_OF_ONE_SCALE

LAYOUTS: Final[dict[int | str, ModuleType]] = {
    1: landmark_boxes,
    2: blocks,
    3: shapes,
    "evidence": evidence,
}
"""By ``mask.version`` the module with its ``NAMES`` and ``REGION_OF_ATTRIBUTE``."""

SHARED: Final = (2,)
"""Versions whose masks are the same for every face."""


def possible(*, evidence_kept: bool, scale_fits: bool) -> list[int | str]:
    """The versions that can be drawn.

    Args:
        evidence_kept: the faces are drawn, and their evidence masks were kept.
        scale_fits: the crops have the scale that versions 1 and 2 were made for.
    """
    return [
        version
        for version in LAYOUTS
        if scale_fits or version not in MASKS_OF_ONE_SCALE
        if evidence_kept or version != "evidence"
    ]
