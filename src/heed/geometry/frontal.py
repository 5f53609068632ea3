"""Which faces look into the camera: the frontal filter (Bieri 2023, section 3.4)."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from heed.geometry.alignment import NOSE, eye_and_mouth_centres


def frontal_ratio(landmarks: ArrayLike) -> NDArray[np.float64]:
    """How far the nose leaves the midline, relative to the height of the face.

    With the centres E of the eyes and M of the mouth and the tip N of the nose:

        ratio = |(M - E) x (E - N)| / |M - E| / (y_M - y_E)

    that is, the distance of N from the line through E and M over the vertical distance
    of E and M. This is the order of the paper's figure and of its published lists; its
    text has the fraction upside down. A face is frontal where ratio <= 0.1.

    Args:
        landmarks: (n, 5, 2) x, y. A common shift does not matter.

    Returns:
        (n,) float64; infinite, and so never frontal, where the mouth is not below the eyes.

    Example:
        >>> eyes, mouth = [[0, 0], [40, 0]], [[5, 40], [35, 40]]
        >>> frontal_ratio([[*eyes, [20, 25], *mouth], [*eyes, [28, 25], *mouth]]).tolist()
        [0.0, 0.2]
    """
    points = np.asarray(landmarks, np.float64)
    eyes, mouth = eye_and_mouth_centres(points)
    midline, to_nose = mouth - eyes, eyes - points[:, NOSE]
    area = np.abs(midline[:, 0] * to_nose[:, 1] - midline[:, 1] * to_nose[:, 0])
    height = midline[:, 1]
    upright = height > 0
    divisor = np.where(upright, np.hypot(midline[:, 0], midline[:, 1]) * height, 1.0)
    return np.where(upright, area / divisor, np.inf)
