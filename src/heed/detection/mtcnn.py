"""MTCNN, the face detector by which AFFACT's test sets C, D and T are cut.

A thin wrapper of ``facenet_pytorch.MTCNN``, whose three small networks come inside its package:
nothing is downloaded.
"""

from typing import Final

import numpy as np
import torch
from numpy.typing import NDArray

from heed.base.errors import InputError
from heed.detection.detection import Detection
from heed.geometry.boxes import from_corners

LEAST_FACE: Final = 20
"""Side in pixels of the smallest face that MTCNN looks for, its default."""


class FaceDetector:
    """Finds the most probable face of an image (Chavannes & Rutishauser 2021).

    Args:
        device: where the networks run.
    """

    def __init__(self, device: torch.device) -> None:
        # Here, so that what works with boxes alone does without it.
        from facenet_pytorch import MTCNN  # type: ignore[import-untyped]

        self._mtcnn = MTCNN(
            min_face_size=LEAST_FACE, select_largest=False, post_process=False, device=device
        ).eval()

    def detect(self, image: NDArray[np.uint8]) -> Detection | None:
        """The most probable face, or None where there is none.

        An image narrower or lower than the smallest face has none. (MTCNN itself fails there:
        its pyramid of images is empty, and so is the list of tensors that it joins.)

        Args:
            image: (H, W, 3) uint8, RGB.

        Raises:
            ValueError: for an image of another shape or dtype.
        """
        if image.ndim != 3 or image.shape[2] != 3 or image.dtype != np.uint8:
            raise InputError(
                f"found an image of {image.dtype} and shape {image.shape}; expected uint8 RGB "
                "(H, W, 3), for instance of heed.geometry.photograph.decode"
            )
        if min(image.shape[:2]) < LEAST_FACE:
            return None
        corners, probabilities = self._mtcnn.detect(image)  # the most probable face first
        if corners is None:
            return None
        return Detection(from_corners(corners[0]), float(probabilities[0]))
