"""Landmarks on photographs and the crops that they give (Chavannes 2021, figure 3.2)."""

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from numpy.typing import NDArray

from heed.affact.figures.catalogue import figure
from heed.figures.legends import legend_below
from heed.figures.picture_grid import picture_grid, pixels_of
from heed.figures.theme import TEXT_WIDTH
from heed.geometry import affine

CROSS: Final[dict[str, Any]] = {
    "marker": "+",
    "color": "white",
    "markersize": 5,
    "markeredgewidth": 1.2,
    "linestyle": "",
}
FRAME: Final[dict[str, Any]] = {"color": "#CC79A7", "linewidth": 1.2}

_MARGIN = 0.7  # inches for the labels of rows
_SIDE = 1.25  # inches of a picture


def draw_landmarks_and_crop(
    photographs: Sequence[NDArray[np.uint8]],
    transforms: NDArray[np.float64],
    landmarks: NDArray[np.float64],
    crops: Sequence[NDArray[np.uint8]],
) -> Figure:
    """Draw each photograph with its landmarks and the outline of its crop; below it the crop.

    Args:
        photographs: n photographs, (H, W, 3) uint8 RGB, of any sizes.
        transforms: (n, 2, 3) photograph pixel -> crop pixel.
        landmarks: (n, 5, 2) x, y in pixels of the photographs.
        crops: n crops, (S, S, 3) uint8 RGB.

    Returns:
        A figure of n columns and two rows. What is outside of a photograph is white.
    """
    squares = [_square(photograph) for photograph in photographs]
    drawn = picture_grid(
        [squares, list(crops)],
        row_labels=["photograph", "crop"],
        width=min(_MARGIN + _SIDE * len(squares), TEXT_WIDTH),
    )
    axes = drawn.axes[0]
    for column, (matrix, points, crop) in enumerate(zip(transforms, landmarks, crops, strict=True)):
        last = len(crop) - 0.5
        corners = [(-0.5, -0.5), (last, -0.5), (last, last), (-0.5, last), (-0.5, -0.5)]
        outline = affine.apply(affine.invert(matrix), np.array(corners))
        side = len(squares[column])
        outline = np.clip(outline, -0.5, side - 0.5)  # where it leaves the picture: its edge
        of_photograph, of_crop = (pixels_of(drawn, row, column) for row in (0, 1))
        axes.plot(*outline.T, **FRAME, transform=of_photograph)
        axes.plot(*points.T, **CROSS, transform=of_photograph)
        axes.plot(*affine.apply(matrix, points).T, **CROSS, transform=of_crop)
    # white would not show on the page
    cross = Line2D([], [], **{**CROSS, "color": "0.3"}, label="landmarks")
    legend_below(drawn, [cross, Line2D([], [], **FRAME, label="outline of the crop")])
    return drawn


def _square(photograph: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """The photograph in the upper left of a white square."""
    side = max(photograph.shape[:2])
    square = np.full((side, side, 3), 255, np.uint8)
    square[: photograph.shape[0], : photograph.shape[1]] = photograph
    return square


@figure(
    "landmarks_and_crop",
    kind="faces",
    number="3.2",
    title="Landmarks and normalised crop",
    caption=(
        "Photographs with their five landmarks and the outline of the crop (top), and the crops "
        "that follow from them (bottom): turned until the eyes are level, and scaled to the same "
        "distance of eyes and mouth. An outline that leaves the photograph is drawn along its edge."
    ),
    needs=("photographs", "transforms", "landmarks", "photograph_crops"),
)
def _of_run(
    photographs: Sequence[NDArray[np.uint8]],
    transforms: NDArray[np.float64],
    landmarks: NDArray[np.float64],
    photograph_crops: Sequence[NDArray[np.uint8]],
) -> Figure:
    return draw_landmarks_and_crop(
        photographs, np.asarray(transforms, np.float64), landmarks, photograph_crops
    )
