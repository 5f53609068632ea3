"""Outlines of masks on pictures, to be seen on every colour of a map."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

import cv2
import numpy as np
from matplotlib.axes import Axes
from numpy.typing import NDArray

Line = Mapping[str, Any]
"""How the white part of a line is drawn, as matplotlib has it; a black one lies below it."""

SOLID: Final[Line] = {"linewidth": 0.8}

DASHED: Final[Line] = {"linewidth": 0.45, "linestyle": (0, (3, 3))}
"""Thinner: what is outlined so, such as the evidence of an eyebrow, is small."""

_CASING = 1.9  # widths of the white line
_FINER = 4  # so that the line runs along the edges of pixels


def draw_outline(
    axes: Axes, mask: NDArray[np.bool_], box: tuple[float, float, float], line: Line
) -> None:
    """Draw the edges of a mask on a picture of the same crop.

    Args:
        axes: y runs down.
        mask: (S, S) bool; nothing is drawn of an empty one.
        box: left, top and side of the picture, in the axes' unit.
        line: :data:`SOLID` or :data:`DASHED`.
    """
    left, top, side = box
    large = np.kron(np.pad(mask, 1).astype(np.uint8), np.ones((_FINER, _FINER), np.uint8))
    found, _ = cv2.findContours(large, cv2.RETR_LIST, cv2.CHAIN_APPROX_SIMPLE)
    if not found:
        return
    # One line with gaps: matplotlib takes as long for a line of a few pixels as for all of them.
    gap = np.full((1, 2), np.nan)
    closed = [np.concatenate([part[:, 0], part[:1, 0], gap]) for part in found]
    corners = np.concatenate(closed)[:-1] / _FINER - 1  # pixels of the mask
    x, y = np.clip(corners / len(mask), 0.01, 0.99).T
    draw_line(axes, left + x * side, top + y * side, line)


def draw_line(
    axes: Axes,
    x: Sequence[float] | NDArray[np.float64],
    y: Sequence[float] | NDArray[np.float64],
    line: Line,
) -> None:
    """Draw white on black through some points.

    Args:
        axes: where.
        x: of the points; NaN begins another part of the line.
        y: of the points.
        line: :data:`SOLID` or :data:`DASHED`.
    """
    axes.plot(x, y, color="black", linewidth=_CASING * line["linewidth"])
    axes.plot(x, y, color="white", **line)
