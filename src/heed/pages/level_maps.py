"""Maps as a page holds them: a byte per cell and the highest value, from which a script draws.

A map of 7 x 7 cells takes 49 bytes instead of the 10 kB of a picture, and is sharp at any size.
"""

import base64
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from heed.base.errors import InputError
from heed.explain.placement import Placement
from heed.explain.postprocess import interpolation_matrix


@dataclass(frozen=True)
class LevelMaps:
    """Some maps of one grid.

    Attributes:
        levels: (n, h, w) uint8, each map's cells from 0 to its highest value.
        peaks: (n,) float64, that value; NaN for a map that there is not.
    """

    levels: NDArray[np.uint8]
    peaks: NDArray[np.float64]

    def json(self) -> dict[str, Any]:
        """As the page's script reads them: ``cells`` in base64, ``peaks`` to four digits."""
        return {
            "cells": base64.b64encode(self.levels.tobytes()).decode("ascii"),
            "peaks": [None if np.isnan(p) else float(f"{p:.4g}") for p in self.peaks],
        }


def level_maps(maps: ArrayLike) -> LevelMaps:
    """Maps without what is below 0, as bytes.

    Args:
        maps: (n, h, w); one that is all NaN stands for a map that there is not.

    Raises:
        ValueError: a map is not finite.

    Example:
        >>> found = level_maps([[[-1.0, 0.0], [1.0, 2.0]]])
        >>> found.levels.tolist(), found.peaks.tolist()
        ([[[0, 0], [128, 255]]], [2.0])
    """
    array = np.asarray(maps, np.float64)
    missing = np.asarray(np.isnan(array).all(axis=(1, 2)))
    known = np.where(missing[:, None, None], 0, array)
    if not np.isfinite(known).all():
        raise InputError("a map is not finite; were the network's weights trained to the end?")
    known = np.maximum(known, 0)
    peaks = known.max(axis=(1, 2))
    levels = np.rint(255 * known / np.where(peaks > 0, peaks, 1)[:, None, None])
    return LevelMaps(levels.astype(np.uint8), np.where(missing, np.nan, peaks))


def cells_of(
    pixels: NDArray[np.floating], grid: tuple[int, int], placement: Placement
) -> NDArray[np.float64]:
    """The cells that an enlarged map was made of, exactly: enlarging is linear.

    So the mean of many enlarged maps is one as well, though each was stretched by itself.

    Args:
        pixels: (..., H, W), maps enlarged from cells; NaN stays.
        grid: number of cells, h and w.
        placement: where they lie.

    Returns:
        (..., h, w).
    """
    down = np.linalg.pinv(interpolation_matrix(pixels.shape[-2], grid[0], placement.y))
    across = np.linalg.pinv(interpolation_matrix(pixels.shape[-1], grid[1], placement.x))
    return np.asarray(down @ pixels @ across.T, np.float64)
