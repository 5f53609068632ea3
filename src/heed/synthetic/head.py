"""Head, ears and neck: outline, skin and the shading that gives it form."""

import numpy as np

from heed.synthetic.look import Look
from heed.synthetic.palette import highlight, shadow, skin
from heed.synthetic.strokes import (
    Curve,
    Stroke,
    between,
    ellipse,
    fill,
    lines,
    mirrored,
    mix,
    ramp,
    smooth,
)

CHIN = 76.0
LEAST_TURN = 0.19
"""From here the near ear is drawn in front of the head."""


def outline(look: Look) -> Curve:
    """The outline of skull and jaw in head coordinates.

    An oval face is an ellipse, longer than the others with their square jaws; a chubby one is
    round and full below the cheeks; high cheekbones stand out above hollow cheeks.
    """
    male, oval, chubby = look["Male"], look["Oval_Face"], look["Chubby"]
    high = look["High_Cheekbones"]
    if look.head_outline is not None:
        return look.head_outline
    width = 0.96 + 0.07 * look.sitter.face_width
    chin = CHIN - 4 + 2 * male + 10 * oval - 1 * chubby
    half = np.array(
        [
            (0, -70),
            (23, -63),
            (39 - 2 * oval, -45),
            (45 - 2 * oval, -18),
            (45 - oval + 3 * chubby + 2.5 * high, 8),
            (43 - 3 * oval + 11 * chubby - 2 * high, 30),
            (38 - 6 * oval + 3 * male + 13 * chubby - 4 * high, 50),
            (26 - 8 * oval + 5 * male + 9 * chubby - 3 * high, chin - 9),
            (12 - 4.5 * oval + 4 * male + 4 * chubby, chin - 1),
            (0, chin),
        ],
        np.float64,
    )
    half[:, 0] *= width
    points = mirrored(half)
    points[:, 0] += _midline(look, points[:, 1])
    look.head_outline = smooth(points, steps=5)
    return look.head_outline


def _midline(look: Look, y: np.ndarray) -> np.ndarray:
    """The head's middle at height y: the skull turns away, the chin with the nose."""
    top, bottom = look.pose.centre, 0.12 * look.pose.landmarks[2, 0]
    return top + (bottom - top) * np.clip(y / CHIN, 0, 1)


def neck(look: Look) -> list[Stroke]:
    """Neck and the upper chest, with the shadow of the chin and the folds of a double chin."""
    male, chubby = look["Male"], look["Chubby"]
    tone, dark = skin(look), shadow(look)
    half = 23 + 7 * male + 5 * chubby
    x = 0.3 * look.pose.centre
    trunk = np.array(
        [
            (x - half, 40),
            (x - half, 86),
            (x - half - 26, 102),
            (x - half - 40, 150),
            (x + half + 40, 150),
            (x + half + 26, 102),
            (x + half, 86),
            (x + half, 40),
        ]
    )
    strokes = [
        fill(trunk, tone),
        fill(ellipse((x, 74), 34 + 6 * male, 17), dark, 0.75, 4, trunk),
        lines(
            [
                [(x - 3, 104), (x - 22, 101), (x - 40, 103)],
                [(x + 3, 104), (x + 22, 101), (x + 40, 103)],
            ],
            dark,
            1.5,
            0.5,
        ),
    ]
    if male > 0.05:
        strokes.append(fill(ellipse((x, 92), 3.5, 4.5), dark, 0.5 * male, 1.2))
        strokes.append(fill(ellipse((x - 1, 90), 2.5, 3), highlight(look), 0.4 * male, 1))
    return strokes


def ear_x(look: Look, side: int) -> float:
    """Where the ear on a side (-1 left, 1 right) grows out of the head.

    A turn hides the far ear behind the cheek and brings the near one in from the edge.
    """
    width = 0.96 + 0.07 * look.sitter.face_width
    towards = side * look.pose.turn
    hidden, shown = max(0.0, towards), max(0.0, -towards)
    return look.pose.centre + side * (
        width * (45.5 + 3 * look["Chubby"]) - 14 * hidden - 15 * shown
    )


def ears(look: Look) -> list[Stroke]:
    """Both ears, as far as the face does not cover them."""
    return [stroke for side in (-1, 1) for stroke in _ear(look, side)]


def near_ear(look: Look) -> list[Stroke]:
    """The ear that a turned head shows from the side, in front of its cheek."""
    turn = look.pose.turn
    return _ear(look, -1 if turn > 0 else 1) if abs(turn) > LEAST_TURN else []


def _ear(look: Look, side: int) -> list[Stroke]:
    tone, dark = skin(look), shadow(look)
    x = ear_x(look, side)
    broad = 1 + 0.7 * max(0.0, -side * look.pose.turn)
    shape = smooth(
        [
            (x - side * 4, -9),
            (x + side * 4 * broad, -11),
            (x + side * 8 * broad, -3),
            (x + side * 6 * broad, 9),
            (x + side * 3 * broad, 20),
            (x - side * 3, 22),
        ],
        steps=5,
    )
    rim = smooth(
        [(x + side, -5), (x + side * 5 * broad, -4), (x + side * 4 * broad, 5), (x + side, 14)],
        closed=False,
    )
    return [fill(shape, mix(tone, dark, 0.15)), lines([rim], dark, 1.2, 0.7)]


def face(look: Look) -> list[Stroke]:
    """The skin of the face with light from one side."""
    tone, dark, bright = skin(look), shadow(look), highlight(look)
    edge = outline(look)
    light = look.setting.side
    shift = np.array([30 * (1 if light > 0 else -1) * (0.35 + abs(light)), -4])
    lit_side = edge * (0.98, 1.0) + shift
    return [
        fill(edge, mix(tone, dark, 0.75 * look.setting.contrast)),
        fill(lit_side, tone, 1.0, 8, edge),
        lines([np.concatenate([edge, edge[:1]])], dark, 3, 0.35, 2, edge),
        fill(ellipse((look.pose.centre * 0.6 + 5 * light, -34), 20, 11), bright, 0.35, 6, edge),
        fill(ellipse((0.1 * look.pose.landmarks[2, 0], 62), 9, 6), bright, 0.2, 4, edge),
        lines([edge[20:46]], dark, 1, 0.35),
    ]


def double_chin(look: Look) -> list[Stroke]:
    """A second curve of flesh below the jaw."""
    strength = ramp(look["Double_Chin"], 0.08)
    if not strength:
        return []
    tone, dark = skin(look), shadow(look)
    edge = outline(look)
    bottom = float(edge[:, 1].max())
    x = 0.12 * look.pose.landmarks[2, 0]
    drop = between(3, 13, strength)
    # As wide as the jaw a little above the chin, so that it grows out of it.
    jaw = edge[(edge[:, 1] > bottom - 34) & (edge[:, 1] < bottom - 20), 0]
    left, right = x - float(jaw.min()) - 1, float(jaw.max()) - x - 1
    lower = smooth(
        [
            (x - left, bottom - 24),
            (x - left * 0.9, bottom - 8),
            (x - left * 0.55, bottom + drop * 0.8),
            (x, bottom + drop),
            (x + right * 0.55, bottom + drop * 0.8),
            (x + right * 0.9, bottom - 8),
            (x + right, bottom - 24),
        ],
        closed=False,
    )
    return [
        fill(lower, mix(tone, dark, 0.1), strength),
        lines([lower[8:-8]], dark, 3, 0.9 * strength, 1.0),
    ]
