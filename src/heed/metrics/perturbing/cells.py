"""The cells that images are divided into, and what a map in pixels says of them."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from heed.base.errors import InputError
from heed.metrics.perturbing.counts import check_count
from heed.metrics.real_numbers import real_numbers

Cells = Sequence[int] | NDArray[np.integer[Any]]
"""Height and width of a grid, or the number of the cell of each pixel, from 0 on."""


def cells_of(
    cells: Cells, size: tuple[int, int]
) -> tuple[NDArray[np.intp], tuple[int, int] | None]:
    """The cell of each pixel, and the grid that the cells are in.

    Args:
        cells: height and width of a grid of blocks, or (H, W) integers, array or torch tensor.
        size: height and width of the images in pixels.

    Returns:
        (H, W) numbers from 0 on, row by row in a grid; and height and width of the grid, None for
        numbers, which may be in any form.

    Raises:
        ValueError: they do not fit the images.

    Example:
        >>> numbers, grid = cells_of((1, 2), (2, 4))
        >>> numbers.tolist(), grid
        ([[0, 0, 1, 1], [0, 0, 1, 1]], (1, 2))
    """
    found = real_numbers(cells, "cells")
    if found.ndim == 2:
        if found.shape != size or not found.size or found.dtype.kind not in "biu":
            raise InputError(
                f"cells: found {found.shape} numbers of {found.dtype}; expected {size} integers, "
                "or height and width of a grid"
            )
        numbers, used = found.astype(np.intp), np.unique(found)
        if not np.array_equal(used, np.arange(len(used))):
            raise InputError(
                f"cells: found numbers from {used[0]} to {used[-1]}; expected every number from 0 "
                "on at least once"
            )
        return numbers, None
    if found.shape != (2,):
        raise InputError(
            f"cells: found {cells!r}; expected height and width of a grid, or {size} integers"
        )
    rows, columns = found.tolist()
    for name, count in (("height", rows), ("width", columns)):
        check_count(f"cells: {name}", count)
    if rows > size[0] or columns > size[1]:
        raise InputError(
            f"cells: found {(rows, columns)}; expected 1 to {size[0]} by 1 to {size[1]}, height "
            "before width"
        )
    down = np.arange(size[0]) * rows // size[0]
    across = np.arange(size[1]) * columns // size[1]
    return np.asarray(down[:, None] * columns + across), (rows, columns)


def summed(maps: NDArray[np.float64], of_pixels: NDArray[np.intp]) -> NDArray[np.float64]:
    """Maps in pixels as sums over the cells.

    Cells that hold the same pixels have the same sum, to the last digit. A map whose pixels are all
    equal is uniform over the cells too, though larger ones have more pixels: they share alike.

    Args:
        maps: (N, A, H, W).
        of_pixels: (H, W), the cell of each pixel.

    Returns:
        (N, A, n), by the numbers of the cells; NaN for a cell with a NaN in it.

    Example:
        >>> of_pixels = np.array([[0, 0, 1]])
        >>> summed(np.array([[[[1.0, 2.0, 4.0]], [[3.0, 3.0, 3.0]]]]), of_pixels).tolist()
        [[[3.0, 4.0], [4.5, 4.5]]]
    """
    order = np.argsort(of_pixels, axis=None, kind="stable")
    first = np.flatnonzero(np.diff(of_pixels.ravel()[order], prepend=-1))  # pixel of each cell
    pixels = maps.reshape(*maps.shape[:2], of_pixels.size)
    sums = np.add.reduceat(pixels[..., order], first, axis=-1)
    uniform = pixels.max(axis=-1, keepdims=True) == pixels.min(axis=-1, keepdims=True)
    return np.where(uniform, sums.mean(axis=-1, keepdims=True), sums)
