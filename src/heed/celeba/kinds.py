"""The kinds of annotation file that CelebA has, and what each holds."""

from dataclasses import dataclass
from typing import Final

from heed.base.partitions import PARTITIONS
from heed.celeba.attributes import ATTRIBUTES
from heed.geometry.alignment import LANDMARKS


@dataclass(frozen=True)
class Kind:
    """What one kind of annotation file holds.

    Attributes:
        columns: the names of its numbers, in order.
        header: whether a header line must name them.
        allowed: the numbers that may occur; None if any whole number may.
    """

    columns: tuple[str, ...]
    header: bool = True
    allowed: tuple[int, ...] | None = None


ATTRIBUTE_KIND: Final = Kind(ATTRIBUTES, allowed=(-1, 0, 1))
PARTITION_KIND: Final = Kind(("partition",), header=False, allowed=tuple(range(len(PARTITIONS))))
IDENTITY_KIND: Final = Kind(("identity",), header=False)
BOX_KIND: Final = Kind(("x_1", "y_1", "width", "height"))
LANDMARK_KIND: Final = Kind(tuple(f"{point}_{axis}" for point in LANDMARKS for axis in "xy"))
