"""Marks on the skin: age, blemishes, cheeks and the bags under the eyes."""

import numpy as np

from heed.synthetic.head import outline
from heed.synthetic.look import Look
from heed.synthetic.palette import highlight, shadow, skin
from heed.synthetic.strokes import Colour, Stroke, ellipse, fill, lines, mix, ramp, smooth

_BLUSH: Colour = (232, 78, 88)


def age(look: Look) -> list[Stroke]:
    """Lines of the forehead, crow's feet and folds beside the mouth; none on the young."""
    strength = 1 - look["Young"]
    if strength < 0.05:
        return []
    dark = shadow(look)
    nose, mouth = look.pose.landmarks[2], look.pose.landmarks[3:]
    middle = 0.5 * look.pose.centre
    forehead = [
        smooth(
            [
                (middle - w, y + 1.5),
                (middle - w / 2, y),
                (middle, y + 1.5),
                (middle + w / 2, y),
                (middle + w, y + 1.5),
            ],
            closed=False,
        )
        for w, y in ((20, -34), (23, -29), (19, -24))
    ]
    feet, folds = [], []
    for side, eye in zip((-1, 1), look.pose.landmarks[:2], strict=True):
        x = eye[0] + side * 12.5
        feet += [
            [(x, eye[1] + y), (x + side * 8, eye[1] + 3.2 * y - 0.5)] for y in (-1.6, 0.6, 2.6)
        ]
        corner = mouth[0 if side < 0 else 1]
        folds.append(
            smooth(
                [
                    (nose[0] + side * 11, nose[1] - 1),
                    (corner[0] + side * 3, corner[1] - 10),
                    (corner[0] + side * 6.5, corner[1] + 3),
                    (corner[0] + side * 6, corner[1] + 13),
                ],
                closed=False,
            )
        )
    return [
        lines(forehead, dark, 1.3, 0.9 * strength),
        lines(feet, dark, 1.2, 0.85 * strength),
        lines(folds, dark, 1.6, 0.6 * strength),
    ]


def complexion(look: Look) -> list[Stroke]:
    """An even, glowing skin (Attractive) or a blotchy one with spots."""
    attractive = look["Attractive"]
    edge = outline(look)
    bright = highlight(look)
    r, g, b = skin(look)
    spot = (r * 0.78, g * 0.52, b * 0.48)
    strokes = []
    if attractive > 0.1:
        strokes += [
            fill(ellipse((eye[0] + side * 6, 17), 8, 4), bright, 0.7 * attractive, 2.5, edge)
            for side, eye in zip((-1, 1), look.pose.landmarks[:2], strict=True)
        ]
    plain = ramp(1 - attractive, 0.15, 0.9)
    if plain:
        places = look.sitter.grain[:15] * (70, 104) + (look.pose.centre - 35, -40)
        blotches = tuple(ellipse(p, 5.5, 4) for p in places[:4])
        spots = tuple(ellipse(p, 1.5, 1.5) for p in places[4:])
        strokes += [
            Stroke(blotches, spot, 0.35 * plain, None, 2.0, edge),
            Stroke(spots, spot, 0.85 * plain, None, 0.0, edge),
        ]
    return strokes


def cheeks(look: Look) -> list[Stroke]:
    """High cheekbones as light above shade, rosy cheeks as colour."""
    high, rosy = look["High_Cheekbones"], look["Rosy_Cheeks"]
    edge = outline(look)
    strokes = []
    for side, eye in zip((-1, 1), look.pose.landmarks[:2], strict=True):
        x = eye[0] + side * 7
        if high > 0.05:
            hollow = np.array(
                [
                    (x + side * 20, 17),
                    (x + side * 8, 22),
                    (x - side * 7, 38),
                    (x + side * 2, 39),
                    (x + side * 15, 33),
                ]
            )
            strokes.append(fill(hollow, shadow(look), 0.62 * high, 3.5, edge))
            bone = np.array(
                [
                    (x + side * 17, 9),
                    (x + side * 6, 12),
                    (x - side * 6, 19),
                    (x + side * 2, 20),
                    (x + side * 14, 15),
                ]
            )
            strokes.append(fill(bone, highlight(look), 0.62 * high, 2.2, edge))
        if rosy > 0.05:
            strokes.append(
                fill(ellipse((x, 25), 11, 9), mix(skin(look), _BLUSH, 0.8), 0.8 * rosy, 3, edge)
            )
    return strokes


def bags(look: Look) -> list[Stroke]:
    """Dark, swollen crescents under the eyes."""
    strength = look["Bags_Under_Eyes"]
    if strength < 0.05:
        return []
    r, g, b = shadow(look)
    tone = (r * 0.85, g * 0.85, b * 1.02)
    strokes = []
    for eye in look.pose.landmarks[:2]:
        x, y = eye
        crescent = smooth(
            [
                (x - 11, y + 5),
                (x - 5, y + 12),
                (x + 5, y + 12),
                (x + 11, y + 5),
                (x + 5, y + 7.5),
                (x - 5, y + 7.5),
            ],
            steps=4,
        )
        rim = smooth(
            [(x - 10, y + 8), (x - 4, y + 13), (x + 4, y + 13), (x + 10, y + 8)], closed=False
        )
        strokes.append(fill(crescent, tone, 0.8 * strength, 1.0))
        strokes.append(lines([rim], tone, 1.2, 0.8 * strength))
    return strokes
