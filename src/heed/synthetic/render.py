"""Strokes to pixels.

Drawing is vectorial: the same strokes are painted through any affine map into any
part of an image. Nothing is larger than it must be: a stroke that blends in is
rasterised in its own bounding box, and a soft one at the resolution it needs.
A stroke that was rasterised once can be painted again into any part of its image.
"""

import math
from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from heed.geometry.affine import Matrix
from heed.synthetic.strokes import Colour, Curve, Stroke

Image = NDArray[np.uint8]

_SHIFT = 4
_SUBPIXELS = 1 << _SHIFT
_FAINTEST = 0.02
_ENLARGED = 8
_SIGMA_AT_LEAST = 1.5
"""Soft strokes are rasterised at the lowest resolution that keeps this blur, in its pixels."""


class Box(NamedTuple):
    """Pixels ``left <= x < right`` and ``top <= y < bottom``."""

    left: int
    top: int
    right: int
    bottom: int

    def within(self, other: "Box") -> "Box":
        """The part of this box inside ``other``; empty boxes have no positive extent."""
        return Box(
            max(self.left, other.left),
            max(self.top, other.top),
            min(self.right, other.right),
            min(self.bottom, other.bottom),
        )

    def around(self, other: "Box") -> "Box":
        """The smallest box that holds both."""
        return Box(
            min(self.left, other.left),
            min(self.top, other.top),
            max(self.right, other.right),
            max(self.bottom, other.bottom),
        )

    @property
    def empty(self) -> bool:
        """Whether it holds no pixel."""
        return self.right <= self.left or self.bottom <= self.top

    def wider(self, reach: int) -> "Box":
        """This box with a margin on every side."""
        return Box(self.left - reach, self.top - reach, self.right + reach, self.bottom + reach)

    def inside(self, other: "Box") -> tuple[slice, slice]:
        """Rows and columns of this box in an image that shows ``other``."""
        return (
            slice(self.top - other.top, self.bottom - other.top),
            slice(self.left - other.left, self.right - other.left),
        )

    @property
    def slices(self) -> tuple[slice, slice]:
        """Rows and columns, to index an image."""
        return slice(self.top, self.bottom), slice(self.left, self.right)


def frame(width: int, height: int) -> Box:
    """The box of a whole image."""
    return Box(0, 0, width, height)


