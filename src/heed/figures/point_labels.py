"""Labels of dots, placed so that they cover neither dots nor each other.

Why no library does this: docs/decisions/names-beside-dots.md.
"""

from collections.abc import Iterable

import numpy as np
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.patheffects import withStroke
from matplotlib.text import Annotation
from matplotlib.transforms import Bbox
from numpy.typing import NDArray

from heed.figures.theme import SMALLEST_FONT

_DIRECTIONS = ((1, 0), (-1, 0), (1, 1), (-1, 1), (1, -1), (-1, -1), (0, 1), (0, -1))
_DISTANCES = (4.6, 9, 15)  # points; the further ones with a line to the dot
_CLEARLY = 1.6  # as far from all other dots as from its own
_MARGIN = 1.5  # points around everything
_SIDES = {1: ("left", "bottom"), 0: ("center", "center"), -1: ("right", "top")}


def label_points(
    panel: Axes,
    points: NDArray[np.float64],
    names: Iterable[tuple[int, str]],
    *,
    most: int,
    fontsize: float = SMALLEST_FONT,
) -> list[Annotation]:
    """Write names beside dots. Call it last: it needs the figure's final layout.

    Every name is tried at a few places around its dot, from near to far; one that fits nowhere
    is left out, and the next is tried.

    Args:
        panel: with all dots drawn.
        points: every dot of the panel, (n, 2), in the panel's data coordinates.
        names: row of ``points`` and its name, the most important first.
        most: write no more than these.
        fontsize: in points.

    Returns:
        The names that were written.
    """
    figure = panel.get_figure(root=True)
    assert figure is not None
    figure.draw_without_rendering()
    FigureCanvasAgg(figure)  # keeps a renderer: without, one is made for each text that is measured
    scale = figure.dpi / 72
    dots = panel.transData.transform(points)
    radius = (2.5 + _MARGIN) * scale
    written: list[Annotation] = []
    taken = [Bbox.from_bounds(x - radius, y - radius, 2 * radius, 2 * radius) for x, y in dots]
    # Smaller than the panel: at another resolution text can be a little wider.
    frame = panel.get_window_extent().padded(-4 * scale)
    for row, name in names:
        if len(written) == most:
            break
        label, box = _placed(panel, points, row, name, fontsize, taken, frame, scale)
        if label is not None:
            written.append(label)
            taken.append(box)
    return written


def _placed(
    panel: Axes,
    points: NDArray[np.float64],
    row: int,
    name: str,
    fontsize: float,
    taken: list[Bbox],
    frame: Bbox,
    scale: float,
) -> tuple[Annotation | None, Bbox]:
    dots = panel.transData.transform(points)
    for distance in _DISTANCES:
        with_line = distance > _DISTANCES[0]
        for across, up in _DIRECTIONS:
            offset = across * distance, up * distance * (0.6 if across else 1)
            label = _annotated(panel, points[row], name, fontsize, offset)
            # Measured without the line to the dot, which would count as part of the name.
            box = label.get_window_extent().padded(_MARGIN * scale)
            inside = Bbox.intersection(frame, box)
            whole = inside is not None and np.allclose(inside.extents, box.extents)
            clear = with_line or _belongs(box, dots, row)
            if whole and clear and not box.count_overlaps(taken):
                if with_line:
                    label.remove()
                    label = _annotated(panel, points[row], name, fontsize, offset, line=True)
                return label, box
            label.remove()
    return None, frame


def _belongs(box: Bbox, dots: NDArray[np.float64], row: int) -> bool:
    """Whether a reader can take the name for that of no other dot."""
    beside = np.maximum(np.maximum(box.min - dots, dots - box.max), 0)  # (n, 2)
    distances = np.hypot(*beside.T)
    return bool((np.delete(distances, row) >= _CLEARLY * distances[row]).all())


def _annotated(
    panel: Axes,
    point: NDArray[np.float64],
    name: str,
    fontsize: float,
    offset: tuple[float, float],
    *,
    line: bool = False,
) -> Annotation:
    style = {"arrowstyle": "-", "linewidth": 0.4, "color": "0.5", "shrinkA": 0, "shrinkB": 2}
    label = panel.annotate(
        name,
        (float(point[0]), float(point[1])),
        xytext=offset,
        textcoords="offset points",
        ha=_SIDES[int(np.sign(offset[0]))][0],
        va=_SIDES[int(np.sign(offset[1]))][1],
        fontsize=fontsize,
        zorder=4,
        arrowprops=style if line else None,
    )
    label.set_path_effects([withStroke(linewidth=2.5, foreground="white")])
    label.set_in_layout(False)  # else the panels would move after the places were found
    return label
