"""The scores of a map against its mask, from counts and sums over pixels.

Bieri 2023 scores a map by its acceptable mask ratio, the follow-up study of the
same group (arXiv 2403.14435) by proportional energy. Both compare the pixels of
a post-processed map A with the mask M of the image region that an attribute is
expected in. Where the counts and sums come from does not matter here: from the
cells of a map (:mod:`heed.metrics.grid.tally`) or from its pixels
(:mod:`heed.metrics.grid.pixels`).
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from heed.metrics.acceptable_mask_ratio import ratio_of_counts
from heed.metrics.maps_and_masks import share_in_mask

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Tally:
    """Counts and sums over the pixels of maps A and of their masks M.

    All arrays are (B, A) (``mask_pixels`` may have 1 in place of B), float64 or what becomes
    it: counts may be integers. D are the active pixels: those of A above the threshold.
    """

    active: Floats
    """|D|"""
    active_in_mask: Floats
    """|D and M|"""
    energy: Floats
    """sum of A"""
    energy_in_mask: Floats
    """sum of A over M"""
    energy_in_border: Floats
    """sum of A over the image's border, as wide as a cell"""
    empty: NDArray[np.bool_]
    """no pixel of A is above 0"""
    mask_pixels: Floats
    """|M|"""
    pixels: int | Floats
    """I, the number of pixels of the image; (B, 1), those that count, where some are left out"""


@dataclass(frozen=True)
class Scores:
    """The scores of each map, all (B, A); see :func:`scores` for the formulas."""

    amr: Floats
    amr_uncorrected: Floats
    proportional_energy: Floats
    active_area: Floats
    intensity: Floats
    border_share: Floats
    iou: Floats
    empty: NDArray[np.bool_]


def scores(tally: Tally) -> Scores:
    """Every score of the maps that were tallied.

    - ``amr``: :func:`heed.metrics.acceptable_mask_ratio.acceptable_mask_ratio`,
    - ``amr_uncorrected``: the same without the correction for the mask's size,
    - ``proportional_energy``:
      :func:`heed.metrics.proportional_energy.proportional_energy`,
    - ``active_area``: |D| / I,
    - ``intensity``: the sum of A / I, 0..1: over a group of faces its mean is that of the pixels of
      the group's average map,
    - ``border_share``: the sum of A over the image's border, as wide as a cell, / sum of A,
      NaN where the map is empty; see :func:`uniform_border_share`,
    - ``iou``: :func:`heed.metrics.intersection_over_union.intersection_over_union`,
    - ``empty``: no pixel is above 0.
    """
    energy = np.asarray(tally.energy, np.float64)
    shares = share_in_mask(tally.active_in_mask, tally.active, tally.mask_pixels)
    return Scores(
        amr=ratio_of_counts(tally.active_in_mask, tally.active, tally.mask_pixels, tally.pixels),
        amr_uncorrected=shares,
        proportional_energy=share_in_mask(tally.energy_in_mask, tally.energy, tally.mask_pixels),
        active_area=np.asarray(tally.active, np.float64) / tally.pixels,
        intensity=energy / tally.pixels,
        border_share=np.divide(
            np.asarray(tally.energy_in_border, np.float64),
            energy,
            out=np.full_like(energy, np.nan),
            where=energy > 0,
        ),
        # A mask makes the union larger than 0; without one the score is missing.
        iou=share_in_mask(
            tally.active_in_mask,
            np.asarray(tally.active, np.float64) + tally.mask_pixels - tally.active_in_mask,
            tally.mask_pixels,
        ),
        empty=np.asarray(tally.empty, np.bool_),
    )


def uniform_border_share(cells: int) -> float:
    """The border share of a map that is the same everywhere: that of the grid's outermost cells.

    Args:
        cells: the side g of the grid; 1 - ((g - 2) / g)^2 of its cells touch the border.

    Example:
        >>> round(uniform_border_share(7), 4)  # 24 of 49
        0.4898
    """
    return 1 - max(cells - 2, 0) ** 2 / cells**2


def contribution_share(logits: ArrayLike, contribution: ArrayLike) -> Floats:
    """How much of a logit comes from the image and not from the bias.

    A logit of an affine head is z = contribution + b: the contribution is the sum of the
    un-rectified HiResCAM map, b the head's bias. The share is
    |contribution| / (|contribution| + |b|), and that of the bias is 1 minus it.

    Args:
        logits: any shape.
        contribution: the same shape; NaN where the head does not split.

    Returns:
        float64, 0..1; NaN where both parts are 0 or the contribution is unknown.
    """
    z, of_image = np.asarray(logits, np.float64), np.asarray(contribution, np.float64)
    from_image, from_bias = np.abs(of_image), np.abs(z - of_image)
    total = from_image + from_bias
    return np.divide(from_image, total, out=np.full(total.shape, np.nan), where=total > 0)
