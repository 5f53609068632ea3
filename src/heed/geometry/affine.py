"""Affine maps of the plane as 2x3 matrices.

A matrix ``A`` of shape (2, 3) and dtype float64 takes the column (x, y, 1) to
(x', y'). Coordinates are pixels, x to the right and y down; an integer is the
centre of a pixel. Every function works on stacks too: leading axes broadcast.
"""

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

Matrix = NDArray[np.float64]
"""(..., 2, 3) float64."""


def apply(matrix: ArrayLike, points: ArrayLike) -> NDArray[np.float64]:
    """Map points.

    Args:
        matrix: (..., 2, 3).
        points: (..., n, 2), each row x, y.

    Returns:
        (..., n, 2) float64.

    Example:
        >>> twice_as_large_and_one_to_the_right = [[2, 0, 1], [0, 2, 0]]
        >>> apply(twice_as_large_and_one_to_the_right, [[0, 0], [3, 5]]).tolist()
        [[1.0, 0.0], [7.0, 10.0]]
    """
    a, p = np.asarray(matrix, np.float64), np.asarray(points, np.float64)
    return p @ np.swapaxes(a[..., :2], -1, -2) + a[..., None, :, 2]


def compose(outer: ArrayLike, inner: ArrayLike) -> Matrix:
    """The map that applies ``inner`` first and ``outer`` to its result.

    Args:
        outer: (..., 2, 3).
        inner: (..., 2, 3).

    Returns:
        (..., 2, 3) float64.

    Example:
        >>> shift, double = [[1, 0, 5], [0, 1, 0]], [[2, 0, 0], [0, 2, 0]]
        >>> compose(double, shift).tolist()  # shifted first, so the shift is doubled as well
        [[2.0, 0.0, 10.0], [0.0, 2.0, 0.0]]
    """
    a, b = np.asarray(outer, np.float64), np.asarray(inner, np.float64)
    product = a[..., :2] @ b
    product[..., 2] += a[..., 2]
    return product


def invert(matrix: ArrayLike) -> Matrix:
    """The map that undoes ``matrix``.

    Args:
        matrix: (..., 2, 3).

    Returns:
        (..., 2, 3) float64.

    Raises:
        numpy.linalg.LinAlgError: the map flattens the plane (its determinant is 0).

    Example:
        >>> invert([[2, 0, 10], [0, 2, 0]]).tolist()
        [[0.5, 0.0, -5.0], [0.0, 0.5, 0.0]]
    """
    a = np.asarray(matrix, np.float64)
    linear = np.linalg.inv(a[..., :2])
    return np.concatenate([linear, -linear @ a[..., 2:]], axis=-1)


def columns(prefix: str) -> list[str]:
    """The six column names of a matrix in a table: ``<prefix>00`` to ``<prefix>12``."""
    return [f"{prefix}{row}{column}" for row, column in np.ndindex(2, 3)]


def from_table(table: pd.DataFrame, prefix: str) -> Matrix:
    """The matrices of a table's rows, (rows, 2, 3) float64."""
    return table[columns(prefix)].to_numpy(np.float64).reshape(-1, 2, 3)


def to_table(matrices: ArrayLike, prefix: str) -> pd.DataFrame:
    """Matrices (rows, 2, 3) as a table of six float64 columns."""
    rows = np.asarray(matrices, np.float64).reshape(-1, 6)
    return pd.DataFrame(rows, columns=columns(prefix))
