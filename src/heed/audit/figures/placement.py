"""The mean of all maps by both rules that say where their cells lie, over the average face."""

from collections.abc import Mapping
from typing import Final

import cv2
import numpy as np
from matplotlib.figure import Figure
from numpy.typing import NDArray

from heed.audit.figures.audited import Faces, Maps
from heed.audit.figures.catalogue import figure
from heed.audit.tables.averages import average_face, average_maps
from heed.figures.legends import MapScale, legend_below
from heed.figures.overlay import overlay
from heed.figures.picture_grid import picture_grid

RULES: Final = {
    "half_pixel": "centres of blocks\n(half pixel)",
    "receptive_field": "where the cells look\n(receptive field)",
}
"""The rules, and how the figure names them."""

AXIS, CENTRE = (255, 255, 255), (0, 0, 0)
"""RGB of the line and the dot."""


def centre_of(pixels: NDArray[np.floating]) -> tuple[float, float]:
    """The centre of mass of a map, x and y in pixels.

    Args:
        pixels: (H, W), 0 or more.

    Returns:
        NaN twice for a map that is 0 everywhere.

    Example:
        >>> centre_of(np.array([[0.0, 1.0], [0.0, 1.0]]))
        (1.0, 0.5)
    """
    mass = pixels.astype(np.float64)
    total = mass.sum()
    if not total:
        return float("nan"), float("nan")
    x, y = (mass.sum(axis) @ np.arange(len(mass.sum(axis))) / total for axis in (0, 1))
    return float(x), float(y)


def draw_placement(
    face: NDArray[np.uint8],
    means: Mapping[str, Mapping[str, NDArray[np.floating]]],
    axis: float,
) -> Figure:
    """Draw a row per network: its mean map by each rule, over the average face.

    Args:
        face: (S, S, 3) RGB, the average of the faces.
        means: per network and rule the mean map, (S, S) in 0..1; the same rules for all.
        axis: x of the faces' axis of symmetry, in pixels; a white line.

    Returns:
        A figure; a dot marks each map's centre of mass, and below it stands its x.
    """
    pictures, captions = [], []
    for by_rule in means.values():
        drawn, below = [], []
        for mean in by_rule.values():
            picture = np.ascontiguousarray(overlay(face, mean / max(mean.max(), 1e-7)))
            line = round(axis)
            cv2.line(picture, (line, 0), (line, len(picture) - 1), AXIS, 1)
            x, y = centre_of(mean)
            if np.isfinite(x):
                cv2.circle(picture, (round(x), round(y)), max(len(picture) // 56, 1), CENTRE, -1)
            drawn.append(picture)
            below.append(f"centre x = {x:.1f} px, axis {axis:.1f} px")
        pictures.append(drawn)
        captions.append(below)
    figure = picture_grid(
        pictures,
        row_labels=list(means),
        column_labels=[RULES[rule] for rule in next(iter(means.values()))],
        captions=captions,
        width=4.2,
    )
    legend_below(figure, [MapScale()])
    return figure


@figure(
    "placement",
    kind="faces",
    place="own.8",
    title="Where the cells of a map look",
    caption=(
        "Mean of all maps of the first training of each network, over all faces and attributes, "
        "by the two rules that say where the cells of a map lie: as maps are usually enlarged, "
        "and where the cells look. White line: the faces' axis of symmetry; black dot: the mean "
        "map's centre of mass."
    ),
    width="column",
    needs=("faces", "maps"),
)
def _of_run(faces: Faces, maps: Maps) -> Figure:
    audited = faces.audited
    face = average_face(faces.crops, audited).round().astype(np.uint8)
    known = [rule for rule in RULES if all(rule in each for each in maps.rules.values())]
    means = {}
    for model, signed in maps.signed.items():
        everyone = np.ones((1, *signed.shape[:2]), bool)
        means[model] = {
            rule: average_maps(signed, everyone, len(face), maps.rules[model][rule])[0].mean((0, 1))
            for rule in known
        }
    axis = float(faces.landmarks[faces.kept][..., 0].mean())
    return draw_placement(face, means, axis)
