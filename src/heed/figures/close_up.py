"""A close-up of eyes, nose and mouth, for marks that are a few pixels apart."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from heed.geometry.alignment import eye_and_mouth_centres

WIDTH: Final = 3.3
"""Side of the part that is shown, in distances between eyes and mouth."""


def close_up(
    face: NDArray[np.uint8], landmarks: NDArray[np.float64]
) -> tuple[NDArray[np.uint8], NDArray[np.float64]]:
    """Cut out the square around eyes and mouth, shifted to stay inside the crop.

    Args:
        face: (S, S, 3) crop.
        landmarks: (5, 2) x, y in its pixels.

    Returns:
        The part, (W, W, 3) with W at most S, and its upper left corner, (2,) x, y: what is
        to be subtracted from points of the crop.
    """
    size = len(face)
    eyes, mouth = eye_and_mouth_centres(landmarks)
    side = int(np.clip(round(WIDTH * float(np.hypot(*(mouth - eyes)))), 1, size))
    middle = (eyes + mouth) / 2
    left, top = np.clip(np.rint(middle - side / 2), 0, size - side).astype(int)
    return face[top : top + side, left : left + side], np.array([left, top], np.float64)
