"""Everything about masks that scoring needs and that does not depend on a map."""

from dataclasses import dataclass, fields
from typing import Any

import numpy as np
from numpy.typing import NDArray

from heed.base.errors import InputError
from heed.explain.placement import Placement
from heed.masks.packing import Packed, pack, sizes
from heed.metrics.grid.axes import axes_of, inner_pixels
from heed.metrics.grid.weighing import cell_weights

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Counted:
    """The pixels of each image that count, where some are left out; and what they weigh."""

    packed: Packed
    """(B, S, S / 8), as bits along x."""
    pixels: Floats
    """(B, 1): how many they are; NaN where there are none."""
    cell_weights: Floats
    """(B, 1, 49): the weight of each cell in their sum."""
    inner_pixels: Floats
    """(B, 1): how many of them do not lie in the image's border."""
    inner_cell_weights: Floats
    """(B, 1, 49): the weight of each cell in the sum of these."""

    def of(self, images: slice) -> "Counted":
        """Those of some of the images."""
        return Counted(*(getattr(self, field.name)[images] for field in fields(self)))


@dataclass(frozen=True)
class PreparedMasks:
    """Masks, and what they weigh for maps of one placement; make it with :func:`prepare`.

    The first axis of the arrays is 1 where all images share their masks.
    """

    packed: Packed
    """(B or 1, R, S, S / 8): the regions' pixels as bits along x."""
    region_of_attribute: NDArray[np.intp]
    """(A,): the region of each attribute."""
    placement: Placement
    """Where the cells of the maps lie."""
    cell_weights: Floats
    """(B or 1, R, 49): the weight of each cell in the sum of pixels over the mask."""
    counted: Counted | None = None
    """The pixels that count, outside of which the masks have none; None where all count."""

    @property
    def size(self) -> int:
        """S, the side of the masks in pixels."""
        return self.packed.shape[-2]

    def of(self, images: slice) -> "PreparedMasks":
        """The masks of some of the images: all of these masks where they are shared."""
        if len(self.packed) == 1:
            return self
        return PreparedMasks(
            self.packed[images],
            self.region_of_attribute,
            self.placement,
            self.cell_weights[images],
            self.counted and self.counted.of(images),
        )


def prepare(
    packed: Packed,
    region_of_attribute: NDArray[np.integer[Any]] | list[int],
    cells: int,
    placement: Placement | None = None,
    counted: Packed | None = None,
) -> PreparedMasks:
    """Weigh masks; once is enough for masks that all images share.

    Args:
        packed: (B or 1, R, S, S / 8) uint8, each region's pixels as bits along x.
        region_of_attribute: (A,) integers below R.
        cells: the side of the maps in cells.
        placement: where the cells lie; without one by the half-pixel rule.
        counted: (B, S, S / 8) uint8, the pixels of each image that count, as bits along x: others
            are no part of a mask, of the active area, nor of a map's energy. None: all count.

    Raises:
        ValueError: the shapes do not fit each other, or the placement puts cells outside of
            the image.
    """
    if counted is not None:
        return _prepare_counted(packed, region_of_attribute, cells, placement, counted)
    _, regions, size, row_bytes = packed.shape
    if row_bytes * 8 != size:
        raise InputError(f"packed masks are {packed.shape}; expected (B, R, S, S / 8)")
    attribute_regions = np.asarray(region_of_attribute, dtype=np.intp)
    if attribute_regions.min() < 0 or attribute_regions.max() >= regions:
        raise InputError(
            f"region_of_attribute: found {attribute_regions.min()} to "
            f"{attribute_regions.max()}; expected 0 to {regions - 1}, the masks' regions"
        )
    placement = placement or Placement.half_pixel(size, cells)
    weights = cell_weights(packed, axes_of(size, cells, placement))
    return PreparedMasks(packed, attribute_regions, placement, weights)


def _prepare_counted(
    packed: Packed,
    region_of_attribute: NDArray[np.integer[Any]] | list[int],
    cells: int,
    placement: Placement | None,
    counted: Packed,
) -> PreparedMasks:
    """The pixels that count are two more regions: all of them, and those beside the border."""
    size = packed.shape[-2]
    if counted.ndim != 3 or counted.shape[1:] != packed.shape[2:]:
        raise InputError(f"counted pixels are {counted.shape}; expected (B, S, S / 8), S = {size}")
    if len(packed) not in (1, len(counted)):
        raise InputError(f"counted pixels of {len(counted)} images; masks of {len(packed)}")
    inner = inner_pixels(size, cells)
    regions = [
        packed & counted[:, None],
        counted[:, None],
        counted[:, None] & pack(inner[:, None] & inner),
    ]
    found = prepare(np.concatenate(regions, axis=1), region_of_attribute, cells, placement)
    pixels = sizes(found.packed[:, -2:]).astype(np.float64)
    weights = found.cell_weights
    return PreparedMasks(
        found.packed[:, :-2],
        found.region_of_attribute,
        found.placement,
        weights[:, :-2],
        Counted(
            counted,
            np.where(pixels[:, :1] > 0, pixels[:, :1], np.nan),
            weights[:, -2:-1],
            pixels[:, 1:],
            weights[:, -1:],
        ),
    )
