"""Active pixels of maps, counted from cells; where rounding decides, from the pixels themselves."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from heed.explain.placement import Placement
from heed.explain.postprocess import EPSILON, stretch
from heed.masks.packing import Packed
from heed.metrics.grid import pixels
from heed.metrics.grid.axes import Axis, axes_of
from heed.metrics.grid.kernel import LEAST, count_active

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Active:
    """The active pixels of maps at several thresholds, and the range of their pixels."""

    pixels: Floats
    """(T, B, A): |D|"""
    in_mask: Floats
    """(T, B, A): |D and M|"""
    cells: NDArray[np.float32]
    """(B, A, g, g): the maps rectified and stretched, whose pixels the next two are of"""
    lowest: Floats
    """(B, A): the lowest pixel"""
    highest: Floats
    """(B, A): the highest one"""


def active(
    maps: NDArray[np.floating[Any]],
    packed: Packed,
    region_of_attribute: NDArray[np.intp],
    thresholds: Sequence[float],
    placement: Placement,
    counted: Packed | None = None,
) -> Active:
    """Count the active pixels of each map, and those of them inside its mask.

    The counts are those of :func:`heed.metrics.grid.pixels.tally`.

    Args:
        maps: (B, A, g, g), signed raw maps, finite.
        packed: (B or 1, R, S, S / 8) uint8, the regions' pixels as bits along x.
        region_of_attribute: (A,) integers below R.
        thresholds: pixels above each are active, 0..1.
        placement: where the cells lie.
        counted: (B, S, S / 8) uint8, the pixels that count, which the regions lie within; None: all
            of them.

    Returns:
        The counts for all thresholds, all in one look at the maps.
    """
    size = packed.shape[-2]
    cells = stretch(np.maximum(maps, 0))
    down, across = axes_of(size, maps.shape[-1], placement)
    shape = len(thresholds), *maps.shape[:2]
    found, inside, doubtful = np.empty(shape), np.empty(shape), np.empty(shape, np.bool_)
    extremes = np.empty((2, *maps.shape[:2]))
    left = np.empty((0, *packed.shape[2:]), np.uint8) if counted is None else counted
    count_active()(
        cells,
        np.ascontiguousarray(packed),
        np.ascontiguousarray(left),
        region_of_attribute.astype(np.int64),
        _arrays(down),
        _arrays(across),
        placement == Placement.half_pixel(size, maps.shape[-1]),
        LEAST / (down.least * across.least),
        np.array(thresholds, np.float32),
        EPSILON,
        found,
        inside,
        doubtful,
        extremes,
    )
    for number, threshold in enumerate(thresholds):
        images, attributes = np.nonzero(doubtful[number])
        if len(images):
            of_mask = np.minimum(images, len(packed) - 1), region_of_attribute[attributes]
            counts = pixels.count_active(
                maps[images, attributes],
                packed[of_mask],
                float(threshold),
                placement,
                None if counted is None else counted[images],
            )
            found[number, images, attributes], inside[number, images, attributes] = counts
    return Active(found, inside, cells, *extremes)


def _arrays(axis: Axis) -> tuple[NDArray[Any], ...]:
    """What the compiled loops know of an axis."""
    return axis.cell, axis.near, axis.far, axis.bounds, axis.ends
