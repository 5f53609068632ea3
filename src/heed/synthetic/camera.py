"""From a painted face to a photograph: lens, light, noise."""

import cv2
import numpy as np
from numpy.typing import NDArray

from heed.synthetic.look import Look
from heed.synthetic.render import Box, Image

BLURRY_SIGMA = 3.6
"""Blur of a plainly Blurry image, pixels of the face frame."""

_SMALLEST_SIGMA = 0.3


def blur_sigma(look: Look, scale: float) -> float:
    """Standard deviation of the blur in image pixels; ``scale`` is image per face frame."""
    return (look.setting.blur + BLURRY_SIGMA * look["Blurry"]) * scale


def developed(image: Image, look: Look, scale: float) -> Image:
    """Blur of lens and motion, then brightness and colour of the light."""
    sigma = blur_sigma(look, scale)
    if sigma >= _SMALLEST_SIGMA:
        image = cv2.GaussianBlur(image, (0, 0), sigma)
    return cv2.LUT(image, _light(look))


def _light(look: Look) -> NDArray[np.uint8]:
    levels = np.arange(256)[:, None] * look.setting.gain * look.setting.tint
    return np.clip(np.rint(levels), 0, 255).astype(np.uint8)[None]


class Sensor:
    """Noise, cut from one tile at a place that the image decides."""

    _SIZE = 800

    def __init__(self, seed: int) -> None:
        rng = np.random.default_rng([seed, 3])
        self._tile = rng.standard_normal((self._SIZE, self._SIZE, 3), np.float32)

    def place(self, whole: Box, rng: np.random.Generator) -> tuple[int, int]:
        """Draw where in the tile the noise of an image is cut from: the first row and column.

        Args:
            whole: the image, smaller than 800x800.
            rng: decides.
        """
        room = (self._SIZE - whole.bottom, self._SIZE - whole.right)
        top, left = rng.integers(0, room)
        return int(top), int(left)

    def exposed(self, image: Image, sigma: float, place: tuple[int, int]) -> Image:
        """Add noise of standard deviation ``sigma`` grey levels.

        Args:
            image: (h, w, 3) uint8, smaller than 800x800.
            sigma: of the noise.
            place: of the noise in the tile, see :meth:`place`.
        """
        height, width = image.shape[:2]
        top, left = place
        noise = self._tile[top : top + height, left : left + width] * np.float32(sigma)
        return cv2.add(image, noise, dtype=cv2.CV_8U)