class Easel:
    """Places strokes in one image, through one map from head coordinates to its pixels."""

    def __init__(self, matrix: Matrix, whole: Box) -> None:
        self.matrix = matrix
        self.whole = whole
        self.scale = float(np.hypot(matrix[0, 0], matrix[1, 0]))
        self._linear = np.ascontiguousarray(matrix[:, :2].T) * _SUBPIXELS
        self._shift = matrix[:, 2] * _SUBPIXELS
        self._clips: dict[int, tuple[Curve, NDArray[np.uint8]]] = {}

    def place(self, stroke: Stroke) -> "Mark | None":
        """Rasterise a stroke; None if it leaves nothing in the image."""
        if stroke.alpha < _FAINTEST or not stroke.curves:
            return None
        points = [self._subpixels(curve) for curve in stroke.curves]
        joined = points[0] if len(points) == 1 else np.concatenate(points)
        sigma = stroke.soft * self.scale
        width = 0 if stroke.width is None else max(1, round(stroke.width * self.scale))
        margin = 2 + width / 2 + 3 * sigma
        left, top, columns, rows = cv2.boundingRect(joined)
        right, bottom = left + columns, top + rows
        box = Box(
            math.floor(left / _SUBPIXELS - margin),
            math.floor(top / _SUBPIXELS - margin),
            math.ceil(right / _SUBPIXELS + margin),
            math.ceil(bottom / _SUBPIXELS + margin),
        )
        area = box.within(self.whole)
        if area.empty:
            return None
        if stroke.alpha >= 1 and not stroke.soft and stroke.clip is None:
            return Mark(area, stroke.colour, points=points, width=width)
        weight = self._mask(points, width, sigma, box)
        if stroke.clip is not None:
            weight = cv2.multiply(weight, self._clip(stroke.clip)[area.slices], scale=1 / 255)
        return Mark(area, stroke.colour, weight=weight * np.float32(stroke.alpha / 255))

    def _mask(
        self, points: list[NDArray[np.int32]], width: int, sigma: float, box: Box
    ) -> NDArray[np.uint8]:
        """Coverage 0..255 in the part of ``box`` that is in the image."""
        # What the blur brings in from beyond the edge of the image is drawn too.
        reach = int(3 * sigma)
        drawn, area = box.within(self.whole.wider(reach)), box.within(self.whole)
        reduction = max(1, int(sigma / _SIGMA_AT_LEAST))
        columns = -((drawn.left - drawn.right) // reduction)
        rows = -((drawn.top - drawn.bottom) // reduction)
        mask = np.zeros((rows, columns), np.uint8)
        half_pixel = (reduction - 1) * _SUBPIXELS // 2
        origin = np.array([drawn.left, drawn.top], np.int32) * _SUBPIXELS + half_pixel
        moved = [(p - origin) // reduction for p in points]
        _draw(mask, moved, 255, -(-width // reduction))
        if sigma:
            mask = cv2.GaussianBlur(mask, (0, 0), sigma / reduction)
        if reduction > 1:
            mask = cv2.resize(mask, (columns * reduction, rows * reduction))
        top, left = area.top - drawn.top, area.left - drawn.left
        return mask[top : top + area.bottom - area.top, left : left + area.right - area.left]

    def _clip(self, outline: Curve) -> NDArray[np.uint8]:
        """Coverage of an outline in the whole image; parts of a face share outlines."""
        known = self._clips.get(id(outline))
        if known is None:
            inside = np.zeros((self.whole.bottom, self.whole.right), np.uint8)
            _draw(inside, [self._subpixels(outline)], 255, 0)
            # The outline is kept with its mask, so that its id is not given away again.
            known = self._clips[id(outline)] = (outline, inside)
        return known[1]

    def _subpixels(self, curve: Curve) -> NDArray[np.int32]:
        return np.rint(curve @ self._linear + self._shift).astype(np.int32)


class Mark:
    """A stroke in the pixels of one image, to be painted as often as wanted.

    Attributes:
        area: the pixels that it touches.
    """

    def __init__(
        self,
        area: Box,
        colour: Colour,
        *,
        points: list[NDArray[np.int32]] | None = None,
        width: int = 0,
        weight: NDArray[np.float32] | None = None,
    ) -> None:
        self.area = area
        self._colour = [round(channel) for channel in colour]
        self._points = points
        self._width = width
        self._weight = weight

    def paint(self, canvas: Image, part: Box) -> None:
        """Paint onto ``canvas``, which shows ``part`` of the image.

        The pixels are those of the whole image, but for the outermost ones of ``part``,
        where OpenCV cuts opaque outlines and lines.
        """
        area = self.area.within(part)
        if area.empty:
            return
        if self._points is not None:
            origin = np.array([part.left, part.top], np.int32) * _SUBPIXELS
            _draw(canvas, [p - origin for p in self._points], self._colour, self._width)
            return
        assert self._weight is not None
        weight = self._weight[area.inside(self.area)]
        view = canvas[area.inside(part)]
        plain = np.empty(view.shape, np.uint8)
        # Filling with a colour, and 1 - weight, are several times faster so than in NumPy.
        cv2.rectangle(plain, (0, 0), view.shape[1::-1], self._colour, cv2.FILLED)
        cv2.blendLinear(plain, view, weight, cv2.addWeighted(weight, -1, weight, 0, 1), view)


def backdrop(texture: Image, matrix: Matrix, part: Box) -> Image:
    """A small texture, smoothly enlarged, behind everything.

    Args:
        texture: (k, k, 3) uint8.
        matrix: 2x3, texture pixels to image pixels.
        part: which part of the image is wanted.

    Returns:
        (h, w, 3) uint8.
    """
    # Enlarged a little with a cubic filter; linear is as smooth from there, and faster.
    larger = cv2.resize(texture, None, fx=_ENLARGED, fy=_ENLARGED, interpolation=cv2.INTER_CUBIC)
    moved = np.column_stack([matrix[:, :2] / _ENLARGED, matrix[:, 2] - (part.left, part.top)])
    moved[:, 2] += matrix[:, :2].sum(axis=1) * (0.5 / _ENLARGED - 0.5)
    return cv2.warpAffine(
        larger,
        moved,
        (part.right - part.left, part.bottom - part.top),
        flags=cv2.INTER_LINEAR,
        borderMode=cv2.BORDER_REFLECT_101,
    )


def _draw(
    image: Image, points: list[NDArray[np.int32]], colour: list[int] | int, width: int
) -> None:
    if width:
        cv2.polylines(image, points, False, colour, width, cv2.LINE_AA, _SHIFT)
    else:
        cv2.fillPoly(image, points, colour, cv2.LINE_AA, _SHIFT)
