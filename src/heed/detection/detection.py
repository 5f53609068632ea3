"""What a face detector finds in an image."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class Detection:
    """A face that was found.

    Attributes:
        box: (4,) float64 x, y, width, height in pixels of the image; may reach beyond it.
        probability: how sure MTCNN is that this is a face, 0.7 to 1.
    """

    box: NDArray[np.float64]
    probability: float
