"""Frames that follow a face: origin and axes found from its five landmarks.

A frame is an affine map from the plane in which the shapes of mask version 3 are written,
x to the right and y down, to the pixels of the crop; an axis of length 100 in that plane is
a *unit* long in the crop. With E the midpoint of the eyes, M the midpoint of the mouth
corners and N the tip of the nose:

* *across* is the vector from the left to the right eye, *down* that from E to M;
* the unit is the geometric mean of their lengths, more exactly the root of the area that
  they span. Faces that look aside have their eyes closer together, smiling faces and those
  that look down have a higher mouth; the size of the head depends on neither alone;
* *right* and *below* are one unit long, along across and at a right angle to it;
* *turn* is the vector along across that takes the line E-M to the nose, at most half of across.

=========  ========  ==========================================  ===========================
frame      origin    x axis                                      y axis
=========  ========  ==========================================  ===========================
``eyes``   E         across: the eyes are at -50 and 50          below
``nose``   N         right                                       below
``mouth``  M         from the left to the right corner of the    at a right angle to x,
                     mouth: they are at -50 and 50               as long
``jaw``    E - turn  right                                       a unit along down, + turn / 2
``head``   E - turn  right                                       below
=========  ========  ==========================================  ===========================

In photographs the outline of a head that looks aside moves about as far as the nose, in the
other direction: its middle lies behind the eyes, the nose before them. The edge of the face, in
the frame ``jaw``, moves so beside the eyes, and with the mouth at the chin, y = 200.
"""

from typing import Final, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from heed.geometry.affine import Matrix
from heed.geometry.alignment import (
    LEFT_EYE,
    LEFT_MOUTH,
    NOSE,
    RIGHT_EYE,
    RIGHT_MOUTH,
    LandmarksError,
    eye_and_mouth_centres,
)

Frame = Literal["eyes", "nose", "mouth", "jaw", "head"]

UNIT: Final = 100
"""Length of an axis in the plane of the shapes."""

LEAST: Final = 1.0
"""Pixels that axes must be long; landmarks closer together give no direction."""

FURTHEST_TURN: Final = 0.5
"""Where a profile's nose is, in the vector across; a landmark further out moves nothing more."""


def frames(landmarks: ArrayLike) -> dict[Frame, Matrix]:
    """The five frames of each face.

    Args:
        landmarks: (n, 5, 2) x, y in pixels of the crop.

    Returns:
        For each frame (n, 2, 3) float64, plane of the shapes -> crop pixel. NaN where a face has no
        such frame: ``mouth`` where its corners coincide or lie on a line with E, the others
        where the unit is less than :data:`LEAST` pixels (the eyes coincide, say).

    Raises:
        LandmarksError: a landmark is not finite.
    """
    points = np.asarray(landmarks, np.float64)
    _check_finite(points)
    eyes, mouth = eye_and_mouth_centres(points)
    nose = points[:, NOSE]
    down = mouth - eyes
    across = points[:, RIGHT_EYE] - points[:, LEFT_EYE]
    corners = points[:, RIGHT_MOUTH] - points[:, LEFT_MOUTH]

    area = _cross(across, down)
    area = np.where(np.abs(area) >= LEAST**2, area, np.nan)
    unit = np.sqrt(np.abs(area))
    off_midline = np.clip(_cross(nose - eyes, down) / area, -FURTHEST_TURN, FURTHEST_TURN)
    turn = off_midline[:, None] * across
    right = _of_length(unit, across)
    below = _beside(right, down)
    return {
        "eyes": _frame(eyes, across, below),
        "nose": _frame(nose, right, below),
        "mouth": _frame(mouth, corners, _beside(corners, down)),
        "jaw": _frame(eyes - turn, right, _of_length(unit, down) + turn / 2),
        "head": _frame(eyes - turn, right, below),
    }


Vectors = NDArray[np.float64]
"""(n, 2) float64, x and y in pixels."""


def _frame(origin: Vectors, x_axis: Vectors, y_axis: Vectors) -> Matrix:
    matrix = np.stack([x_axis / UNIT, y_axis / UNIT, origin], axis=-1)
    known = np.abs(_cross(x_axis, y_axis)) >= LEAST**2  # false for NaN
    matrix[~known] = np.nan
    return matrix


def _of_length(length: NDArray[np.float64], vectors: Vectors) -> Vectors:
    """Vectors of this length and the old direction; NaN, like an unknown length, for no vector."""
    old = np.hypot(*vectors.T)
    return vectors * np.divide(length, old, out=np.full_like(old, np.nan), where=old > 0)[:, None]


def _beside(vectors: Vectors, down: Vectors) -> Vectors:
    """The vectors turned by 90 degrees to the side that ``down`` points to."""
    turned = np.stack([-vectors[:, 1], vectors[:, 0]], axis=-1)
    return turned * np.sign(_cross(vectors, down))[:, None]


def _cross(a: Vectors, b: Vectors) -> NDArray[np.float64]:
    return a[:, 0] * b[:, 1] - a[:, 1] * b[:, 0]


def _check_finite(points: NDArray[np.float64]) -> None:
    wrong = ~np.isfinite(points).all(axis=(1, 2))
    if wrong.any():
        first = int(wrong.argmax())
        raise LandmarksError(
            f"face {first} of {len(points)}: found the landmarks {points[first].tolist()}; masks "
            "of version 3 need five finite x, y pairs: correct the face's landmarks"
        )
