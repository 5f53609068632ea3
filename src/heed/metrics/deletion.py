"""Deletion: cells of a map's grid are filled in, to see whether the network used what they show.

If a map marks what a decision rests on, its logit must move when the marked pixels go (the deletion
game of Petsiuk, Das & Saenko 2018, *RISE*, taken at one number of cells). What fills the cells is
new to the network as well, so that the same number of other cells is filled for comparison.
"""

from typing import Literal

import cv2
import numpy as np
from numpy.typing import ArrayLike, NDArray

from heed.base.errors import InputError
from heed.explain.placement import Placement

Bools = NDArray[np.bool_]

Filling = Literal["blur", "mean"]
"""What fills the pixels of deleted cells: the crop out of focus, or its mean colour."""


def cells_of_pixels(size: int, cells: int, placement: Placement) -> NDArray[np.intp]:
    """The cell that each pixel belongs to: the nearest one by the placement of the map.

    Args:
        size: the side S of the crop.
        cells: the side g of the map.
        placement: where its cells lie.

    Returns:
        (S, S) numbers of cells, row by row.

    Example:
        >>> cells_of_pixels(4, 2, Placement.half_pixel(4, 2))
        array([[0, 0, 1, 1],
               [0, 0, 1, 1],
               [2, 2, 3, 3],
               [2, 2, 3, 3]])
    """
    down, across = (
        np.clip(np.floor(axis.places(size, cells) + 0.5), 0, cells - 1).astype(np.intp)
        for axis in (placement.y, placement.x)
    )
    return down[:, None] * cells + across


def highest_cells(values: ArrayLike, count: int) -> Bools:
    """The cells with the highest values; of equal ones the first.

    Args:
        values: (..., C), of the cells.
        count: how many are chosen.

    Returns:
        (..., C) bool, ``count`` of them true.

    Raises:
        ValueError: there are not more cells than are to be chosen.

    Example:
        >>> highest_cells([0.1, 0.9, 0.5], 2).tolist()
        [False, True, True]
    """
    values = np.asarray(values, np.float64)
    if not 0 < count < values.shape[-1]:
        raise InputError(
            f"causal.cells: found {count} for maps of {values.shape[-1]} cells; expected at least "
            "1 and fewer than all of them"
        )
    chosen = np.zeros(values.shape, np.bool_)
    order = np.argsort(-values, axis=-1, kind="stable")[..., :count]
    np.put_along_axis(chosen, order, True, axis=-1)
    return chosen


def cells_of_masks(masks: ArrayLike, of_pixels: NDArray[np.intp], count: int) -> Bools:
    """The cells that hold most of each mask.

    Where a mask has fewer cells than are asked for, those nearest to it follow.

    Args:
        masks: (M, S, S) bool.
        of_pixels: the cell of each pixel, see :func:`cells_of_pixels`.
        count: how many cells are chosen for each mask.

    Returns:
        (M, C) bool; no cell of an empty mask.
    """
    masks = np.asarray(masks, np.bool_)
    pixels = np.bincount(of_pixels.ravel())
    chosen = np.zeros((len(masks), len(pixels)), np.bool_)
    for mask, found in zip(masks, chosen, strict=True):
        if mask.any():
            away = cv2.distanceTransform((~mask).astype(np.uint8), cv2.DIST_L2, 5)
            inside = np.bincount(of_pixels.ravel(), mask.ravel()) / pixels
            # Less than a pixel of the mask can weigh, so that it decides between equals alone.
            near = np.bincount(of_pixels.ravel(), away.ravel()) / pixels / away.size**1.5
            found[:] = highest_cells(inside - near, count)
    return chosen


def random_cells(cells: int, count: int, draws: int, rng: np.random.Generator) -> Bools:
    """Cells chosen at random, each as likely as any other.

    Args:
        cells: number C of cells there are.
        count: how many of them are chosen in each draw.
        draws: number of draws D.
        rng: decides.

    Returns:
        (D, C) bool.
    """
    return highest_cells(rng.random((draws, cells)), count)


def filled(crop: NDArray[np.uint8], filling: Filling, stride: float) -> NDArray[np.uint8]:
    """A crop of which nothing is left that a cell could show.

    Args:
        crop: (S, S, 3).
        filling: ``blur``: a Gaussian blur whose standard deviation is the stride, which keeps
            colours and light but no feature of the size of a cell; ``mean``: the mean colour.
        stride: pixels between two cells.

    Returns:
        (S, S, 3) uint8.
    """
    if filling == "mean":
        colour = np.rint(crop.mean(axis=(0, 1))).astype(np.uint8)
        return np.broadcast_to(colour, crop.shape)
    blurred = cv2.GaussianBlur(crop, (0, 0), stride, borderType=cv2.BORDER_REFLECT)
    return np.asarray(blurred, np.uint8)


def without_cells(
    crop: NDArray[np.uint8],
    chosen: Bools,
    of_pixels: NDArray[np.intp],
    filling: NDArray[np.uint8],
) -> NDArray[np.uint8]:
    """Crops in which the pixels of some cells are filled in.

    Args:
        crop: (S, S, 3).
        chosen: (M, C), the cells that are deleted from each of M copies.
        of_pixels: the cell of each pixel, (S, S).
        filling: what takes their place, (S, S, 3), see :func:`filled`.

    Returns:
        (M, S, S, 3) uint8.

    Example:
        >>> crop, filling = np.ones((2, 2, 3), np.uint8), np.zeros((2, 2, 3), np.uint8)
        >>> of_pixels = np.array([[0, 0], [1, 1]])
        >>> without_cells(crop, np.array([[True, False]]), of_pixels, filling)[0, :, :, 0]
        array([[0, 0],
               [1, 1]], dtype=uint8)
    """
    return np.where(chosen[:, of_pixels][..., None], filling, crop)
