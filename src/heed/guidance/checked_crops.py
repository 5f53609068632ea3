"""Crops and what is placed on them, checked before anything is concealed."""

import numpy as np
from numpy.typing import NDArray

from heed.base.errors import InputError
from heed.geometry.alignment import LandmarksError


def check_crops(crops: NDArray[np.uint8], faces: int, caller: str) -> None:
    """Refuse what are no RGB crops, one for each face.

    Raises:
        InputError: naming what was found.
    """
    if not isinstance(crops, np.ndarray):
        raise InputError(
            f"{caller}: found crops in a {type(crops).__name__}; expected an array uint8 "
            "(n, S, S, 3), RGB"
        )
    square = crops.ndim == 4 and crops.shape[1] == crops.shape[2] and crops.shape[3] == 3
    if crops.dtype != np.uint8 or not square:
        raise InputError(
            f"{caller}: found crops {crops.dtype} {crops.shape}; expected uint8 (n, S, S, 3), RGB"
        )
    if len(crops) != faces:
        raise InputError(
            f"{caller}: found {len(crops)} crops and landmarks of {faces} faces; expected as many"
        )


def check_placed(corners: NDArray[np.float64], caller: str) -> None:
    """Refuse faces on which nothing could be placed, (n, K, 2) with NaN.

    Raises:
        LandmarksError: naming the first such face.
    """
    unplaced = np.isnan(corners).any(axis=(1, 2))
    if unplaced.any():
        raise LandmarksError(
            f"{caller}: face {int(unplaced.argmax())} of {len(corners)} (counted from 0): its "
            f"landmarks coincide or lie on a line (as in {unplaced.sum()} faces), so nothing can "
            "be placed by them: correct them or leave the face out"
        )
