"""Hair on the face: beard, stubble, goatee, moustache and sideburns."""

import numpy as np

from heed.synthetic.head import outline
from heed.synthetic.look import Look
from heed.synthetic.palette import brow, skin
from heed.synthetic.strokes import (
    Curve,
    Stroke,
    between,
    fill,
    lines,
    mix,
    moved,
    ramp,
    shade,
    smooth,
)


def _jaw(look: Look, inner: float) -> Curve:
    """The strip of the jaw from ear to ear around the mouth; ``inner`` 0..1 lifts its rim."""
    edge = outline(look)
    chin = float(edge[:, 1].max())
    x = 0.12 * look.pose.landmarks[2, 0]
    left, right = look.pose.landmarks[3:]
    return np.array(
        [
            (edge[:, 0].min() - 2, 12),
            (edge[:, 0].min() + 7, 14),
            (left[0] - 13, left[1] - 8 * inner),
            (left[0] - 5, left[1] + 5),
            ((left[0] + right[0]) / 2, left[1] + 14),
            (right[0] + 5, right[1] + 5),
            (right[0] + 13, right[1] - 8 * inner),
            (edge[:, 0].max() - 7, 14),
            (edge[:, 0].max() + 2, 12),
            (edge[:, 0].max() + 4, chin - 8),
            (x, chin + 12),
            (edge[:, 0].min() - 4, chin - 8),
        ]
    )


def beard(look: Look) -> list[Stroke]:
    """What No_Beard leaves out: a short beard along the jaw."""
    strength = ramp(1 - look["No_Beard"], 0.1, 0.8)
    if not strength:
        return []
    edge = outline(look)
    colour = brow(look)
    area = _jaw(look, 1.0)
    grain = look.sitter.grain
    places = area[[2, 3, 4, 5, 6]].mean(0) + (grain - 0.5) * (76, 34) + (0, 8)
    hairs = [[p, moved(p, d - 0.5, 4.0)] for p, d in zip(places, grain[:, 0], strict=True)]
    return [
        fill(area, colour, 0.8 * strength, 1.5, edge),
        lines(hairs, shade(colour, 0.65), 1.0, 0.6 * strength, 0, edge),
    ]


def stubble(look: Look) -> list[Stroke]:
    """5_o_Clock_Shadow: a blue-grey shade over jaw and upper lip, with fine dots."""
    strength = look["5_o_Clock_Shadow"]
    if strength < 0.05:
        return []
    edge = outline(look)
    r, g, b = skin(look)
    tone = mix((r * 0.5, g * 0.53, b * 0.6), (62, 70, 86), 0.45)
    left, right = look.pose.landmarks[3:]
    lip = smooth(
        [
            (left[0] - 3, left[1] - 3),
            (left[0] + 4, left[1] - 11),
            (right[0] - 4, right[1] - 11),
            (right[0] + 3, right[1] - 3),
        ],
        steps=4,
    )
    places = look.sitter.grain * (70, 36) + (-35, 42)
    dots = tuple(
        np.array([p, moved(p, 1.0, 0), moved(p, 1.0, 1.0), moved(p, 0, 1.0)]) for p in places
    )
    return [
        fill(_jaw(look, 1.0), tone, 0.72 * strength, 3, edge),
        fill(lip, tone, 0.7 * strength, 1.5),
        Stroke(dots, (40, 38, 46), 0.75 * strength, None, 0.0, edge),
    ]


def goatee(look: Look) -> list[Stroke]:
    """A pointed tuft on and below the chin."""
    strength = ramp(look["Goatee"])
    if not strength:
        return []
    colour = brow(look)
    chin = float(outline(look)[:, 1].max())
    left, right = look.pose.landmarks[3:]
    x, y = (left[0] + right[0]) / 2, (left[1] + right[1]) / 2
    wide, tip = between(5, 12, strength), chin + between(-4, 14, strength)
    tuft = smooth(
        [
            (x - wide, y + 16),
            (x, y + 14.5),
            (x + wide, y + 16),
            (x + wide + 1, chin - 5),
            (x + wide * 0.45, tip - 5),
            (x, tip),
            (x - wide * 0.45, tip - 5),
            (x - wide - 1, chin - 5),
        ],
        steps=4,
    )
    hairs = [
        [(x + d * wide, y + 17), (x + 0.5 * d * wide, tip - 5)] for d in (-0.6, -0.3, 0, 0.3, 0.6)
    ]
    return [
        fill(tuft, shade(colour, 0.85), min(1.0, 2 * strength), 0.5),
        lines(hairs, mix(colour, (200, 180, 160), 0.25), 1.0, 0.6 * strength),
    ]


def mustache(look: Look) -> list[Stroke]:
    """Hair on the upper lip."""
    strength = ramp(look["Mustache"])
    if not strength:
        return []
    colour = brow(look)
    left, right = look.pose.landmarks[3:]
    nose = look.pose.landmarks[2]
    x = (left[0] + right[0]) / 2
    top = min(nose[1] + 8, (left[1] + right[1]) / 2 - 8)
    shape = smooth(
        [
            (x, top + 0.5),
            (x + 9, top),
            (right[0] + 2, right[1] - 4),
            (right[0] + 5, right[1] + 2),
            (right[0] - 4, right[1] - 2.5),
            (x, (left[1] + right[1]) / 2 - 3.2),
            (left[0] + 4, left[1] - 2.5),
            (left[0] - 5, left[1] + 2),
            (left[0] - 2, left[1] - 4),
            (x - 9, top),
        ],
        steps=4,
    )
    line = (left[1] + right[1]) / 2 - 3.2
    thinner = shape + np.column_stack(
        [np.zeros(len(shape)), np.maximum(0, line - shape[:, 1]) * 0.6 * (1 - strength)]
    )
    return [fill(thinner, shade(colour, 0.85), min(1.0, 2 * strength), 0.5)]


def sideburns(look: Look) -> list[Stroke]:
    """Strips of hair before the ears down to the jaw."""
    strength = ramp(look["Sideburns"])
    if not strength:
        return []
    colour = brow(look)
    edge = outline(look)
    strokes = []
    for side, x in ((-1, float(edge[:, 0].min())), (1, float(edge[:, 0].max()))):
        end = between(8, 37, strength)
        strip = smooth(
            [
                (x + side, -16),
                (x - side * 9, -14),
                (x - side * 10.5, end * 0.4),
                (x - side * 13, end - 4),
                (x - side * 4, end),
                (x + side, end * 0.6),
            ],
            steps=4,
        )
        strokes.append(fill(strip, colour, min(1.0, 2 * strength), 0.6, edge))
    return strokes
