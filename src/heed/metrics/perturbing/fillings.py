"""What takes the place of cells that a network shall not see.

AIX360's faithfulness has one base for all features; of an image it is another image: out of focus,
its mean colour, or nothing. The noisy linear imputation of ROAD depends on what is left as well.
"""

from typing import Final, Literal

import cv2
import numpy as np
from numpy.typing import NDArray

from heed.base.errors import InputError

Filling = Literal["blur", "mean", "zero", "linear"]
"""The image out of focus; its mean colour; 0 in the units that the network takes; what the
neighbours of the missing pixels say of them, and noise (Rong et al. 2022)."""

FILLINGS: Final = ("blur", "mean", "zero", "linear")

NOISE: Final = 0.01
"""Standard deviation of the noise on linearly imputed pixels, in the units of the images."""

NEIGHBOURS: Final = (
    (0, 1, 1 / 6), (0, -1, 1 / 6), (1, 0, 1 / 6), (-1, 0, 1 / 6),
    (1, 1, 1 / 12), (1, -1, 1 / 12), (-1, 1, 1 / 12), (-1, -1, 1 / 12),
)  # fmt: skip
"""Steps down and to the right to a pixel's neighbours, and how much each tells of it."""

Pixels = NDArray[np.float32]


def base(images: Pixels, filling: Filling, sigma: float) -> Pixels:
    """The images of which nothing is left that a cell could show.

    Args:
        images: (N, C, H, W).
        filling: ``blur``, ``mean`` or ``zero``.
        sigma: standard deviation of the blur in pixels: about the side of a cell, so that colours
            and light stay, and no feature of the size of a cell.

    Returns:
        (N, C, H, W).

    Raises:
        ValueError: for another filling.
    """
    if filling == "zero":
        return np.zeros_like(images)
    if filling == "mean":
        return np.broadcast_to(images.mean(axis=(2, 3), keepdims=True), images.shape).copy()
    if filling != "blur":
        expected = ", ".join(map(repr, FILLINGS))
        raise InputError(f"filling: found {filling!r}; expected one of {expected}")
    images = np.ascontiguousarray(images)  # else planes would be copies, and be written in vain
    blurred = np.empty_like(images)
    for plane, found in zip(
        images.reshape(-1, *images.shape[2:]), blurred.reshape(-1, *images.shape[2:]), strict=True
    ):
        cv2.GaussianBlur(plane, (0, 0), sigma, dst=found, borderType=cv2.BORDER_REFLECT)
    return blurred


def imputed(image: Pixels, missing: NDArray[np.bool_]) -> Pixels:
    """An image whose missing pixels are the weighted means of their neighbours.

    The pixels solve x_i = sum of w_ij x_j over the eight neighbours j, with 1/6 for those at edges
    and 1/12 for those at corners, scaled up where neighbours lie beyond the image: what a missing
    cell held cannot be read from its edges (Rong et al. 2022, *A Consistent and Efficient
    Evaluation Strategy for Attribution Methods*).

    Args:
        image: (C, H, W).
        missing: (H, W), not all of them true.

    Returns:
        (C, H, W), without noise. Where all pixels are missing, the image's mean colour.

    Example:
        >>> image = np.array([[[1.0, 9.0, 3.0]]], np.float32)
        >>> imputed(image, np.array([[False, True, False]]))[0].tolist()
        [[1.0, 2.0, 3.0]]
    """
    if missing.all():
        return np.broadcast_to(image.mean(axis=(1, 2), keepdims=True), image.shape).copy()
    found = image.copy()
    if not missing.any():
        return found
    from scipy.sparse import (
        csc_matrix,
    )  # here: it takes a moment to import, and few fillings need it
    from scipy.sparse.linalg import splu

    ys, xs = np.nonzero(missing)
    unknown = len(ys)
    number = np.full(missing.shape, -1)
    number[ys, xs] = np.arange(unknown)
    total, known = np.zeros(unknown), np.zeros((unknown, len(image)))
    rows, columns, values = [np.arange(unknown)], [np.arange(unknown)], []
    for down, right, weight in NEIGHBOURS:
        y, x = ys + down, xs + right
        inside = np.flatnonzero(
            (y >= 0) & (x >= 0) & (y < missing.shape[0]) & (x < missing.shape[1])
        )
        total[inside] += weight
        of = number[y[inside], x[inside]]
        seen = inside[of < 0]
        known[seen] += weight * image[:, y[seen], x[seen]].T
        rows.append(inside[of >= 0])
        columns.append(of[of >= 0])
        values.append(np.full(len(rows[-1]), -weight))
    entries = np.concatenate([total, *values])
    places = np.concatenate(rows), np.concatenate(columns)
    system = csc_matrix((entries, places), shape=(unknown, unknown))
    found[:, ys, xs] = splu(system).solve(known).T
    return found
