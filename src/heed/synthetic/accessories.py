"""Glasses, earrings and hats."""

import numpy as np

from heed.synthetic.head import ear_x
from heed.synthetic.look import Look
from heed.synthetic.palette import GOLD, INK
from heed.synthetic.strokes import (
    Colour,
    Curve,
    Stroke,
    between,
    ellipse,
    fill,
    lines,
    mix,
    moved,
    ramp,
    shade,
    smooth,
)

_FRAMES: tuple[Colour, ...] = ((24, 20, 22), (64, 34, 20), (120, 24, 34), (36, 44, 84))
_HATS: tuple[Colour, ...] = (
    (44, 48, 60),
    (152, 36, 40),
    (38, 84, 120),
    (112, 96, 64),
    (60, 92, 60),
)


def eyeglasses(look: Look) -> list[Stroke]:
    """Frames around the eyes, with a bridge and temples."""
    strength = ramp(look["Eyeglasses"])
    if not strength:
        return []
    style = look.setting.style[1]
    colour = _FRAMES[int(style * 3.999)]
    width = between(0.8, 2.8, strength)
    opacity = min(1.0, 2 * strength)
    eyes = look.pose.landmarks[:2]
    rims = []
    for side, (x, y) in zip((-1, 1), eyes, strict=True):
        half = 15.0 - 2.5 * max(0.0, side * look.pose.turn)
        drop = 11.5
        rims.append(
            smooth(
                [
                    (x - half, y - 7),
                    (x, y - 9),
                    (x + half, y - 7),
                    (x + half, y + 6),
                    (x + half * 0.55, y + drop),
                    (x - half * 0.55, y + drop),
                    (x - half, y + 6),
                ],
                steps=5,
            )
        )
    closed = [np.concatenate([rim, rim[:2]]) for rim in rims]
    (lx, ly), (rx, ry) = eyes
    bridge = smooth(
        [(lx + 14, ly - 4), ((lx + rx) / 2, (ly + ry) / 2 - 7), (rx - 14, ry - 4)], closed=False
    )
    temples = [
        [(lx - 14, ly - 5), (ear_x(look, -1), -6)],
        [(rx + 14, ry - 5), (ear_x(look, 1), -6)],
    ]
    glare = [[(x - 8, y + 5), (x + 1, y - 6)] for x, y in eyes]
    return [
        Stroke(tuple(rims), mix(colour, (210, 225, 235), 0.6), 0.22 * strength),
        lines(glare, (255, 255, 255), 2.5, 0.35 * strength, 0.6),
        lines([*closed, bridge, *temples], colour, width, opacity),
    ]


def earrings(look: Look) -> list[Stroke]:
    """Studs with hoops or drops below the ears."""
    strength = ramp(look["Wearing_Earrings"])
    if not strength:
        return []
    style = look.setting.style[2]
    colour: Colour = GOLD if style < 0.6 else (214, 222, 232)
    size, opacity = between(0.3, 1.0, strength), min(1.0, 3 * strength)
    strokes = []
    for side in (-1, 1):
        if side * look.pose.turn > 0.3:  # behind the cheek
            continue
        x, y = ear_x(look, side) + 2.5 * side, 22.0
        strokes.append(fill(ellipse((x, y), 2.8, 2.8), colour, opacity))
        if style < 0.45:
            hoop = ellipse((x, y + 10 * size), 6.5 * size, 9 * size)
            ring = [np.concatenate([hoop, hoop[:1]])]
            strokes.append(lines(ring, shade(colour, 0.5), 3.4, opacity))
            strokes.append(lines(ring, colour, 2.0, opacity))
        else:
            middle = (x, y + 11 * size)
            strokes.append(
                fill(ellipse(middle, 5.5 * size, 8.5 * size), shade(colour, 0.55), opacity)
            )
            strokes.append(fill(ellipse(middle, 4 * size, 7 * size), colour, opacity))
            gleam = ellipse((x - 1, y + 9 * size), 1.6 * size, 3 * size)
            strokes.append(fill(gleam, (255, 255, 255), 0.9 * opacity))
    return strokes


def hat(look: Look) -> list[Stroke]:
    """A cap with a visor, a woollen hat or one with a brim; a weak one is but a band."""
    strength = ramp(look["Wearing_Hat"])
    if not strength:
        return []
    style = float(look.setting.style[0])
    colour = _HATS[int(style * 37) % len(_HATS)]
    opacity = min(1.0, 6 * strength)
    x, top, side = look.pose.centre, between(-52, -98, strength), between(50, 55, strength)
    crown = smooth(
        [
            (x - side, between(-38, -30, strength)),
            (x - side, between(-44, -58, strength)),
            (x - 40, between(-50, -87, strength)),
            (x, top),
            (x + 40, between(-50, -87, strength)),
            (x + side, between(-44, -58, strength)),
            (x + side, between(-38, -30, strength)),
            (x, between(-44, -37, strength)),
        ],
        steps=6,
    )
    gleam = ellipse((x + 22 * look.setting.side, 0.75 * top), 20, 11)
    return [
        fill(moved(crown, 0, 4), (20, 12, 10), 0.3 * opacity, 2.5),
        fill(crown, colour, opacity),
        fill(gleam, mix(colour, (255, 255, 255), 0.4), 0.5 * strength, 5, crown),
        *_brim(look, int(style * 2.999), colour, ramp(strength, 0.15, 0.4), strength, crown),
    ]


def _brim(
    look: Look, kind: int, colour: Colour, opacity: float, strength: float, crown: Curve
) -> list[Stroke]:
    x = look.pose.centre
    top = float(crown[:, 1].min())
    if kind == 0:  # a cap with a visor
        tip = x + 14 * look.pose.turn
        low = between(-32, -20, strength)
        visor = smooth(
            [
                (x - 47, -36),
                (x, -46),
                (x + 47, -36),
                (tip + 34, low - 4),
                (tip, low),
                (tip - 34, low - 4),
            ],
            steps=6,
        )
        seams = [
            smooth([(x, top), (x + d, 0.7 * top), (x + 1.5 * d, -42)], closed=False)
            for d in (-18, 0, 18)
        ]
        return [
            lines(seams, shade(colour, 0.7), 1.2, opacity),
            fill(visor, shade(colour, 0.62), opacity),
            lines([visor[18:36]], shade(colour, 0.45), 1.2, opacity),
        ]
    if kind == 1:  # a woollen hat with a fold
        fold = smooth(
            [(x - 56, -46), (x, -54), (x + 56, -46), (x + 55, -27), (x, -33), (x - 55, -27)],
            steps=6,
        )
        ribs = [[(x + d, -53 + abs(d) / 9), (x + d, -32 + abs(d) / 11)] for d in range(-48, 49, 8)]
        bobble = ellipse((x, top - 2), 9 * strength, 8 * strength)
        return [
            fill(fold, shade(colour, 0.8), opacity),
            lines(ribs, shade(colour, 0.58), 1.5, opacity),
            fill(bobble, mix(colour, (255, 255, 255), 0.5), opacity),
        ]
    reach = between(56, 80, strength)
    brim = smooth(
        [
            (x - reach, -30),
            (x - 40, -40),
            (x, -43),
            (x + 40, -40),
            (x + reach, -30),
            (x + 40, -29),
            (x, -31),
            (x - 40, -29),
        ],
        steps=6,
    )
    band = smooth(
        [(x - 54, -52), (x, -58), (x + 54, -52), (x + 54, -40), (x, -45), (x - 54, -40)], steps=5
    )
    return [fill(band, INK, 0.8 * opacity, 0, crown), fill(brim, shade(colour, 0.72), opacity)]
