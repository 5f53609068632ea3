"""Upright boxes around faces, and the crops that show them.

A box is x, y, width, height in pixels of the photograph: its left and top edge, x to the
right and y down, as in CelebA's ``list_bbox_celeba.txt``.
"""

from collections.abc import Sequence
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from heed.base.errors import HeedError
from heed.geometry.affine import Matrix

COLUMNS: Final = ("x", "y", "width", "height")


class BoxError(HeedError, ValueError):
    """A box that no face can be cut out by; the message names the image."""


def from_corners(corners: ArrayLike) -> NDArray[np.float64]:
    """Boxes of their left, top, right and bottom edges.

    Args:
        corners: (..., 4) left, top, right, bottom.

    Returns:
        (..., 4) float64 x, y, width, height.

    Example:
        >>> from_corners([10, 20, 40, 80]).tolist()
        [10.0, 20.0, 30.0, 60.0]
    """
    edges = np.asarray(corners, np.float64)
    return np.concatenate([edges[..., :2], edges[..., 2:] - edges[..., :2]], axis=-1)


def from_table(table: pd.DataFrame, prefix: str = "") -> NDArray[np.float64]:
    """The boxes of a table's rows, (rows, 4) float64; NaN where there is none."""
    return table[[prefix + name for name in COLUMNS]].to_numpy(np.float64, na_value=np.nan)


def scaled(boxes: ArrayLike, factor: float) -> NDArray[np.float64]:
    """Boxes ``factor`` times as wide and high, about their centres.

    Args:
        boxes: (..., 4) x, y, width, height.
        factor: the sets C, D and T of AFFACT have 2, for a detector's box ends at the forehead
            and the chin (Chavannes & Rutishauser 2021).

    Returns:
        (..., 4) float64.

    Example:
        >>> scaled([10, 20, 30, 60], factor=2).tolist()
        [-5.0, -10.0, 60.0, 120.0]
    """
    box = np.asarray(boxes, np.float64)
    position, extent = box[..., :2], box[..., 2:]
    return np.concatenate([position - (factor - 1) / 2 * extent, factor * extent], axis=-1)


def box_alignment(boxes: ArrayLike, size: int, names: Sequence[str]) -> Matrix:
    """The map from each photograph to the square crop that shows its box.

    With s = size / max(width, height) and c the centre of the box:

        out = size/2 + s·(source - c)

    Nothing is rotated, and the whole box is in the crop: the shorter of its sides gets
    context from the photograph.

    Args:
        boxes: (n, 4) x, y, width, height.
        size: side of the crop in pixels.
        names: the n file names, for messages.

    Returns:
        (n, 2, 3) float64, photograph pixel -> crop pixel.

    Raises:
        BoxError: naming the image, where a box has no extent or is not finite.

    Example:
        >>> from heed.geometry.affine import apply
        >>> to_crop = box_alignment([[10, 20, 30, 60]], size=120, names=["000001.jpg"])
        >>> apply(to_crop, [[[10, 20], [40, 80]]]).tolist()  # the box's corners
        [[[30.0, 0.0], [90.0, 120.0]]]
    """
    box = np.asarray(boxes, np.float64).reshape(-1, len(COLUMNS))
    _check_extent(box, names)
    position, extent = box[:, :2], box[:, 2:]
    zoom = size / extent.max(axis=1)
    centre = position + extent / 2
    linear = zoom[:, None, None] * np.eye(2)
    return np.concatenate([linear, (size / 2 - zoom[:, None] * centre)[..., None]], axis=-1)


def _check_extent(boxes: NDArray[np.float64], names: Sequence[str]) -> None:
    useless = ~(np.isfinite(boxes).all(axis=1) & (boxes[:, 2:] > 0).all(axis=1))
    if useless.any():
        first = int(useless.argmax())
        raise BoxError(
            f"{names[first]}: found the box x, y, width, height = {boxes[first].tolist()} (and "
            f"{useless.sum() - 1} more like it among {len(boxes)}); expected finite numbers with "
            "a width and height above 0: correct this line of the box file or leave the image out"
        )
