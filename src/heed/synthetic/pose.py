"""Where a face's five landmarks are, and how the head is turned.

Three coordinate systems, all in pixels, x to the right and y down:

* *aligned*: CelebA's aligned image, 178 wide and 218 high;
* *face frame*: 256x256, the aligned image with a margin of 39 and 19 pixels;
  evidence masks live here;
* *head*: origin midway between the eyes, y towards the mouth centre, which is at
  (0, 41); the drawing is written in it.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from heed.geometry.affine import Matrix, apply, invert
from heed.synthetic import celeba_statistics

ALIGNED_WIDTH, ALIGNED_HEIGHT = 178, 218
FACE_FRAME = 256
ALIGNED_IN_FACE_FRAME = (39, 19)
EYE_MOUTH = 41.0
FRONTAL_RATIO = 0.1

FACE_FRAME_TO_ALIGNED: Matrix = np.array(
    [[1.0, 0.0, -ALIGNED_IN_FACE_FRAME[0]], [0.0, 1.0, -ALIGNED_IN_FACE_FRAME[1]]]
)


@dataclass(frozen=True)
class Pose:
    """Landmarks of one face and what follows from them.

    Attributes:
        aligned: (5, 2) landmarks in the aligned image, order ``LANDMARKS``.
        landmarks: (5, 2) the same in head coordinates.
        to_face_frame: 2x3, head coordinates to face frame.
        turn: how far the nose is off the midline, -1..1, positive to the right.
        centre: x of the skull's middle in head coordinates. The eyes lie in front of it,
            so that a head which turns to the right leaves its skull behind to the left: the
            far cheek narrows, and the near ear comes into view.
    """

    aligned: NDArray[np.float64]
    landmarks: NDArray[np.float64]
    to_face_frame: Matrix
    turn: float
    centre: float


class LandmarkDistribution:
    """CelebA's landmarks, frontal or turned, as normal distributions cut at the frontal rule."""

    def __init__(self) -> None:
        self._parts = {
            frontal: celeba_statistics.landmark_statistics(frontal=frontal)
            for frontal in (True, False)
        }
        self._roots = {
            frontal: np.linalg.cholesky(part.covariance + 1e-9 * np.eye(10))
            for frontal, part in self._parts.items()
        }

    def draw(self, rng: np.random.Generator, *, frontal: bool) -> NDArray[np.float64]:
        """One face's landmarks in aligned pixels, (5, 2).

        Drawn again until the nose is on the asked side of the frontal rule.
        """
        while True:
            noise = rng.standard_normal((16, 10)) @ self._roots[frontal].T
            candidates = (self._parts[frontal].mean + noise).reshape(-1, 5, 2)
            fits = (frontal_ratio(candidates) <= FRONTAL_RATIO) == frontal
            if fits.any():
                return candidates[np.argmax(fits)]


def frontal_ratio(landmarks: NDArray[np.float64]) -> NDArray[np.float64]:
    """Distance of the nose from the eye-mouth line, in eye-mouth heights.

    Args:
        landmarks: (..., 5, 2).

    Returns:
        (...) float64; a face counts as frontal up to 0.1.
    """
    eyes, mouth = landmarks[..., :2, :].mean(-2), landmarks[..., 3:, :].mean(-2)
    axis, nose = mouth - eyes, landmarks[..., 2, :] - eyes
    cross = axis[..., 0] * nose[..., 1] - axis[..., 1] * nose[..., 0]
    return np.abs(cross) / np.hypot(axis[..., 0], axis[..., 1]) / np.abs(axis[..., 1])


def pose(aligned: NDArray[np.float64]) -> Pose:
    """The pose of a face with these landmarks, (5, 2) in aligned pixels."""
    points = aligned + np.array(ALIGNED_IN_FACE_FRAME, np.float64)
    eyes, mouth = points[:2].mean(0), points[3:].mean(0)
    down = (mouth - eyes) / EYE_MOUTH
    right = np.array([down[1], -down[0]])
    to_face_frame = np.column_stack([right, down, eyes])
    landmarks = apply(invert(to_face_frame), points)
    nose_x = float(landmarks[2, 0])
    return Pose(
        aligned=aligned,
        landmarks=landmarks,
        to_face_frame=to_face_frame,
        turn=float(np.clip(nose_x / 22, -1, 1)),
        centre=float(np.clip(-0.8 * nose_x, -17, 17)),
    )
