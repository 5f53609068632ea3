"""Dlib's 68 landmarks of a file of the user's, in the place of the five of CelebA."""

import os
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from heed.base.settings import ParamsError
from heed.geometry.alignment import LandmarksError
from heed.guidance.landmarks import from_dlib_table


def landmarks_of_file(file: str, images: list[str]) -> NDArray[np.float64]:
    """The landmarks of a file, in pixels of the photographs.

    Args:
        file: ``landmarks.file``.
        images: the faces, in the order that is wanted.

    Returns:
        (len(images), 68, 2) float64.

    Raises:
        ParamsError: it is no such table, or lacks a face; the message names the file.
    """
    path = Path(os.path.expanduser(file))
    try:
        table = pd.read_csv(path) if path.suffix == ".csv" else pd.read_parquet(path)
        return from_dlib_table(table, images)
    except (OSError, ValueError) as error:
        if isinstance(error, LandmarksError):
            raise ParamsError(f"params.yaml: landmarks.file: {file}: {error}") from None
        raise ParamsError(
            f"params.yaml: landmarks.file: {file}: found no table ({error}); expected a .csv or "
            ".parquet with a row for each image"
        ) from None
