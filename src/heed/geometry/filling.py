"""The pixels of a crop that lie beyond the photograph, and what they are filled with."""

import cv2
import numpy as np
from numpy.typing import ArrayLike, NDArray

from heed.base.errors import InputError
from heed.geometry.affine import apply, invert


def inside(transform: ArrayLike, width: int, height: int, size: int) -> NDArray[np.bool_]:
    """Which pixels of a crop are sampled from the photograph alone.

    Bilinear sampling takes the four pixels around a point. A pixel of the crop counts as inside
    where all of them that have a weight lie in the photograph (bob.ip.base, ``Affine.h``): where
    its own point is between the centres of the first and the last pixel.

    Args:
        transform: (2, 3) photograph pixel -> crop pixel.
        width: of the photograph, in pixels.
        height: of the photograph.
        size: side S of the crop.

    Returns:
        (S, S) bool, row first.

    Example:
        >>> inside([[1, 0, 1], [0, 1, 0]], width=4, height=2, size=3).tolist()  # moved right by 1
        [[False, True, True], [False, True, True], [False, False, False]]
    """
    rows, columns = np.mgrid[:size, :size]
    points = apply(invert(transform), np.stack([columns.ravel(), rows.ravel()], axis=1))
    # A point that lies on the edge must not be lost to the rounding of the inverse.
    slack = 1e-6
    within = (points >= -slack) & (points <= np.array([width - 1, height - 1]) + slack)
    return np.asarray(within.all(axis=1).reshape(size, size))


def share_filled(transform: ArrayLike, width: int, height: int, size: int) -> float:
    """Share of a crop's area that lies beyond the photograph.

    Args:
        transform: (2, 3) photograph pixel -> crop pixel.
        width: of the photograph, in pixels.
        height: of the photograph.
        size: side S of the crop.

    Returns:
        0..1: 1 less the area common to both, as polygons whose corners are the outer corners of
        their pixels, by S^2.

    Example:
        >>> share_filled([[1, 0, -2], [0, 1, 0]], width=4, height=4, size=4)  # moved left by 2
        0.5
    """
    corners = np.array([[0, 0], [1, 0], [1, 1], [0, 1]], np.float64)
    photograph = apply(transform, corners * [width, height] - 0.5)
    square = corners * size - 0.5
    common, _ = cv2.intersectConvexConvex(photograph.astype(np.float32), square.astype(np.float32))
    return float(np.clip(1 - common / size**2, 0, 1))


def fill_columns(square: NDArray[np.uint8], known: NDArray[np.bool_]) -> None:
    """Fill what lies beyond the photograph along the columns of the crop, in place.

    In each column that has known pixels the first of them is repeated upwards and the last one
    downwards; then the first such column is repeated to the left and the last one to the right
    (bob.ip.base, ``extrapolateMask``, which made the crops that AFFACT's weights were trained on).
    Known are the pixels of one convex region, as a photograph's are.

    Args:
        square: (S, S, C), changed.
        known: (S, S) bool.

    Raises:
        InputError: if no pixel is known.
    """
    columns = np.flatnonzero(known.any(axis=0))
    if not len(columns):
        raise InputError(
            "the crop lies beyond the photograph altogether, and there is nothing to fill it "
            "with; are the landmarks those of this image?"
        )
    first = known.argmax(axis=0)
    last = len(known) - 1 - known[::-1].argmax(axis=0)
    source = np.clip(np.arange(len(known))[:, None], first, last)  # the row that each pixel takes
    square[:] = np.take_along_axis(square, source[..., None], axis=0)
    square[:] = square[:, np.clip(np.arange(square.shape[1]), columns[0], columns[-1])]
