"""Structural similarity (SSIM): whether two maps look alike."""

import cv2
import numpy as np
from numpy.typing import ArrayLike, NDArray

from heed.base.errors import InputError
from heed.metrics.real_numbers import real_numbers

SIGMA, RADIUS = 1.5, 5  # of the Gaussian window, in pixels: 11 x 11, as in the paper


def structural_similarity(maps: ArrayLike, others: ArrayLike) -> NDArray[np.float64]:
    """The mean structural similarity of maps.

        (2 m m' + c1) (2 s + c2) / ((m² + m'² + c1) (v + v' + c2)),   averaged over pixels

    with the means m, variances v and covariance s of each 11 x 11 neighbourhood under a Gaussian
    window of 1.5 pixels, c1 = 0.01² and c2 = 0.03² (Wang et al. 2004, *Image Quality Assessment*).
    Pixels less than 5 from the border have no full window and do not count.

    Args:
        maps: (..., H, W) in 0..1, at least 11 x 11 pixels: maps of cells are enlarged first.
        others: (..., H, W) in 0..1; leading axes broadcast.

    Returns:
        (...) float64 in -1..1, 1 for equal maps, two empty ones too; NaN where one has a NaN.

    Raises:
        ValueError: the maps differ in size, or are too small.

    Example:
        >>> one = np.eye(16)
        >>> structural_similarity([one, 1 - one], one).round(2).tolist()
        [1.0, -0.27]
    """
    a, b = (
        real_numbers(each, "structural_similarity: maps").astype(np.float64, copy=False)
        for each in (maps, others)
    )
    least = 2 * RADIUS + 1
    if a.shape[-2:] != b.shape[-2:] or min(a.ndim, b.ndim) < 2 or min(a.shape[-2:]) < least:
        raise InputError(
            f"structural_similarity: found maps {a.shape} and {b.shape}; expected (..., H, W) of "
            f"one size from {least} x {least} pixels on"
        )
    a, b = np.broadcast_arrays(a, b)
    mean_a, mean_b, square_a, square_b, product = map(_windowed, (a, b, a * a, b * b, a * b))
    c1, c2 = 0.01**2, 0.03**2
    variances = square_a - mean_a**2 + square_b - mean_b**2
    covariance = product - mean_a * mean_b
    alike = (2 * mean_a * mean_b + c1) * (2 * covariance + c2)
    alike /= (mean_a**2 + mean_b**2 + c1) * (variances + c2)
    missing = np.isnan(a).any(axis=(-2, -1)) | np.isnan(b).any(axis=(-2, -1))
    return np.where(missing, np.nan, alike.mean(axis=(-2, -1)))


def _windowed(maps: NDArray[np.float64]) -> NDArray[np.float64]:
    """The Gaussian mean around each pixel that has a full window."""
    flat = np.ascontiguousarray(maps).reshape(-1, *maps.shape[-2:])
    inner = slice(RADIUS, -RADIUS)
    side = (2 * RADIUS + 1, 2 * RADIUS + 1)
    found = [cv2.GaussianBlur(each, side, SIGMA)[inner, inner] for each in flat]
    return np.array(found).reshape(*maps.shape[:-2], *(s - 2 * RADIUS for s in maps.shape[-2:]))
