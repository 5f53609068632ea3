"""What a drawing is made of: filled outlines and lines with a colour.

A stroke is a value in head coordinates; it knows nothing of pixels. Curves are
(n, 2) float64 arrays of points x, y.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import ArrayLike, NDArray

Curve = NDArray[np.float64]
Colour = tuple[float, float, float]
"""Red, green, blue in 0..255."""

_TURNS = np.linspace(0, 2 * np.pi, 28, endpoint=False)
_CIRCLE = np.column_stack([np.cos(_TURNS), np.sin(_TURNS)])


@dataclass(frozen=True, eq=False)
class Stroke:
    """One filled outline, or one or more lines of the same kind.

    Attributes:
        curves: outlines or lines.
        colour: red, green, blue.
        alpha: opacity, 0..1.
        width: of lines in head pixels; None fills the curves.
        soft: standard deviation of the edge's blur in head pixels; 0 is sharp.
        clip: outline beyond which nothing is drawn.
    """

    curves: tuple[Curve, ...]
    colour: Colour
    alpha: float = 1.0
    width: float | None = None
    soft: float = 0.0
    clip: Curve | None = None

    def same_as(self, other: "Stroke") -> bool:
        """Whether both strokes leave the same marks."""
        return self is other or (
            (self.colour, self.alpha, self.width, self.soft)
            == (other.colour, other.alpha, other.width, other.soft)
            and len(self.curves) == len(other.curves)
            and all(map(np.array_equal, self.curves, other.curves))
            and _same_clip(self.clip, other.clip)
        )


def fill(
    outline: ArrayLike,
    colour: Colour,
    alpha: float = 1.0,
    soft: float = 0.0,
    clip: Curve | None = None,
) -> Stroke:
    """A filled outline."""
    return Stroke((np.asarray(outline, np.float64),), colour, alpha, None, soft, clip)


def lines(
    curves: Sequence[ArrayLike],
    colour: Colour,
    width: float,
    alpha: float = 1.0,
    soft: float = 0.0,
    clip: Curve | None = None,
) -> Stroke:
    """One or more lines of a colour and width."""
    points = tuple(np.asarray(curve, np.float64) for curve in curves)
    return Stroke(points, colour, alpha, width, soft, clip)


def ellipse(centre: ArrayLike, half_width: float, half_height: float) -> Curve:
    """The outline of an upright ellipse, (28, 2)."""
    return np.asarray(centre, np.float64) + _CIRCLE * (half_width, half_height)


def smooth(points: ArrayLike, *, closed: bool = True, steps: int = 7) -> Curve:
    """A smooth curve through ``points`` (Catmull-Rom spline), ``steps`` points per piece."""
    through = np.asarray(points, np.float64)
    return _catmull_rom(len(through), closed, steps) @ through


def moved(points: ArrayLike, right: float, down: float) -> Curve:
    """One point or many, moved."""
    return np.asarray(points, np.float64) + np.array([right, down])


def mirrored(outline: ArrayLike) -> Curve:
    """A closed outline from its right half, given from top to bottom.

    The first and the last point lie on the axis x = 0 and are not repeated.
    """
    right = np.asarray(outline, np.float64)
    return np.concatenate([right, right[-2:0:-1] * (-1, 1)])


def mix(a: Colour, b: Colour, share: float) -> Colour:
    """The colour ``share`` of the way from ``a`` to ``b``."""
    return (
        a[0] + (b[0] - a[0]) * share,
        a[1] + (b[1] - a[1]) * share,
        a[2] + (b[2] - a[2]) * share,
    )


def shade(colour: Colour, factor: float) -> Colour:
    """A colour made darker (factor < 1) or brighter (> 1)."""
    return (
        min(255.0, colour[0] * factor),
        min(255.0, colour[1] * factor),
        min(255.0, colour[2] * factor),
    )


def between(start: float, end: float, share: float) -> float:
    """The number ``share`` of the way from ``start`` to ``end``."""
    return start + (end - start) * share


def ramp(strength: float, start: float = 0.1, end: float = 0.75) -> float:
    """A strength as an opacity: 0 up to ``start``, then rising to 1 at ``end``.

    What a weak attribute leaves is not a ghost of itself: it is not there.
    """
    return min(1.0, max(0.0, (strength - start) / (end - start)))


def _same_clip(a: Curve | None, b: Curve | None) -> bool:
    if a is None or b is None:
        return a is b
    return a is b or np.array_equal(a, b)


@lru_cache(maxsize=64)
def _catmull_rom(count: int, closed: bool, steps: int) -> NDArray[np.float64]:
    """Matrix (m, count) from control points to points on the curve."""
    t = np.arange(steps)[:, None] / steps
    weights = 0.5 * np.hstack(
        [-t + 2 * t**2 - t**3, 2 - 5 * t**2 + 3 * t**3, t + 4 * t**2 - 3 * t**3, t**3 - t**2]
    )
    pieces = count if closed else count - 1
    basis = np.zeros((pieces * steps + (not closed), count))
    for piece in range(pieces):
        for offset in range(4):
            index = piece - 1 + offset
            column = index % count if closed else min(max(index, 0), count - 1)
            basis[piece * steps : (piece + 1) * steps, column] += weights[:, offset]
    if not closed:
        basis[-1, -1] = 1.0
    return basis
