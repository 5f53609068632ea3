"""MTCNN with the five landmarks that it finds beside the box."""

from dataclasses import dataclass
from threading import Lock

import numpy as np
import torch
from numpy.typing import NDArray

from heed.detection.mtcnn import LEAST_FACE, FaceDetector


@dataclass(frozen=True, eq=False)
class FoundFace:
    """The most probable face of an image.

    Attributes:
        landmarks: (5, 2) x, y in pixels of the image, in the order of
            :data:`heed.geometry.alignment.LANDMARKS`, which is MTCNN's too.
        probability: 0.7 to 1.
        faces: how many faces the image has.
    """

    landmarks: NDArray[np.float64]
    probability: float
    faces: int


class LandmarkDetector(FaceDetector):
    """Finds the landmarks of the most probable face, on the CPU, for one thread at a time."""

    def __init__(self) -> None:
        super().__init__(torch.device("cpu"))
        self._turn = Lock()

    def find(self, image: NDArray[np.uint8]) -> FoundFace | None:
        """The most probable face, or None where there is none.

        Args:
            image: (H, W, 3) uint8, RGB.
        """
        if min(image.shape[:2]) < LEAST_FACE:
            return None
        with self._turn:
            boxes, probabilities, landmarks = self._mtcnn.detect(image, landmarks=True)
        if boxes is None:
            return None
        points = np.asarray(landmarks[0], np.float64)
        return FoundFace(points, float(probabilities[0]), len(boxes))
