"""The outlines of masks as paths of SVG, which stay sharp at any size."""

from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

TOLERANCE: Final = 1.0
"""Pixels by which a path may lie beside the edge of its mask."""

SPECK: Final = 12
"""Parts and holes of fewer pixels are left out, unless a mask has no others."""

FINER: Final = 2
"""Times that a mask is enlarged before its edge is followed, so that the path runs between pixels
inside and outside."""


def contours(mask: NDArray[np.bool_]) -> str:
    """The edge of a mask as the value of a path's ``d``.

    Args:
        mask: (H, W), true inside.

    Returns:
        Closed polygons in pixels, x to the right and y down: pixel i covers i to i + 1. Holes are
        polygons of their own (fill them by the even-odd rule). Empty for an empty mask.

    Example:
        >>> square = np.zeros((8, 8), bool)
        >>> square[2:6, 2:6] = True
        >>> contours(square)
        'M2 2v4h4v-4z'
    """
    if not mask.any():
        return ""
    fine = np.pad(np.kron(mask.astype(np.uint8), np.ones((FINER, FINER), np.uint8)), 1)
    # Edges are followed through the centres of pixels; those just inside lie half a fine pixel in.
    found, _ = cv2.findContours(fine, cv2.RETR_CCOMP, cv2.CHAIN_APPROX_NONE)
    large = [each for each in found if cv2.contourArea(each) >= SPECK * FINER**2]
    polygons = [
        cv2.approxPolyDP(each, TOLERANCE * FINER, closed=True)[:, 0] for each in large or found
    ]
    return "".join(_path(np.rint((each - 0.5) / FINER).astype(int)) for each in polygons)


def _path(corners: NDArray[np.int_]) -> str:
    """A closed polygon in relative steps, as short as SVG allows."""
    keep = np.any(corners != np.roll(corners, 1, axis=0), axis=1)
    corners = corners[keep] if keep.any() else corners[:1]
    x, y = corners[0]
    text = f"M{x} {y}"
    for dx, dy in np.diff(corners, axis=0).tolist():
        if dx and dy:
            text += f"l{dx} {dy}"
        else:
            text += f"h{dx}" if dx else f"v{dy}"
    return f"{text}z"
