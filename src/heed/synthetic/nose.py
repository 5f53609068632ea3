"""The nose, its tip at the landmark."""

import numpy as np

from heed.synthetic.look import Look
from heed.synthetic.palette import highlight, shadow, skin
from heed.synthetic.strokes import Stroke, ellipse, fill, lines, mix, shade, smooth


def nose(look: Look) -> list[Stroke]:
    """Bridge, wings and nostrils; Big_Nose widens it, Pointy_Nose narrows its tip."""
    big, pointy = look["Big_Nose"], look["Pointy_Nose"]
    x, y = look.pose.landmarks[2]
    turn = look.pose.turn
    dark, bright = shadow(look), highlight(look)
    top_x, top_y = 0.2 * x, -2.0
    half = 8.5 + 6.0 * big - 3.0 * pointy
    left, right = half * (1 - 0.5 * max(0.0, -turn)), half * (1 - 0.5 * max(0.0, turn))
    ball = 4.5 + 5.0 * big - 2.2 * pointy
    light = 1 if look.setting.side > 0 else -1
    shaded = -light
    flank = smooth(
        [
            (top_x + shaded * 3.5, top_y),
            ((top_x + x) / 2 + shaded * 4.5, (top_y + y) / 2),
            (x + shaded * half * 0.9, y),
            (x + shaded * 1.5, y - 3),
        ],
        steps=5,
    )
    base = y + 5 + 1.5 * big
    wings = [
        smooth(
            [
                (x - left + 1.5, y - 4),
                (x - left - 0.5, y),
                (x - left + 1, base - 1),
                (x - left + 3.5, base),
            ],
            closed=False,
        ),
        smooth(
            [
                (x + right - 1.5, y - 4),
                (x + right + 0.5, y),
                (x + right - 1, base - 1),
                (x + right - 3.5, base),
            ],
            closed=False,
        ),
    ]
    nostril = 1.9 + 1.8 * big - 0.7 * pointy
    strokes = [
        fill(flank, dark, 0.32, 1.8),
        fill(ellipse((x, base + 1.5), half * 0.9, 3), dark, 0.4, 1.5),
        fill(ellipse((x + 0.8 * light, y - 1), ball * 0.7, ball * 0.6), bright, 0.55, 1.2),
        lines([[(top_x + light, top_y + 2), (x + light * 0.8, y - 6)]], bright, 2.2, 0.4, 1.0),
        lines(wings, dark, 1.5, 0.75 - 0.35 * pointy),
        Stroke(
            (
                ellipse((x - left * 0.5, base), nostril, 1.3 + 0.5 * big),
                ellipse((x + right * 0.5, base), nostril, 1.3 + 0.5 * big),
            ),
            shade(dark, 0.5),
            0.9,
        ),
    ]
    if big > 0.05:
        strokes += _bulb(look, x, base, (left, right), ball, big)
    if pointy > 0.05:
        # A narrow wedge from the bridge to a sharp tip, and its shadow on the lip.
        tip_y = base + 5.5
        wedge = [
            (x - 1.3, y - 17),
            (x + 1.3, y - 17),
            (x + 4.6, y - 0.5),
            (x, tip_y),
            (x - 4.6, y - 0.5),
        ]
        cast = [(x - 5, base), (x, tip_y + 3.5), (x + 5, base), (x, tip_y - 2)]
        sides = [[(x + s * 2, y - 16), (x + s * 5.4, y), (x, tip_y)] for s in (-1, 1)]
        lit = [(x, y - 17), (x + light * 1.3, y - 17), (x + light * 4.2, y - 0.5), (x, tip_y - 0.5)]
        strokes += [
            fill(cast, dark, 0.8 * pointy, 0.6),
            fill(wedge, mix(skin(look), dark, 0.2), 0.95 * pointy),
            fill(lit, bright, 0.65 * pointy, 0.4),
            lines(sides, shade(dark, 0.85), 1.3, 0.85 * pointy),
        ]
    return strokes


def _bulb(
    look: Look, x: float, base: float, wings: tuple[float, float], ball: float, big: float
) -> list[Stroke]:
    """A broad nose: a round tip between full wings, on a wide bridge."""
    dark = shadow(look)
    flesh = mix(skin(look), dark, 0.3)
    light = 1 if look.setting.side > 0 else -1
    top, middle = base - 26, base - 5.5
    bridge = [(x - 4, top), (x + 4, top), (x + ball, middle), (x - ball, middle)]
    flanks = [[(x + s * 4.5, top), (x + s * (ball + 0.5), middle)] for s in (-1, 1)]
    sides = [
        ellipse((x + s * 0.72 * wing, base - 2.5), 0.42 * wing, 4.8)
        for s, wing in zip((-1, 1), wings, strict=True)
    ]
    tip = ellipse((x, base - 3.5), ball, 0.8 * ball)
    holes = tuple(
        ellipse((x + s * 0.5 * wing, base + 1.8), 3.2, 1.8)
        for s, wing in zip((-1, 1), wings, strict=True)
    )
    outlines = [np.concatenate([curve, curve[:1]]) for curve in sides]
    return [
        fill(bridge, highlight(look), 0.5 * big, 1.5),
        lines(flanks, dark, 1.5, 0.7 * big, 0.6),
        *(fill(curve, flesh, 0.9 * big) for curve in sides),
        lines(outlines, shade(dark, 0.9), 1.3, 0.75 * big),
        Stroke(holes, shade(dark, 0.5), 0.9 * big),
        fill(tip, flesh, 0.95 * big, 0.5),
        lines([tip[1:14]], shade(dark, 0.9), 1.4, 0.8 * big),
        fill(ellipse((x + 2 * light, base - 6), 0.42 * ball, 0.3 * ball), highlight(look), big, 1),
    ]
