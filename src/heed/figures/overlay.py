"""A map laid over a face."""

import cv2
import numpy as np
from numpy.typing import NDArray

from heed.base.errors import InputError


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
        raise InputError(f"face is {face.shape[:2]} pixels, map {cam.shape}; they must agree")
    if np.isnan(cam).any():
        grey = face.mean(axis=-1, keepdims=True)
        return np.broadcast_to(grey, face.shape).astype(np.uint8)
    levels = np.clip(np.rint(cam * 255), 0, 255).astype(np.uint8)
    colours = cv2.applyColorMap(levels, cv2.COLORMAP_TURBO)[..., ::-1]  # OpenCV gives BGR
    mixed = (1 - opacity) * face.astype(np.float64) + opacity * colours
    return np.clip(np.rint(mixed), 0, 255).astype(np.uint8)


def tint(
    face: NDArray[np.uint8],
    area: NDArray[np.bool_],
    colour: tuple[int, int, int],
    opacity: float = 0.55,
) -> NDArray[np.uint8]:
    """Colour an area of a face.

    Args:
        face: (S, S, 3) uint8, RGB.
        area: (S, S), true inside.
        colour: RGB, 0..255.
        opacity: share of the colour inside the area, 0..1.

    Returns:
        (S, S, 3) uint8, RGB; outside the area as it was.

    Raises:
        ValueError: if the two differ in size.
    """
    if face.shape[:2] != area.shape:
        raise InputError(f"face is {face.shape[:2]} pixels, area {area.shape}; they must agree")
    mixed = (1 - opacity) * face + opacity * np.array(colour, np.float64)
    return np.where(area[..., None], np.clip(np.rint(mixed), 0, 255), face).astype(np.uint8)
