"""Landmarks of the aligned images in the crop, shifted and not (Bieri 2023, figure 4.1)."""

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patheffects import withStroke
from numpy.typing import NDArray

from heed.audit.figures.audited import Faces
from heed.audit.figures.catalogue import figure
from heed.figures.close_up import close_up
from heed.figures.legends import legend_below
from heed.figures.picture_grid import picture_grid, pixels_of
from heed.figures.selection import spread_over
from heed.figures.theme import MARK_COLOURS
from heed.geometry.landmarks import shifted

SIZE: Final = 224
SCALE: Final = 5.5
"""The crop for which the constant shift was found."""

EYES: Final = (0.5, 0.45)
"""Where the centre of the eyes of a face without roll lies in any crop, in shares of its side."""

USUAL_COUNT: Final = 6
"""Of faces side by side; the markers' size is made for it."""

_ON_ANY_FACE: Final = [withStroke(linewidth=2, foreground="white")]
RING: Final[dict[str, Any]] = {
    "marker": "o",
    "markersize": 5,
    "markerfacecolor": "none",
    "color": MARK_COLOURS[0],
    "linestyle": "none",
    "path_effects": _ON_ANY_FACE,
}
CROSS: Final[dict[str, Any]] = RING | {"marker": "x", "markersize": 4, "color": MARK_COLOURS[1]}


def in_crop(
    aligned: NDArray[np.float64], shift: tuple[float, float], size: int, scale: float
) -> NDArray[np.float64]:
    """The landmarks of the aligned images as they would lie in a crop of another size or scale.

    The points p of the 178x218 images, moved by the constant shift, are in proportion to a
    crop of 224 pixels and scale 5.5; in any other, the distances from the eyes grow by the
    factor f of the distance between eyes and mouth:

        f = (size / scale) / (224 / 5.5)
        p' = size (0.5, 0.45) + f (p + shift - 224 (0.5, 0.45))

    Args:
        aligned: (..., 5, 2) x, y in pixels of the aligned images; NaN stays NaN.
        shift: pixels to the right and down; (24, -10) in Bieri 2023, section 3.2.
        size: side of the crop in pixels.
        scale: side of the crop in eye-mouth distances.

    Returns:
        (..., 5, 2) pixels of the crop.
    """
    factor = (size / scale) / (SIZE / SCALE)
    eyes = np.array(EYES)
    return size * eyes + factor * (shifted(aligned, *shift) - SIZE * eyes)


def distances(found: NDArray[np.float64], exact: NDArray[np.float64]) -> NDArray[np.float64]:
    """Mean distance of a face's five landmarks from the exact ones: (..., 5, 2) to (...)."""
    mean: NDArray[np.float64] = np.hypot(*np.moveaxis(found - exact, -1, 0)).mean(axis=-1)
    return mean


def choose_landmark_shift(
    exact: NDArray[np.float64], shifted_points: NDArray[np.float64], count: int
) -> NDArray[np.intp]:
    """Choose faces at evenly spaced ranks of the shift's error, the smallest first.

    Args:
        exact: (N, 5, 2) landmarks by the crop's own transform.
        shifted_points: (N, 5, 2) landmarks by the shift, NaN where the data has none.
        count: how many faces.

    Returns:
        Rows of faces that have both; if there is none, of faces spread over all.
    """
    error = distances(shifted_points, exact)
    known = np.flatnonzero(np.isfinite(error))
    if len(known) == 0:
        return spread_over(np.arange(len(exact)), count)
    return known[spread_over(error[known], count)]


def draw_landmark_shift(
    faces: Sequence[NDArray[np.uint8]],
    exact: NDArray[np.float64],
    unshifted: NDArray[np.float64],
    shifted_points: NDArray[np.float64],
    shift: tuple[float, float],
) -> Figure:
    """Draw the landmarks of the aligned images on the crops, as they are and shifted.

    Args:
        faces: n crops, (S, S, 3).
        exact: (n, 5, 2) x, y in pixels of the crop, by the crop's own transform.
        unshifted: (n, 5, 2) the same landmarks without any shift.
        shifted_points: (n, 5, 2) with the shift. Where it is NaN for all faces, the data
            knows no landmarks of the aligned images: only the exact ones are drawn.
        shift: pixels to the right and down, for the label.

    Returns:
        A figure with a column per face and the rows "not shifted" and "shifted".
    """
    if np.isnan(shifted_points).any():
        rows: dict[str, NDArray[np.float64] | None] = {"no landmarks of\naligned images": None}
    else:
        by = f"({shift[0]:g}, {shift[1]:g})".replace("-", "−")
        rows = {"not shifted": unshifted, f"shifted by\n{by}": shifted_points}
    captions = [
        [None] * len(faces)
        if points is None
        else [f"{distance:.1f} px" for distance in distances(points, exact)]
        for points in rows.values()
    ]
    parts = [close_up(face, points) for face, points in zip(faces, exact, strict=True)]
    figure = picture_grid(
        [[part for part, _ in parts]] * len(rows), row_labels=list(rows), captions=captions
    )
    # markers shrink with the pictures
    ring, cross = (
        style | {"markersize": style["markersize"] * min(1, USUAL_COUNT / len(faces))}
        for style in (RING, CROSS)
    )
    axes = figure.axes[0]
    for row, points in enumerate(rows.values()):
        for column, (_, corner) in enumerate(parts):
            pixels = pixels_of(figure, row, column)
            axes.plot(*(exact[column] - corner).T, **ring, transform=pixels)
            if points is not None:
                axes.plot(*(points[column] - corner).T, **cross, transform=pixels)
    markers = [Line2D([], [], **RING, label="by the crop's own transform")]
    if all(points is not None for points in rows.values()):
        markers.append(Line2D([], [], **CROSS, label="landmarks of the aligned image"))
    legend_below(figure, markers)
    return figure


@figure(
    "landmark_shift",
    kind="faces",
    number="4.1",
    title="Landmarks, original and shifted",
    caption=(
        "Landmarks of the aligned images (crosses), drawn on the crops without a shift (top) "
        "and with the constant shift (bottom), compared with the landmarks mapped by each "
        "crop's own transform (rings). Below each picture: mean distance between the two sets "
        "of five points, in pixels of the crop. The faces are chosen at evenly spaced ranks of "
        "the error of the shift."
    ),
    needs=("faces", "count", "shift", "scale"),
)
def _of_run(faces: Faces, count: int, shift: tuple[float, float], scale: float) -> Figure:
    audited = faces.audited
    size = len(faces.crops[int(audited[0])])
    aligned, exact = faces.aligned[audited], faces.exact[audited]
    shifted, unshifted = (in_crop(aligned, by, size, scale) for by in (shift, (0, 0)))
    rows = choose_landmark_shift(exact, shifted, count)
    points = (exact[rows], unshifted[rows], shifted[rows])
    return draw_landmark_shift(faces.pictures(audited[rows]), *points, shift)
