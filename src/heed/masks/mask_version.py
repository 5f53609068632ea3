"""What a version of the masks is."""

from typing import Final, Protocol

from numpy.typing import ArrayLike

from heed.masks.packing import Packed
from heed.masks.regions import Regions

MASK_SCALE: Final = 5.5
"""The ``crop.scale`` that masks 1 and 2 and the constant landmark shift were made for."""


class MaskVersion(Protocol):
    """A way to draw where classifiers should look, from five landmarks.

    The files of :mod:`heed.masks.versions` each register one (see :mod:`heed.base.registry`):
    ``version_4.py`` with ``ENTRY: MaskVersion`` is all that a version 4 takes.
    """

    @property
    def name(self) -> str:
        """As ``mask.version`` gives it, which is also how files and tables name it."""

    @property
    def regions(self) -> Regions:
        """The regions that are drawn, in order, each with the attributes that share it."""

    @property
    def shared(self) -> bool:
        """Whether all faces have the same masks."""

    @property
    def scale(self) -> float | None:
        """The ``crop.scale`` that it was made for; None where it follows a face at any scale."""

    def masks(self, landmarks: ArrayLike, size: int) -> Packed:
        """Draw the masks of some faces.

        Args:
            landmarks: (n, 5, 2) x to the right, y down in pixels of the crop, in the order of
                :data:`heed.geometry.alignment.LANDMARKS`.
            size: side of the crop in pixels, a multiple of 8.

        Returns:
            (n, R, size, size // 8) uint8, packed as in :mod:`heed.masks.packing`, one mask for
            each of ``regions``; n is 1 where they are shared.
        """
