"""The nose, its tip at the landmark."""

import numpy as np

from heed.synthetic.look import Look
from heed.synthetic.palette import highlight, shadow
from heed.synthetic.strokes import Stroke, ellipse, fill, lines, shade, smooth


def nose(look: Look) -> list[Stroke]:
    """Bridge, wings and nostrils; Big_Nose widens it, Pointy_Nose narrows its tip."""
    big, pointy = look["Big_Nose"], look["Pointy_Nose"]
    x, y = look.pose.landmarks[2]
    turn = look.pose.turn
    dark, bright = shadow(look), highlight(look)
    top_x, top_y = 0.2 * x, -2.0
    half = 8.5 + 5.5 * big - 2.5 * pointy
    left, right = half * (1 - 0.5 * max(0.0, -turn)), half * (1 - 0.5 * max(0.0, turn))
    ball = 4.5 + 3.0 * big - 2.2 * pointy
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
    base = y + 5 + 0.8 * big
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
    nostril = 1.9 + 1.3 * big - 0.5 * pointy
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
        strokes.append(
            lines(
                [
                    smooth(
                        [
                            (x - ball, y - 1),
                            (x - ball * 0.8, y + 4),
                            (x, y + 6),
                            (x + ball * 0.8, y + 4),
                            (x + ball, y - 1),
                        ],
                        closed=False,
                    )
                ],
                dark,
                1.4,
                0.7 * big,
            )
        )
    if pointy > 0.05:
        tip = np.array([(x - 6, base - 2.5), (x, base + 7), (x + 6, base - 2.5), (x, base + 2)])
        ridge = [
            (x - 1.2, y - 16),
            (x + 1.2, y - 16),
            (x + 3.4, y - 1),
            (x, y + 7),
            (x - 3.4, y - 1),
        ]
        edges = [[(x + s * 2.5, y - 15), (x + s * 5.2, base - 3), (x, base + 6)] for s in (-1, 1)]
        strokes += [
            fill(ridge, bright, 0.85 * pointy, 0.5),
            fill(tip, dark, 0.9 * pointy),
            lines(edges, shade(dark, 0.9), 1.3, 0.8 * pointy),
        ]
    return strokes
