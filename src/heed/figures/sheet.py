"""A page full of small blocks of pictures, one block for each attribute.

All lengths are inches; y runs down from the page's top, x right from its left.
"""

import math
from dataclasses import dataclass
from typing import Final

from heed.figures.theme import TEXT_WIDTH

GAP: Final = 0.04
BLOCK_GAP: Final = 0.14
LARGEST_SIDE: Final = 1.2
SMALLEST_SIDE: Final = 0.26  # room for a number of four digits
NEARLY: Final = 0.8
MOST_ACROSS: Final = 6  # the longest name of an attribute takes a sixth of the width


@dataclass(frozen=True)
class Sheet:
    """Where the pictures of each block go; blocks fill the page column after column.

    Attributes:
        columns: of blocks.
        rows: blocks in a full column.
        side: of a picture.
        pitch: from the left of a block to the left of the one beside it.
        row_height: from the top of a block to the top of the one below it.
        offsets: from a block's left to the left of each of its pictures.
    """

    columns: int
    rows: int
    side: float
    pitch: float
    row_height: float
    offsets: tuple[float, ...]

    def corner(self, rank: int) -> tuple[float, float]:
        """Left and top of the block at ``rank``, from the first block's corner."""
        column, row = divmod(rank, self.rows)
        return column * self.pitch, row * self.row_height


def arrange(blocks: int, parts: int, pictures: int, beside: float, height: float) -> Sheet:
    """Make the pictures as large as the page allows.

    Where that would leave them too small to be read, the sheet is higher instead.

    Args:
        blocks: how many, at least one.
        parts: of each block, set apart by a wider gap.
        pictures: in each part, side by side.
        beside: height of a block without its pictures.
        height: room for all rows of blocks.
    """
    gaps = (pictures * parts - 1) * GAP + (parts - 1) * GAP

    def as_wide(across: int) -> float:
        slot = (TEXT_WIDTH - (across - 1) * BLOCK_GAP) / across
        return min((slot - gaps) / (parts * pictures), LARGEST_SIDE)

    def as_high(across: int) -> float:
        return height / math.ceil(blocks / across) - beside

    candidates = range(1, min(blocks, MOST_ACROSS) + 1)
    sides = {n: min(as_wide(n), as_high(n)) for n in candidates}
    enough = max(NEARLY * max(sides.values()), SMALLEST_SIDE)
    fitting = [n for n in candidates if sides[n] >= enough]
    if fitting:
        # of nearly equal sizes the one that fills the width and leaves height
        across = max(fitting)
        side = sides[across]
    else:
        across = max((n for n in candidates if as_wide(n) >= SMALLEST_SIDE), default=1)
        side = as_wide(across)
    rows = math.ceil(blocks / across)
    columns = math.ceil(blocks / rows)
    offsets = tuple(
        index * (side + GAP) + index // pictures * GAP for index in range(parts * pictures)
    )
    pitch = (TEXT_WIDTH + BLOCK_GAP) / columns
    return Sheet(columns, rows, side, pitch, side + beside, offsets)
