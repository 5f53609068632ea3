"""Mouth-only: everything but the mouth is replaced."""

from typing import Final, Literal, get_args

import cv2
import numpy as np
from numpy.typing import ArrayLike, NDArray

from heed.base.errors import InputError
from heed.guidance.checked_crops import check_crops, check_placed
from heed.guidance.concealed import Concealment, Crops
from heed.guidance.landmarks import of_faces
from heed.guidance.regions import rectangle_corners
from heed.masks.outlines import inside
from heed.masks.packing import unpack

Fill = Literal["grey", "blur"]
"""What stands around the mouth."""

BLUR: Final = 1 / 8
"""Standard deviation of the blur, of the crop's side: a face is a patch of skin and hair."""


def mouth_only(crops: Crops, landmarks: ArrayLike, fill: Fill = "grey") -> Crops:
    """Leave nothing of each face but its mouth.

    What stays are the pixels of the rectangle ``mouth`` (:data:`heed.guidance.regions.RECTANGLES`).

    Args:
        crops: (n, S, S, 3) uint8, RGB, S a multiple of 8; they stay as they are.
        landmarks: (n, 5, 2) or (n, 68, 2) x, y in pixels of the crops.
        fill: ``grey`` for one grey around the mouth, the mean of the crop's pixels and channels,
            rounded; ``blur`` for the crop itself, blurred by :data:`BLUR`.

    Returns:
        (n, S, S, 3) uint8.

    Raises:
        InputError: these are no crops, or not as many as faces, or there is no such fill.
        LandmarksError: a landmark is not finite, or the corners of the mouth coincide or lie on
            a line with the eyes.

    Example:
        >>> face = [[92.0, 100.0], [132.0, 100.0], [112.0, 124.0], [96.0, 140.0], [128.0, 140.0]]
        >>> crop = np.zeros((1, 224, 224, 3), np.uint8)
        >>> crop[:, :112] = 100  # the upper half
        >>> left = mouth_only(crop, [face])
        >>> left[0, 140, 112].tolist(), left[0, 100, 92].tolist()  # the mouth, the left eye
        ([0, 0, 0], [50, 50, 50])
    """
    if fill not in get_args(Fill):
        raise InputError(f"mouth_only: found fill {fill!r}; expected {' or '.join(get_args(Fill))}")
    faces = of_faces(landmarks, "mouth_only")
    check_crops(crops, len(faces), "mouth_only")
    corners = rectangle_corners("mouth", faces)
    check_placed(corners, "mouth_only")
    masks = inside(corners, crops.shape[1])
    shown = np.empty(crops.shape, np.uint8)
    for image, packed, crop in zip(shown, masks, crops, strict=True):
        image[:] = _around(crop, fill)
        cv2.copyTo(crop, unpack(packed).view(np.uint8), image)
    return shown


def _around(crop: NDArray[np.uint8], fill: Fill) -> NDArray[np.uint8]:
    if fill == "grey":
        return np.rint(crop.mean()).astype(np.uint8)
    # Blurred small and made large again: a wide blur of all pixels takes a hundred times as long.
    size = len(crop)
    small = cv2.resize(crop, (size // 8, size // 8), interpolation=cv2.INTER_AREA)
    soft = cv2.GaussianBlur(small, (0, 0), BLUR * size / 8, borderType=cv2.BORDER_REPLICATE)
    return np.asarray(cv2.resize(soft, (size, size), interpolation=cv2.INTER_LINEAR), np.uint8)


ENTRY: Final[Concealment] = mouth_only
