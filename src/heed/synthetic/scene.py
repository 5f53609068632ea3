"""A face as a list of strokes, part by part from back to front."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import numpy as np

from heed.geometry.affine import Matrix, compose
from heed.synthetic import accessories, beard, body, eyes, hair, head, mouth, nose, skin
from heed.synthetic.look import Look
from heed.synthetic.render import Box, Easel, Image, Mark, backdrop
from heed.synthetic.strokes import Stroke, ellipse, fill, lines, moved

PARTS: tuple[Callable[[Look], list[Stroke]], ...] = (
    hair.hair_behind,
    head.neck,
    body.clothes,
    body.necktie,
    body.necklace,
    head.ears,
    head.double_chin,
    head.face,
    skin.complexion,
    skin.cheeks,
    beard.stubble,
    beard.beard,
    beard.sideburns,
    skin.age,
    nose.nose,
    mouth.mouth,
    beard.mustache,
    beard.goatee,
    skin.bags,
    eyes.eyes,
    eyes.eyebrows,
    hair.hair_cap,
    head.near_ear,
    hair.locks,
    hair.bangs,
    accessories.earrings,
    accessories.eyeglasses,
    accessories.hat,
)

# The backdrop's texture covers this square of head coordinates and is mirrored beyond it.
_TEXTURE_ORIGIN, _TEXTURE_STEP = -420.0, 110.0


@dataclass(frozen=True)
class Part:
    """One part of a face.

    Attributes:
        strokes: what it draws.
        asked: the attributes that it depends on.
    """

    strokes: tuple[Stroke, ...]
    asked: frozenset[str]


@dataclass(frozen=True)
class Scene:
    """One face, ready to be painted through any affine map.

    Attributes:
        look: what it was drawn from.
        clutter: strokes behind the person.
        parts: the person, in the order of :data:`PARTS`.
    """

    look: Look
    clutter: tuple[Stroke, ...]
    parts: tuple[Part, ...]


def scene(look: Look) -> Scene:
    """Draw a face as strokes."""
    return Scene(look, _clutter(look), tuple(_part(draw, look) for draw in PARTS))


def flipped(original: Scene, attribute: str) -> Scene:
    """The same face with one attribute plainly on the other side of its cut.

    Only the parts that depend on the attribute are drawn again.
    """
    look = original.look.flipped(attribute)
    parts = tuple(
        _part(draw, look) if attribute in part.asked else part
        for draw, part in zip(PARTS, original.parts, strict=True)
    )
    return Scene(look, original.clutter, parts)


def easel(drawing: Scene, to_image: Matrix, whole: Box) -> Easel:
    """Where to paint a scene.

    Args:
        drawing: the face.
        to_image: 2x3, face frame to image pixels.
        whole: the image.
    """
    return Easel(compose(to_image, drawing.look.pose.to_face_frame), whole)


def painted(drawing: Scene, to_image: Matrix, whole: Box) -> Image:
    """Paint a scene as it is before lens, light and noise (:mod:`heed.synthetic.camera`).

    Args:
        drawing: the face.
        to_image: 2x3, face frame to image pixels.
        whole: the image.

    Returns:
        (h, w, 3) uint8, red green blue.
    """
    stand = easel(drawing, to_image, whole)
    canvas = painted_backdrop(drawing, stand)
    for part in drawing.parts:
        paint(canvas, marks(part, stand), whole)
    return canvas


def painted_backdrop(drawing: Scene, stand: Easel) -> Image:
    """Paint what is behind the person."""
    texture_to_head = np.array(
        [[_TEXTURE_STEP, 0, _TEXTURE_ORIGIN], [0, _TEXTURE_STEP, _TEXTURE_ORIGIN]]
    )
    to_image = compose(stand.matrix, texture_to_head)
    canvas = backdrop(drawing.look.setting.backdrop, to_image, stand.whole)
    paint(canvas, map(stand.place, drawing.clutter), stand.whole)
    return canvas


def marks(part: Part, stand: Easel) -> list[Mark | None]:
    """The strokes of a part in the pixels of an image, None for those that leave nothing."""
    return [stand.place(stroke) for stroke in part.strokes]


def paint(canvas: Image, marks: Iterable[Mark | None], shown: Box) -> None:
    """Paint marks in order onto ``canvas``, which shows the pixels ``shown`` of the image."""
    for mark in marks:
        if mark:
            mark.paint(canvas, shown)


def _part(draw: Callable[[Look], list[Stroke]], look: Look) -> Part:
    look.watch()
    strokes = tuple(draw(look))
    return Part(strokes, frozenset(look.asked))


def _clutter(look: Look) -> tuple[Stroke, ...]:
    """Shapes behind the person: boards, discs and poles, in and out of focus."""
    base = look.setting.backdrop.reshape(-1, 3)
    strokes = []
    for kind, x, y, width, height, angle, alpha, pick in look.setting.clutter:
        centre = np.array([-420 + 840 * x, -330 + 660 * y])
        r, g, b = (int(v) for v in base[int(pick * 80)])
        change = -45 + 90 * angle
        r, g, b = np.clip((r + change, g + change, b + change), 0, 255)
        colour = (float(r), float(g), float(b))
        size = np.array([20 + 90 * width**2, 15 + 100 * height**2])
        soft = 0.0 if pick < 0.35 else 3.0
        if kind < 0.4:
            turn = (angle - 0.5) * 0.6
            axes = np.array([[np.cos(turn), np.sin(turn)], [-np.sin(turn), np.cos(turn)]])
            corners = np.array([(-1, -1), (1, -1), (1, 1), (-1, 1)]) * size @ axes
            strokes.append(fill(centre + corners, colour, 0.4 + 0.6 * alpha, soft))
        elif kind < 0.75:
            strokes.append(
                fill(ellipse(centre, size[0] * 0.6, size[0] * 0.6), colour, 0.3 + 0.5 * alpha, soft)
            )
        else:
            end = moved(centre, 200 * (angle - 0.5), 420)
            strokes.append(
                lines([[centre - (0, 300), end]], colour, 3 + 9 * width, 0.4 + 0.6 * alpha)
            )
    return tuple(strokes)
