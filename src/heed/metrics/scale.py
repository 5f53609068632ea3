"""What a score can be at all: a scale for AMR and PE.

A score of .2 says little by itself. For a mask that fills half of the image it is worse than
chance, for an earring no map of 7 x 7 cells reaches more. So beside each score stand

- the *uniform* score, that of a map which marks the whole image alike:
  AMR = |M| / I x (I - |M|) / I and PE = |M| / I. This is the limit of maps that look everywhere;
  the processed map of exactly equal cells is empty, because post-processing subtracts the minimum,
  and would score 0;
- that of a *blob* in the middle of the grid, for whoever looks at the face and at nothing in it;
- the *ceiling*, that of the best map of the grid (:mod:`heed.metrics.grid.best_map`).

The *normalised* score is (score - uniform) / (ceiling - uniform): 0 for looking nowhere in
particular, 1 for the best that a grid can do. Below 0 a map avoids its mask. Where the ceiling is
hardly above the uniform score or the blob, the score says nothing of a map, and is not normalised.
:mod:`heed.metrics.grid.scales` works scales out.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]

SCALED: Final = ("amr", "proportional_energy")
"""The scores that have a scale."""


@dataclass(frozen=True)
class Scale:
    """What one score is for three maps that know nothing of a network, each (B or 1, A).

    NaN where the mask is empty.
    """

    uniform: ArrayLike
    """of a map that marks the whole image alike"""
    blob: ArrayLike
    """of a blob in the middle"""
    ceiling: ArrayLike
    """of the best map of the grid"""


def normalised(score: ArrayLike, scale: Scale, least_range: float) -> Floats:
    """Where scores lie between uniform score and ceiling: (score - uniform) / (ceiling - uniform).

    Score and scale may be means over the same images: the ratio of means is not upset by single
    images whose mask leaves no room.

    Args:
        score: of any shape.
        scale: of shapes that broadcast with it.
        least_range: a scale has no range if its ceiling is less than this above the uniform score
            or above the blob. Then the score cannot tell maps apart: everything reaches it, or
            whatever lies in the middle.

    Returns:
        float64; NaN where the score or its scale is missing or has no range. Above 1 where a map
        is better than the best one that was found.

    Example:
        >>> scale = Scale(uniform=0.1, blob=np.array([0.2, 0.2, 0.48]), ceiling=0.5)
        >>> normalised([0.2, 0.5, 0.3], scale, least_range=0.05)
        array([0.25, 1.  ,  nan])
    """
    uniform, blob, ceiling = (
        np.asarray(value, np.float64) for value in (scale.uniform, scale.blob, scale.ceiling)
    )
    above, span = np.asarray(score, np.float64) - uniform, ceiling - uniform
    has_range = np.minimum(span, ceiling - blob) >= least_range
    shape = np.broadcast_shapes(above.shape, has_range.shape)
    return np.divide(above, span, out=np.full(shape, np.nan), where=has_range)
