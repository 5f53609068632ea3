"""Marks on the skin: age, blemishes, cheeks and the bags under the eyes."""

import numpy as np

from heed.synthetic.head import outline
from heed.synthetic.look import Look
from heed.synthetic.palette import highlight, shadow, skin
from heed.synthetic.strokes import Colour, Stroke, ellipse, fill, lines, mix, ramp, shade, smooth

_BLUSH: Colour = (232, 78, 88)


def age(look: Look) -> list[Stroke]:
    """Lines of forehead, brow, eyes, mouth and chin; none on the young."""
    strength = 1 - look["Young"]
    if strength < 0.05:
        return []
    dark = shadow(look)
    edge = outline(look)
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
        for w, y in ((20, -35), (24, -30), (22, -25))
    ]
    frown = [[(s * 3, -13), (s * 2.2, -7)] for s in (-1, 1)]
    feet, folds, jowls = [], [], []
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
                    (corner[0] + side * 6.5, corner[1] + 1),
                ],
                closed=False,
            )
        )
        jowls.append(
            [(corner[0] + side * 2, corner[1] + 5), (corner[0] + side * 4.5, corner[1] + 18)]
        )
    return [
        lines(jowls, dark, 1.5, 0.7 * strength, 0, edge),
        lines([*forehead, *frown], shade(dark, 0.9), 1.4, 0.9 * strength),
        lines(feet, dark, 1.3, 0.9 * strength),
        lines(folds, shade(dark, 0.9), 1.5, 0.8 * strength),
    ]


def complexion(look: Look) -> list[Stroke]:
    """An even, glowing skin (Attractive), or a blotchy one with spots and a red nose."""
    attractive = look["Attractive"]
    edge = outline(look)
    bright = highlight(look)
    r, g, b = skin(look)
    spot = (r * 0.78, g * 0.5, b * 0.46)
    nose = look.pose.landmarks[2]
    strokes = []
    if attractive > 0.1:
        strokes += [
            fill(ellipse((eye[0] + side * 6, 17), 8, 4), bright, 0.7 * attractive, 2.5, edge)
            for side, eye in zip((-1, 1), look.pose.landmarks[:2], strict=True)
        ]
        middle = 0.5 * look.pose.centre
        strokes.append(fill(ellipse((middle, -28), 17, 7), bright, 0.6 * attractive, 4, edge))
    plain = ramp(1 - attractive, 0.15, 0.9)
    if plain:
        places = look.sitter.grain[:19] * (70, 104) + (look.pose.centre - 35, -40)
        blotches = (*(ellipse(p, 6.5, 5) for p in places[:5]), ellipse(nose, 9, 7))
        spots = tuple(ellipse(p, 1.6, 1.6) for p in places[5:])
        strokes += [
            Stroke(blotches, spot, 0.45 * plain, None, 2.0, edge),
            Stroke(spots, spot, 0.85 * plain, None, 0.0, edge),
        ]
    return strokes


def cheeks(look: Look) -> list[Stroke]:
    """High cheekbones as light above a hollow, full cheeks as round light, rosy ones as colour."""
    high, rosy, chubby = look["High_Cheekbones"], look["Rosy_Cheeks"], look["Chubby"]
    edge = outline(look)
    left, right = float(edge[:, 0].min()), float(edge[:, 0].max())
    strokes = []
    for side, rim, eye in zip((-1, 1), (left, right), look.pose.landmarks[:2], strict=True):
        x = eye[0] + side * 7
        if high > 0.05:
            hollow = smooth(
                [
                    (rim, 19),
                    (x + side * 8, 25),
                    (x - side * 7, 37),
                    (x - side * 4, 44),
                    (x + side * 8, 41),
                    (rim, 36),
                ],
                steps=4,
            )
            strokes.append(fill(hollow, shadow(look), 0.75 * high, 2.6, edge))
            bone = smooth(
                [
                    (rim - side * 3, 4),
                    (x + side * 6, 8),
                    (x - side * 4, 15),
                    (x - side * 3, 20),
                    (x + side * 6, 17),
                    (rim - side * 3, 11),
                ],
                steps=4,
            )
            strokes.append(fill(bone, highlight(look), 0.65 * high, 2.2, edge))
        if chubby > 0.05:
            middle = ((x + 0.6 * rim) / 1.6, 29.0)
            below = ellipse((middle[0], middle[1] + 9), 13, 9)
            strokes += [
                fill(below, shadow(look), 0.45 * chubby, 3, edge),
                fill(ellipse(middle, 13, 11), highlight(look), 0.55 * chubby, 3, edge),
            ]
        if rosy > 0.05:
            strokes.append(
                fill(ellipse((x, 25), 11, 9), mix(skin(look), _BLUSH, 0.8), 0.8 * rosy, 3, edge)
            )
    return strokes


def bags(look: Look) -> list[Stroke]:
    """Swollen pouches under the eyes, bluish, above a dark crease."""
    strength = look["Bags_Under_Eyes"]
    if strength < 0.05:
        return []
    r, g, b = shadow(look)
    tone = (r * 0.85, g * 0.85, b * 1.05)
    strokes = []
    for side, (x, y) in zip((-1, 1), look.pose.landmarks[:2], strict=True):
        half = 12 - 4 * max(0.0, side * look.pose.turn)
        crease = smooth(
            [
                (x - half, y + 6),
                (x - half * 0.55, y + 12.5),
                (x, y + 14.5),
                (x + half * 0.55, y + 12.5),
                (x + half, y + 6),
            ],
            closed=False,
            steps=4,
        )
        top = [(x + half * 0.5, y + 6.5), (x, y + 7.5), (x - half * 0.5, y + 6.5)]
        pouch = np.concatenate([crease, top])
        light = ellipse((x, y + 9.3), half * 0.55, 1.8)
        strokes += [
            fill(pouch, tone, 0.62 * strength, 0.9),
            fill(light, highlight(look), 0.55 * strength, 0.9),
            lines([crease], (r * 0.6, g * 0.6, b * 0.72), 1.7, 0.85 * strength),
        ]
    return strokes
