"""The AFFACT alignment: which similarity takes a photograph to its square crop.

Chavannes and Rutishauser 2021, section 3.1 (the crop), with two things that the
report leaves out and the networks' own code has: the box is 5.5 eye-mouth
distances wide, and the eye centre is the mean of the eyes (the report's
equation 3.1 prints a minus sign).
"""

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from heed.base.errors import HeedError
from heed.geometry.affine import Matrix

# CelebA's "left" and "right" are left and right in the image, not of the person.
LANDMARKS: Final[tuple[str, ...]] = ("lefteye", "righteye", "nose", "leftmouth", "rightmouth")

LEFT_EYE, RIGHT_EYE, NOSE, LEFT_MOUTH, RIGHT_MOUTH = range(len(LANDMARKS))

# The eye centre lies 45 % below the top of the box, so the box centre 5 % below the eyes.
EYES_TO_BOX_CENTRE = 0.05


class LandmarksError(HeedError, ValueError):
    """Five landmarks that no face can be aligned by; the message names the image."""


def eye_and_mouth_centres(
    landmarks: ArrayLike,
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The midpoint of the eyes and the midpoint of the mouth corners.

    Args:
        landmarks: (..., 5, 2) x, y in the order of :data:`LANDMARKS`.

    Returns:
        Two arrays (..., 2).
    """
    points = np.asarray(landmarks, np.float64)
    return (
        (points[..., LEFT_EYE, :] + points[..., RIGHT_EYE, :]) / 2,
        (points[..., LEFT_MOUTH, :] + points[..., RIGHT_MOUTH, :]) / 2,
    )


def alignment(landmarks: ArrayLike, size: int, scale: float, names: Sequence[str]) -> Matrix:
    """The similarity from each photograph to its crop.

    With E and M the centres of the eyes and of the mouth, the box has the side
    w = scale·|E - M| and the centre c = (x_E, y_E + 0.05 w), taken before any
    rotation. The crop shows the box at s = size / w, rotated about c by the angle
    of the eye line, so that the eyes end on one row; c lands on the index
    (size/2, size/2):

        out = size/2 + s·R(-angle)·(source - c)

    For a face without roll and scale 5.5 this puts E at (0.5, 0.45) and M at
    (0.5, 0.6318) of the crop's side. With roll, E moves sideways by
    0.05·size·sin(angle), because the box is not rotated with the face.

    Args:
        landmarks: (n, 5, 2) pixels of the photographs.
        size: side of the crop in pixels.
        scale: side of the box in eye-mouth distances.
        names: the n file names, for messages.

    Returns:
        (n, 2, 3) float64, photograph pixel -> crop pixel.

    Raises:
        LandmarksError: naming the image, where the centres of the eyes and of the mouth
            coincide or a landmark is not finite.

    Example:
        >>> from heed.geometry.affine import apply
        >>> face = [[[80, 100], [120, 100], [100, 120], [85, 140], [115, 140]]]
        >>> to_crop = alignment(face, size=224, scale=5.5, names=["000001.jpg"])
        >>> apply(to_crop, [[[100, 100], [100, 140]]]).round(1).tolist()  # of eyes and mouth
        [[[112.0, 100.8], [112.0, 141.5]]]
    """
    points = np.asarray(landmarks, np.float64)
    eyes, mouth = eye_and_mouth_centres(points)
    distance = np.hypot(*np.moveaxis(eyes - mouth, -1, 0))
    _check_distance(points, distance, names)

    side = scale * distance
    zoom = size / side
    eye_line = points[:, RIGHT_EYE] - points[:, LEFT_EYE]
    angle = np.arctan2(eye_line[:, 1], eye_line[:, 0])
    cosine, sine = zoom * np.cos(angle), zoom * np.sin(angle)
    linear = np.stack([np.stack([cosine, sine], -1), np.stack([-sine, cosine], -1)], -2)
    centre = eyes + np.stack([np.zeros_like(side), EYES_TO_BOX_CENTRE * side], -1)
    offset = size / 2 - np.einsum("nij,nj->ni", linear, centre)
    return np.concatenate([linear, offset[..., None]], axis=-1)


def _check_distance(
    points: NDArray[np.float64], distance: NDArray[np.float64], names: Sequence[str]
) -> None:
    degenerate = ~(np.isfinite(distance) & (distance > 0))
    if degenerate.any():
        first = int(degenerate.argmax())
        raise LandmarksError(
            f"{names[first]}: the centre of the eyes and the centre of the mouth are "
            f"{distance[first]} pixels apart (landmarks {points[first].tolist()}); a face needs "
            "a distance above 0: correct this line of the landmark file or leave the image out"
        )
