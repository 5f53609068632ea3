"""A face as 68 points: drawn by hand around the landmarks of the template face."""

import numpy as np

from heed.guidance.template_face import EYE_TO_EYE, EYES_TO_NOSE, MOUTH_WIDTH

EYE, NOSE, CORNER = 50 * EYE_TO_EYE, 100 * EYES_TO_NOSE, 50 * MOUTH_WIDTH


def schematic_face() -> np.ndarray:
    """(68, 2) in dlib's order; the middle of the eyes at (0, 0), that of the mouth at (0, 100)."""
    angles = np.pi * np.arange(17) / 16
    jaw = np.column_stack([-104 * np.cos(angles), -5 + 198 * np.sin(angles)])
    left_brow = [(-90, -26), (-75, -36), (-57, -38), (-38, -35), (-20, -28)]
    right_brow = [(-x, y) for x, y in reversed(left_brow)]
    bridge = [(0, 0), (0, 20), (0, 40), (0, NOSE)]
    nostrils = [(-22, 69), (-11, 73), (0, 75), (11, 73), (22, 69)]
    eye = np.array([(-18, 0), (-8, -8), (8, -8), (18, 0), (8, 8), (-8, 8)])
    to_the_eye = np.array([EYE, 0])
    lips = [(29, 93), (12, 88), (0, 90), (-12, 88), (-29, 93)][::-1]
    lower = [(29, 112), (12, 119), (0, 121), (-12, 119), (-29, 112)]
    inner = [(-36, 100), (-12, 97), (0, 98), (12, 97), (36, 100), (12, 108), (0, 109), (-12, 108)]
    points = [
        *jaw,
        *left_brow,
        *right_brow,
        *bridge,
        *nostrils,
        *(eye - to_the_eye),
        *(eye + to_the_eye),
        (-CORNER, 100),
        *lips,
        (CORNER, 100),
        *lower,
        *inner,
    ]
    return np.array(points, float)


def similarity(angle: float, zoom: float, x: float = 0, y: float = 0) -> np.ndarray:
    """A turn by degrees (clockwise, as y is down), a zoom and a shift: (2, 3)."""
    cosine, sine = zoom * np.cos(np.radians(angle)), zoom * np.sin(np.radians(angle))
    return np.array([[cosine, -sine, x], [sine, cosine, y]])
