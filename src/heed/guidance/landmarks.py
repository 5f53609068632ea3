"""Landmarks that regions are placed by: five of them, or dlib's 68.

The 68 points are those of the iBUG 300-W annotation in dlib's order, counted from 0. As with the
five, left is left in the image:

=========  ==============================================================
points     part of the face
=========  ==============================================================
0 to 16    edge of the face, from the left temple over the chin (8) to the right temple
17 to 26   left eyebrow (17 to 21), right eyebrow (22 to 26)
27 to 35   nose: bridge from top to tip (27 to 30), below the nostrils (31 to 35)
36 to 47   left eye (36 to 41), right eye (42 to 47)
48 to 67   mouth: outer edge of the lips (48 to 59), inner edge (60 to 67)
=========  ==============================================================
"""

from collections.abc import Sequence
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from heed.geometry.alignment import LANDMARKS, LandmarksError
from heed.guidance.coordinates import numbers

FIVE: Final = len(LANDMARKS)
DLIB: Final = 68
"""How many landmarks a face has."""

LEAST: Final = 1.0
"""Pixels that a face must measure; landmarks closer together give no direction."""

LEFT_EYE: Final = slice(36, 42)
RIGHT_EYE: Final = slice(42, 48)
NOSE_TIP: Final = 30
MOUTH_CORNERS: Final = (48, 54)


def of_faces(landmarks: ArrayLike, caller: str) -> NDArray[np.float64]:
    """Landmarks as an array (n, 5, 2) or (n, 68, 2) float64, checked.

    Args:
        landmarks: x, y in pixels.
        caller: the function that was given them, for messages.

    Raises:
        LandmarksError: their shape is another one, or a landmark is not finite; the message names
            the first such face.
    """
    try:
        points = numbers(landmarks)
    except ValueError as error:
        raise LandmarksError(
            f"{caller}: found landmarks that are {error}; expected (n, {FIVE}, 2) or "
            f"(n, {DLIB}, 2) numbers"
        ) from None
    if points.ndim != 3 or points.shape[1:] not in {(FIVE, 2), (DLIB, 2)}:
        raise LandmarksError(
            f"{caller}: found landmarks {points.shape}; expected (n, {FIVE}, 2) or (n, {DLIB}, 2): "
            f"x and y of {', '.join(LANDMARKS)}, or of dlib's {DLIB} points"
        )
    wrong = ~np.isfinite(points).all(axis=(1, 2))
    if wrong.any():
        first = int(wrong.argmax())
        raise LandmarksError(
            f"{caller}: face {first} of {len(points)} (counted from 0): a landmark is missing or "
            f"not finite (in {wrong.sum()} faces); expected {points.shape[1]} x, y pairs: correct "
            "it or leave the face out"
        )
    return points


def five_of(landmarks: ArrayLike) -> NDArray[np.float64]:
    """The five landmarks of each face: as they are, or of dlib's 68 points.

    Of 68 points they are the means of the points of each eye, the tip of the nose, and the outer
    corners of the mouth.

    Args:
        landmarks: (n, 5, 2) or (n, 68, 2) x, y in pixels.

    Returns:
        (n, 5, 2) float64 in the order of :data:`heed.geometry.alignment.LANDMARKS`.

    Raises:
        LandmarksError: there are neither 5 nor 68 landmarks, or one is not finite.

    Example:
        >>> row_of_points = [[[float(x), 0.0] for x in range(68)]]
        >>> five_of(row_of_points)[0, :, 0].tolist()
        [38.5, 44.5, 30.0, 48.0, 54.0]
    """
    points = of_faces(landmarks, "five_of")
    if points.shape[1] == FIVE:
        return points
    eyes = [points[:, eye].mean(axis=1) for eye in (LEFT_EYE, RIGHT_EYE)]
    others = [points[:, index] for index in (NOSE_TIP, *MOUTH_CORNERS)]
    return np.stack([*eyes, *others], axis=1)


def dlib_columns() -> list[str]:
    """The column names of 68 landmarks: ``x_0``, ``y_0``, ``x_1`` to ``y_67``."""
    return [f"{axis}_{point}" for point in range(DLIB) for axis in "xy"]


def from_dlib_table(table: pd.DataFrame, images: Sequence[str]) -> NDArray[np.float64]:
    """The 68 landmarks of these images out of a table of any order.

    Args:
        table: a row for each image: its file name in ``image``, and x and y in the columns of
            :func:`dlib_columns`, in pixels of the photograph
            (:func:`heed.geometry.affine.apply` takes them into the crop). Other columns and images
            are ignored.
        images: the file names of the faces, in the order that is wanted.

    Returns:
        (len(images), 68, 2) float64.

    Raises:
        LandmarksError: a column is missing, an image has no row or several, or a landmark is
            missing or not finite; the message names it.

    Example:
        >>> table = pd.DataFrame(1.5, index=[0], columns=dlib_columns()).assign(image="a.jpg")
        >>> from_dlib_table(table, ["a.jpg"]).shape
        (1, 68, 2)
    """
    missing = [name for name in ["image", *dlib_columns()] if name not in table.columns]
    if missing:
        raise LandmarksError(
            f"68 landmarks: found no column {missing[0]} ({len(missing)} of {2 * DLIB + 1} "
            f"columns are missing); expected image and {dlib_columns()[0]} to {dlib_columns()[-1]}"
        )
    names = table["image"].astype(str)
    rows = {name: row for row, name in enumerate(names)}
    absent = [name for name in images if name not in rows]
    if absent:
        raise LandmarksError(
            f"68 landmarks: found no row for {absent[0]} ({len(absent)} of {len(images)} images "
            "have none); expected a row for each image: add them or leave the images out"
        )
    twice = names[names.duplicated() & names.isin(set(images))]
    if len(twice):
        raise LandmarksError(
            f"68 landmarks: found several rows for {twice.iloc[0]}; expected one for each image"
        )
    numbers = table[dlib_columns()].iloc[[rows[name] for name in images]]
    numbers = numbers.apply(pd.to_numeric, errors="coerce")  # what is no number is NaN
    points = numbers.to_numpy(np.float64, na_value=np.nan).reshape(-1, DLIB, 2)
    wrong = ~np.isfinite(points).all(axis=(1, 2))
    if wrong.any():
        raise LandmarksError(
            f"{images[int(wrong.argmax())]}: one of its 68 landmarks is no finite number (in "
            f"{wrong.sum()} of {len(images)} images); expected x and y of each: correct the row "
            "or leave the image out"
        )
    return points
