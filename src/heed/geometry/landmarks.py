"""Five facial landmarks: between tables and arrays, and from the photograph into the crop."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from heed.geometry.alignment import LANDMARKS, LandmarksError


def columns(prefix: str = "") -> list[str]:
    """The ten column names of five landmarks: ``<prefix><landmark>_x``, ``…_y``, and so on."""
    return [f"{prefix}{landmark}_{axis}" for landmark in LANDMARKS for axis in "xy"]


def from_table(table: pd.DataFrame, prefix: str = "") -> NDArray[np.float64]:
    """The landmarks of a table as an array (rows, 5, 2) of x, y.

    Raises:
        LandmarksError: naming the image (column ``image``) of the first row in which a
            landmark is missing or not finite.
    """
    points = table[columns(prefix)].to_numpy(np.float64).reshape(-1, len(LANDMARKS), 2)
    _check_finite(points, list(table["image"]), prefix)
    return points


def to_table(points: ArrayLike) -> pd.DataFrame:
    """The landmarks (rows, 5, 2) as a table of ten float64 columns."""
    rows = np.asarray(points, np.float64).reshape(-1, 2 * len(LANDMARKS))
    return pd.DataFrame(rows, columns=columns())


def shifted(landmarks: ArrayLike, x: float, y: float) -> NDArray[np.float64]:
    """Landmarks of CelebA's aligned images, moved by a constant (Bieri 2023, section 3.2).

    With (+24, -10) they lie in the 224x224 crop of scale 5.5, up to a few pixels:
    CelebA's aligned faces have eyes and mouth 40.9 +- 2.2 pixels apart, the crops 40.7.

    Args:
        landmarks: (..., 5, 2) pixels of the 178x218 images.
        x: pixels to the right.
        y: pixels down.
    """
    return np.asarray(landmarks, np.float64) + np.array([x, y], np.float64)


def _check_finite(points: NDArray[np.float64], names: Sequence[str], prefix: str) -> None:
    missing = ~np.isfinite(points).all(axis=(1, 2))
    if missing.any():
        kind = prefix.removesuffix("_") or "crop"
        raise LandmarksError(
            f"{names[int(missing.argmax())]}: the {kind} landmarks are missing or not finite (in "
            f"{missing.sum()} of {len(points)} images); expected five x, y pairs per image: "
            "check the landmark file that belongs to data.images and landmarks.method"
        )
