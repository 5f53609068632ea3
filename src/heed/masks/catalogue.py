"""The versions of the masks, and which of them a set of faces can have."""

from typing import Final

from heed.base.registry import Registry
from heed.masks.mask_version import MaskVersion
from heed.masks.names import EVIDENCE, FOLDER, PREFIX

VERSIONS: Final[Registry[MaskVersion]] = Registry(FOLDER, PREFIX)
"""Those that are drawn from landmarks, by name: the files of :mod:`heed.masks.versions`."""


def possible(*, evidence_kept: bool, scale: float) -> list[str]:
    """The values of ``mask.version`` whose masks can be drawn.

    Args:
        evidence_kept: the faces are drawn, and their evidence masks were kept.
        scale: of the crops, in eye-mouth distances.

    Returns:
        Names of :data:`VERSIONS`, and :data:`heed.masks.names.EVIDENCE` last.
    """
    drawn = [name for name, version in VERSIONS.items() if version.scale in (None, scale)]
    return [*drawn, EVIDENCE] if evidence_kept else drawn
