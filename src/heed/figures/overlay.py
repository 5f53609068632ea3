"""A map laid over a face."""

import cv2
import numpy as np
from numpy.typing import NDArray


def overlay(
    face: NDArray[np.uint8], cam: NDArray[np.floating], opacity: float = 0.45
) -> NDArray[np.uint8]:
    """Lay a post-processed map over a face, in the colours that the field is used to.

    The colour map is OpenCV's "turbo": as familiar as "jet", without its false edges.

    Args:
        face: (S, S, 3) uint8, RGB.
        cam: (S, S), 0..1; NaN (no sample in the group) gives the face in grey.
        opacity: share of the map's colour, 0..1.

    Returns:
        (S, S, 3) uint8, RGB.

    Raises:
        ValueError: if the two differ in size.
    """
    if face.shape[:2] != cam.shape:
        raise ValueError(f"face is {face.shape[:2]} pixels, map {cam.shape}; they must agree")
    if np.isnan(cam).any():
        grey = face.mean(axis=-1, keepdims=True)
        return np.broadcast_to(grey, face.shape).astype(np.uint8)
    levels = np.clip(np.rint(cam * 255), 0, 255).astype(np.uint8)
    colours = cv2.applyColorMap(levels, cv2.COLORMAP_TURBO)[..., ::-1]  # OpenCV gives BGR
    mixed = (1 - opacity) * face.astype(np.float64) + opacity * colours
    return np.clip(np.rint(mixed), 0, 255).astype(np.uint8)


def jpeg(image: NDArray[np.uint8], side: int, quality: int = 85) -> bytes:
    """Encode an RGB image as a square JPEG thumbnail.

    Args:
        image: (S, S, 3) uint8, RGB.
        side: pixels of the thumbnail's side.
        quality: JPEG quality, 1..100.
    """
    small = cv2.resize(image, (side, side), interpolation=cv2.INTER_AREA)
    done, encoded = cv2.imencode(".jpg", small[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, quality])
    if not done:
        raise ValueError(f"OpenCV could not encode an image of shape {image.shape} as JPEG")
    return encoded.tobytes()
