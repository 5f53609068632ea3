"""The wild photograph around a face: its size, the face's scale, roll and place."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from heed.geometry.affine import Matrix, apply, compose
from heed.geometry.alignment import EYES_TO_BOX_CENTRE, eye_and_mouth_centres
from heed.synthetic.pose import EYE_MOUTH, Pose

_MEDIAN_DISTANCE, _SPREAD, _DISTANCES = 46.0, 0.25, (30.0, 75.0)
_ROLL, _LARGEST_ROLL = 10.0, 35.0
# A square box of 5.5 eye-mouth distances (AFFACT's), turned by any angle, lies within the square
# of sqrt(2) times its side around its centre; the rest is room for random shifts and scales.
_BOX, _ROOM = 5.5, 1.5
# The head from ear to ear and from hair to chin, in head coordinates.
_HEAD = np.array([(-47, -62), (47, -62), (47, 76), (-47, 76)], np.float64)


@dataclass(frozen=True)
class WildFrame:
    """A photograph that is larger than the face.

    Attributes:
        width: of the photograph, pixels.
        height: likewise.
        matrix: 2x3, face frame to photograph, a similarity.
    """

    width: int
    height: int
    matrix: Matrix


def wild_frame(rng: np.random.Generator, pose: Pose) -> WildFrame:
    """Place a face in a photograph.

    The eye-mouth distance is lognormal around 46 pixels within 30 to 75, the roll
    normal with 10 degrees within 35. The photograph is as large as it must be for the
    face's crop, a square of 5.5 eye-mouth distances turned by the roll, to lie inside.
    """
    width = int(rng.integers(300, 481))
    height = int(np.clip(width * rng.uniform(0.85, 1.4), 300, 480))
    distance = np.clip(_MEDIAN_DISTANCE * np.exp(rng.normal(0, _SPREAD)), *_DISTANCES)
    roll = np.deg2rad(np.clip(rng.normal(0, _ROLL), -_LARGEST_ROLL, _LARGEST_ROLL))
    down = pose.to_face_frame[:, 1]
    scale = distance / (EYE_MOUTH * np.hypot(*down))
    rotation = scale * np.array([[np.cos(roll), -np.sin(roll)], [np.sin(roll), np.cos(roll)]])
    place = np.clip(rng.normal((0.5, 0.42), (0.11, 0.09)), (0.2, 0.22), (0.8, 0.65))
    linear = compose(np.column_stack([rotation, (0, 0)]), pose.to_face_frame)
    eyes, _ = eye_and_mouth_centres(apply(linear, pose.landmarks))
    centre = eyes + np.array([0, EYES_TO_BOX_CENTRE * _BOX * distance])
    room = _ROOM * _BOX * distance
    size = np.maximum((width, height), np.ceil(room)).astype(int)
    face = apply(linear, np.array([[0.0, 8.0]]))[0]
    # Where the face was to be, or as near to it as its crop allows.
    shift = np.clip(place * size - face + centre, room / 2, size - room / 2) - centre
    return WildFrame(int(size[0]), int(size[1]), np.column_stack([rotation, shift]))


def face_box(frame: WildFrame, pose: Pose) -> NDArray[np.int64]:
    """The box around the head in the photograph, cut at its edges: x, y, width, height."""
    corners = apply(frame.matrix, apply(pose.to_face_frame, _HEAD))
    size = np.array([frame.width, frame.height])
    low = np.clip(np.floor(corners.min(0)), 0, size - 1)
    high = np.clip(np.ceil(corners.max(0)), 1, size)
    return np.concatenate([low, high - low]).astype(np.int64)
