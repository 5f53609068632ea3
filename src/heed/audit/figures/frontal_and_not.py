"""Faces that the frontal filter keeps, and faces that it leaves out (Bieri 2023, figure 4.5)."""

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
from heed.geometry.alignment import NOSE, eye_and_mouth_centres

_ON_ANY_FACE: Final = [withStroke(linewidth=2.4, foreground="white")]
MIDLINE: Final[dict[str, Any]] = {
    "color": MARK_COLOURS[0],
    "linewidth": 1.2,
    "path_effects": _ON_ANY_FACE,
    "label": "midline between eyes and mouth",
}
DISTANCE: Final[dict[str, Any]] = {
    "color": MARK_COLOURS[1],
    "linewidth": 1.2,
    "marker": "o",
    "markersize": 3,
    "markevery": [0],
    "path_effects": _ON_ANY_FACE,
    "label": "nose and its distance from the midline",
}

Group = tuple[Sequence[NDArray[np.uint8]], NDArray[np.float64], NDArray[np.float64]]
"""Faces: crops (S, S, 3), landmarks (n, 5, 2) x, y in their pixels, and ratios (n,)."""


def choose_frontal_and_not(
    ratio: NDArray[np.float64], kept: NDArray[np.bool_], count: int
) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Choose kept and excluded faces, each at evenly spaced ranks of the ratio.

    Args:
        ratio: (n,) nose-to-midline distance over eye-mouth height; may be infinite.
        kept: (n,) which faces the filter keeps.
        count: how many of each.

    Returns:
        Rows of the kept and of the others, by increasing ratio; fewer where there are fewer.
    """
    inside, outside = np.flatnonzero(kept), np.flatnonzero(~kept)
    return (
        inside[spread_over(ratio[inside], count)],
        outside[spread_over(ratio[outside], count)],
    )


def foot_on_midline(points: NDArray[np.float64]) -> NDArray[np.float64]:
    """The point closest to the nose on the line through the centres of eyes and mouth.

    With the centres E and M and the nose N: E + ((N - E) . (M - E) / |M - E|^2) (M - E).

    Args:
        points: (5, 2) x, y.

    Returns:
        (2,) x, y.
    """
    eyes, mouth = eye_and_mouth_centres(points)
    midline = mouth - eyes
    foot: NDArray[np.float64] = eyes + midline * ((points[NOSE] - eyes) @ midline) / (
        midline @ midline
    )
    return foot


def draw_frontal_and_not(
    kept: Group,
    left_out: Group,
    threshold: float,
) -> Figure:
    """Draw a row of faces that are kept and a row of those that are not, with their ratios.

    Args:
        kept: faces that the filter keeps.
        left_out: faces that it leaves out; there may be none.
        threshold: the largest ratio that is kept.

    Returns:
        A figure; on each face the midline between eyes and mouth, and the nose's distance.
    """
    groups = (kept, left_out)
    parts = [[*map(close_up, faces, landmarks)] for faces, landmarks, _ in groups]
    columns = max(len(row) for row in parts)
    free = [[None] * (columns - len(row)) for row in parts]
    figure = picture_grid(
        [[*(part for part, _ in row), *empty] for row, empty in zip(parts, free, strict=True)],
        row_labels=[
            f"kept\n(ratio ≤ {threshold:g})",
            f"left out\n(ratio > {threshold:g})" + ("" if parts[1] else "\nnone"),
        ],
        captions=[
            [*map(_caption, ratios), *empty]
            for (_, _, ratios), empty in zip(groups, free, strict=True)
        ],
    )
    axes = figure.axes[0]
    for row, (_, landmarks, _) in enumerate(groups):
        for column, (_, corner) in enumerate(parts[row]):
            pixels, points = pixels_of(figure, row, column), landmarks[column] - corner
            axes.plot(*np.stack(eye_and_mouth_centres(points)).T, **MIDLINE, transform=pixels)
            nose = np.stack([points[NOSE], foot_on_midline(points)])
            axes.plot(*nose.T, **DISTANCE, transform=pixels)
    legend_below(figure, [Line2D([], [], **MIDLINE), Line2D([], [], **DISTANCE)])
    return figure


def _caption(ratio: float) -> str:
    return f"ratio {ratio:.2f}" if np.isfinite(ratio) else "mouth not below the eyes"


@figure(
    "frontal_and_not",
    kind="faces",
    number="4.5",
    title="Frontal faces and others",
    caption=(
        "Faces that the frontal filter keeps and faces that it excludes, each at evenly spaced "
        "ranks of the ratio by which it decides: the distance of the nose from the midline "
        "between eyes and mouth, divided by the vertical distance between eyes and mouth."
    ),
    needs=("faces", "count"),
)
def _of_run(faces: Faces, count: int) -> Figure:
    kept, left_out = (
        (faces.pictures(rows), faces.landmarks[rows], faces.ratio[rows])
        for rows in choose_frontal_and_not(faces.ratio, faces.kept, count)
    )
    return draw_frontal_and_not(kept, left_out, faces.threshold)
