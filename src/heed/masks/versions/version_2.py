"""Mask version 2: the same blocks of a 7x7 grid for every face (Bieri 2023, table A.2).

The crop is divided into 7x7 blocks, the cells of the networks' last features. Kept as
published: Bangs has the block of the eyes, Heavy Makeup only nose and cheeks, and
Mustache shares the block of the mouth.
"""

from typing import Final, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from heed.masks.mask_version import MASK_SCALE, MaskVersion
from heed.masks.packing import Packed, pack

GRID: Final = 7


class Blocks(NamedTuple):
    """Columns [left, right) and rows [top, bottom) of the grid."""

    left: int
    right: int
    top: int
    bottom: int


class BlockRegion(NamedTuple):
    """The union of ``blocks``, less ``without``."""

    name: str
    attributes: tuple[str, ...]
    blocks: tuple[Blocks, ...]
    without: Blocks | None = None


# fmt: off
REGIONS: Final[tuple[BlockRegion, ...]] = (
    BlockRegion("upper head", ("Bald", "Receding_Hairline"), (Blocks(2, 5, 0, 3),)),
    BlockRegion("hat", ("Wearing_Hat",), (Blocks(1, 6, 0, 3),)),
    BlockRegion("eyes", ("Arched_Eyebrows", "Bags_Under_Eyes", "Bangs", "Bushy_Eyebrows",
                         "Eyeglasses", "Narrow_Eyes"), (Blocks(2, 5, 2, 4),)),
    BlockRegion("nose and cheeks", ("5_o_Clock_Shadow", "Big_Nose", "Heavy_Makeup",
                                    "High_Cheekbones", "No_Beard", "Pointy_Nose",
                                    "Rosy_Cheeks"), (Blocks(2, 5, 3, 5),)),
    BlockRegion("ears", ("Sideburns", "Wearing_Earrings"),
                (Blocks(1, 3, 3, 6), Blocks(4, 6, 3, 6))),
    BlockRegion("mouth", ("Big_Lips", "Mouth_Slightly_Open", "Mustache", "Smiling",
                          "Wearing_Lipstick"), (Blocks(2, 5, 4, 5),)),
    BlockRegion("goatee", ("Goatee",), (Blocks(3, 4, 4, 6),)),
    BlockRegion("double chin", ("Double_Chin",), (Blocks(2, 5, 5, 6),)),
    BlockRegion("neck", ("Wearing_Necklace", "Wearing_Necktie"), (Blocks(2, 5, 5, 7),)),
    BlockRegion("face", ("Oval_Face", "Pale_Skin"), (Blocks(2, 5, 1, 6),)),
    BlockRegion("whole head", ("Attractive", "Blurry", "Chubby", "Male", "Young"),
                (Blocks(1, 6, 1, 7),)),
    BlockRegion("hair", ("Black_Hair", "Blond_Hair", "Brown_Hair", "Gray_Hair",
                         "Straight_Hair", "Wavy_Hair"),
                (Blocks(1, 6, 1, 7),), without=Blocks(2, 5, 2, 7)),
)
# fmt: on


class GridBlocks:
    """Mask version 2."""

    name: Final = "2"
    regions: Final = {region.name: region.attributes for region in REGIONS}
    shared: Final = True
    scale: Final = MASK_SCALE

    def masks(self, landmarks: ArrayLike, size: int) -> Packed:
        """Draw version 2 of the masks: one set, valid for every face.

        The line between two blocks lies at the whole pixel nearest to its multiple of size / 7;
        for 224 pixels all blocks have 32.

        Args:
            landmarks: of any faces; they decide nothing here.
            size: side of the crop in pixels, a multiple of 8.

        Returns:
            (1, 12, size, size // 8) uint8, packed: the masks of "one face", one per entry of
            :data:`REGIONS`.
        """
        lines = np.rint(np.arange(GRID + 1) * size / GRID).astype(int)
        pixels = np.zeros((len(REGIONS), size, size), bool)
        for canvas, region in zip(pixels, REGIONS, strict=True):
            for blocks in region.blocks:
                canvas[_window(blocks, lines)] = True
            if region.without:
                canvas[_window(region.without, lines)] = False
        return pack(pixels)[None]


ENTRY: Final[MaskVersion] = GridBlocks()


def _window(blocks: Blocks, lines: NDArray[np.int_]) -> tuple[slice, slice]:
    return (
        slice(lines[blocks.top], lines[blocks.bottom]),
        slice(lines[blocks.left], lines[blocks.right]),
    )
