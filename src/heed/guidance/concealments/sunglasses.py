"""Sunglasses: opaque dark lenses over both eyes, with a bridge and the beginning of the temples."""

from typing import Final

import cv2
import numpy as np
from numpy.typing import ArrayLike

from heed.geometry.affine import apply
from heed.guidance.checked_crops import check_crops, check_placed
from heed.guidance.concealed import Concealment, Crops
from heed.guidance.landmarks import five_of
from heed.masks.face_frame import frames

COLOUR: Final = (20, 20, 24)
"""RGB."""

# In the frame of the eyes, which are at -50 and 50.
_RIGHT_LENS: Final = (
    (8, -26), (20, -34), (56, -37), (94, -33), (108, -22), (108, 4), (98, 28), (76, 42), (50, 44),
    (26, 36), (11, 14),
)  # fmt: skip
_BRIDGE: Final = ((-14, -27), (14, -27), (14, -8), (0, -13), (-14, -8))
_RIGHT_TEMPLE: Final = ((104, -28), (117, -24), (117, -11), (104, -11))

_SUBPIXEL: Final = 6
"""Binary digits that OpenCV gets of a coordinate."""


def sunglasses(crops: Crops, landmarks: ArrayLike) -> Crops:
    """Put dark sunglasses on each face.

    They are placed, turned and scaled by the landmarks (the frame ``eyes`` of
    :mod:`heed.masks.face_frame`): on a face that looks aside they are as narrow as the eyes are
    close. Both eyes are hidden completely, eyebrows in part.

    Args:
        crops: (n, S, S, 3) uint8, RGB; they stay as they are.
        landmarks: (n, 5, 2) or (n, 68, 2) x, y in pixels of the crops.

    Returns:
        (n, S, S, 3) uint8.

    Raises:
        InputError: these are no crops, or not as many as faces.
        LandmarksError: a landmark is not finite, or the eyes coincide or lie on a line with the
            mouth.

    Example:
        >>> face = [[92.0, 100.0], [132.0, 100.0], [112.0, 124.0], [96.0, 140.0], [128.0, 140.0]]
        >>> worn = sunglasses(np.full((1, 224, 224, 3), 255, np.uint8), [face])
        >>> [tuple(worn[0, 100, x].tolist()) == COLOUR for x in (60, 92, 132)]  # beside, eye, eye
        [False, True, True]
    """
    five = five_of(landmarks)
    check_crops(crops, len(five), "sunglasses")
    to_crop = frames(five)["eyes"]
    mirror = np.array([-1, 1])
    shapes = [
        apply(to_crop, shape)
        for shape in (
            np.array(_RIGHT_LENS),
            np.array(_RIGHT_LENS) * mirror,
            np.array(_RIGHT_TEMPLE),
            np.array(_RIGHT_TEMPLE) * mirror,
            np.array(_BRIDGE),
        )
    ]
    check_placed(np.concatenate(shapes, axis=1), "sunglasses")
    fixed = [np.rint(shape * 2**_SUBPIXEL).astype(np.int32) for shape in shapes]
    worn = np.array(crops, order="C")  # as OpenCV wants them
    for image, *own in zip(worn, *fixed, strict=True):
        for shape in own:
            cv2.fillPoly(image, [shape], COLOUR, lineType=cv2.LINE_AA, shift=_SUBPIXEL)
    return worn


ENTRY: Final[Concealment] = sunglasses
