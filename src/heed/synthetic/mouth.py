"""The mouth, its corners at the landmarks."""

import numpy as np

from heed.synthetic.look import Look
from heed.synthetic.palette import WHITE, accent, highlight, shadow, skin
from heed.synthetic.strokes import Stroke, between, fill, lines, mix, moved, shade, smooth

_T = np.linspace(-1, 1, 21)
_BELLY = 1 - _T**2
_BOW = (1 - np.abs(_T) ** 2.4) * (1 - 0.28 * np.exp(-((_T / 0.16) ** 2)))


def mouth(look: Look) -> list[Stroke]:
    """Lips that curve with a smile and part when the mouth is open."""
    smile, parted, big = look["Smiling"], look["Mouth_Slightly_Open"], look["Big_Lips"]
    lipstick = look["Wearing_Lipstick"]
    left, right = look.pose.landmarks[3:]
    dark = shadow(look)
    r, g, b = skin(look)
    rosy = 1.06 + 0.14 * look["Attractive"]
    own = (min(255.0, r * 0.81 * rosy), g * 0.66 / rosy, b * 0.7 / rosy)
    tone = mix(own, accent(look), lipstick)

    line = left + (right - left) * ((_T + 1) / 2)[:, None]
    curve = between(-2.6, 7.0, smile) * _BELLY
    gap = between(0.0, 11.0, parted) * _BELLY
    upper_thickness = between(3.2, 6.6, big)
    lower_thickness = between(4.4, 9.2, big)
    inner_top = line + _down(curve - 0.3 * gap)
    inner_bottom = line + _down(curve + 0.7 * gap)
    top = inner_top - _down(upper_thickness * _BOW)
    bottom = inner_bottom + _down(lower_thickness * _BELLY**0.75)

    under = moved(bottom[4:17], 0, 3.0)
    strokes = [
        fill(np.concatenate([under, moved(under[::-1], 0, 3.0)]), dark, 0.35, 1.5),
    ]
    if parted > 0.04:
        cavity = np.concatenate([inner_top, inner_bottom[::-1]])
        teeth_end = inner_top + _down(0.48 * gap)
        strokes += [
            fill(cavity, (66, 16, 22)),
            fill(np.concatenate([inner_top[2:-2], teeth_end[2:-2][::-1]]), WHITE, 1.0, 0, cavity),
        ]
    strokes += [
        fill(np.concatenate([top, inner_top[::-1]]), shade(tone, 0.88)),
        fill(np.concatenate([inner_bottom, bottom[::-1]]), tone),
        lines([inner_top], shade(mix(dark, tone, 0.3), 0.55), 1.3, 0.9),
    ]
    shine = (inner_bottom[7:14] + bottom[7:14]) / 2
    strokes.append(lines([shine], mix(tone, (255, 255, 255), 0.55), 1.5, 0.3 + 0.5 * lipstick, 0.6))
    strokes += _creases(look, smile, left, right)
    return strokes


def _creases(look: Look, smile: float, left: np.ndarray, right: np.ndarray) -> list[Stroke]:
    """The corners: lifted and dimpled by a smile, drooping without one."""
    dark = shadow(look)
    corners = []
    for side, corner in ((-1, left), (1, right)):
        tilt = between(2.6, -2.6, smile)
        corners.append(
            smooth(
                [
                    corner - (side * 2.0, -0.2 * tilt),
                    moved(corner, side * 1.5, 0.3 * tilt),
                    moved(corner, side * 3.6, tilt),
                ],
                closed=False,
            )
        )
    strokes = [lines(corners, shade(dark, 0.75), 1.4, 0.85)]
    if smile > 0.1:
        dimples = [
            smooth(
                [
                    moved(corner, side * 4, -9),
                    moved(corner, side * 7.5, -2),
                    moved(corner, side * 5.5, 6),
                ],
                closed=False,
            )
            for side, corner in ((-1, left), (1, right))
        ]
        strokes.append(lines(dimples, dark, 1.4, 0.75 * smile))
        strokes += [
            fill(
                smooth(
                    [
                        moved(corner, side * 3, -13),
                        moved(corner, side * 10, -12),
                        moved(corner, side * 10, -6),
                        moved(corner, side * 5, -6),
                    ],
                    steps=4,
                ),
                highlight(look),
                0.35 * smile,
                2,
            )
            for side, corner in ((-1, left), (1, right))
        ]
    return strokes


def _down(distance: np.ndarray) -> np.ndarray:
    return np.column_stack([np.zeros_like(distance), distance])
