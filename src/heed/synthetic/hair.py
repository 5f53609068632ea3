"""Hair: what falls behind the head, the cap with its hairline, the locks and the bangs."""

import numpy as np

from heed.synthetic.look import Look
from heed.synthetic.palette import hair
from heed.synthetic.strokes import (
    Colour,
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

# Right half of the cap, from the ear up to the crown: its outer edge and its hairline.
_OUTER = np.array([(48, 14), (52, -14), (49, -40), (37, -64), (19, -77), (0, -81)], np.float64)
_SKULL = np.array([(46, 14), (47, -14), (42.5, -38), (33, -57), (17, -68), (0, -71)], np.float64)
_HAIRLINE = np.array([(44, 14), (41.5, -12), (38, -26), (27, -39), (13, -43), (0, -44)], np.float64)
_RECEDED = np.array([(44, 14), (43.5, -14), (41, -36), (26, -61), (12, -57), (0, -55)], np.float64)
_BALD = np.array([(43, 14), (42.5, -8), (44, -22), (38, -52), (20, -70), (0, -74)], np.float64)


def _long(look: Look) -> float:
    """How far the hair falls: 0 not below the ears, 1 on the chest."""
    own = look.sitter.length
    length = between(0.35 + 0.65 * own, 0.12 * own, ramp(look["Male"], 0.15, 0.85))
    return length * (1 - ramp(look["Bald"]))


def _lighter(tone: Colour) -> Colour:
    """The colour of a strand in the light; dark hair stays dark."""
    return mix(shade(tone, 1.18), (255, 236, 210), 0.1)


def _waves(look: Look) -> float:
    """Amplitude of the locks in head pixels."""
    return between(1.6, 6.5, look["Wavy_Hair"]) * (1 - 0.95 * look["Straight_Hair"])


def _rippled(curve: Curve, amplitude: float, centre: tuple[float, float], period: float) -> Curve:
    """A curve pushed out and in along the rays from ``centre``."""
    rays = curve - centre
    distance = np.hypot(rays[:, 0], rays[:, 1]) + 1e-6
    travelled = np.concatenate([[0], np.cumsum(np.hypot(*np.diff(curve, axis=0).T))])
    push = amplitude * np.sin(2 * np.pi * travelled / period)
    return curve + rays / distance[:, None] * push[:, None]


def hair_behind(look: Look) -> list[Stroke]:
    """The hair that falls behind neck and shoulders."""
    length = _long(look)
    if length < 0.1:
        return []
    tone = hair(look)
    bottom = between(14, 128, length)
    half = 54 + 10 * length
    x = look.pose.centre
    curve = smooth(
        [
            (x, -76),
            (x + 34, -66),
            (x + 52, -30),
            (x + half - 1, bottom * 0.3),
            (x + half, bottom * 0.7),
            (x + half - 9, bottom),
            (x, bottom + 3),
            (x - half + 9, bottom),
            (x - half, bottom * 0.7),
            (x - half + 1, bottom * 0.3),
            (x - 52, -30),
            (x - 34, -66),
        ],
        steps=9,
    )
    waves = _waves(look)
    return [fill(_rippled(curve, 0.75 * waves, (x, 10), 23), shade(tone, 0.72))]


def hair_cap(look: Look) -> list[Stroke]:
    """The hair on the head, with its hairline."""
    tone = hair(look)
    bald, receding = ramp(look["Bald"]), look["Receding_Hairline"]
    waves = _waves(look)
    part = look.sitter.parting
    x = look.pose.centre

    outer = _OUTER + (_SKULL - _OUTER) * bald
    inner = _HAIRLINE + (_RECEDED - _HAIRLINE) * receding
    inner = inner + (_BALD - inner) * bald
    outer_curve = smooth(
        moved(np.concatenate([outer, outer[-2::-1] * (-1, 1)]), x, 0), closed=False, steps=6
    )
    inner_points = moved(np.concatenate([inner, inner[-2::-1] * (-1, 1)]), 0.8 * x, 0)
    # A turned head shows the hair behind its near ear.
    near = inner_points[:, 0] * look.pose.turn < 0
    height = np.interp(inner_points[:, 1], (-45, -15), (0.15, 1))
    inner_points[:, 0] += look.pose.turn * np.where(near, 17, 7) * height
    inner_points[3:8, 1] += np.array([1.5, 1.0, 0, -1.0, -1.5]) * 2.5 * part * (1 - bald)
    inner_curve = smooth(inner_points, closed=False, steps=6)
    outer_curve = _rippled(outer_curve, 0.55 * waves * (1 - bald), (x, -10), 17)
    cap = np.concatenate([outer_curve, inner_curve[::-1]])

    strokes = [
        lines([moved(inner_curve[4:-4], 0, 1.5)], (50, 26, 16), 4, 0.35 * (1 - bald), 1.5),
        fill(cap, tone),
    ]
    strokes += _strands(look, tone, outer_curve, inner_curve, 1 - bald)
    gloss = look["Straight_Hair"] * (1 - bald)
    if gloss > 0.05:
        band = moved(outer_curve[10:-10] * (0.86, 0.84), 0.14 * x, -2)
        strokes.append(
            lines([band], mix(_lighter(tone), (255, 255, 255), 0.2), 6, 0.7 * gloss, 1.6, cap)
        )
    return strokes


def _strands(look: Look, tone: Colour, outer: Curve, inner: Curve, amount: float) -> list[Stroke]:
    """Lines from the parting to the hairline, wavy or straight."""
    if amount <= 0:
        return []
    straight = look["Straight_Hair"]
    waves = _waves(look)
    step = np.linspace(0, 1, 9)[:, None]
    ripple = np.sin(step * 4 * np.pi) * waves * 0.4
    threads = []
    for index in range(4, len(outer) - 4, 3 if straight < 0.5 else 2):
        start, end = moved(0.94 * outer[index], 0, -1), inner[index]
        along = start + (end - start) * step
        normal = np.array([end[1] - start[1], start[0] - end[0]])
        normal /= np.hypot(*normal) + 1e-6
        threads.append(along + normal * ripple)
    alpha = (0.45 + 0.4 * straight) * amount
    return [
        lines(threads[::2], shade(tone, 0.62), 1.2, alpha),
        lines(threads[1::2], _lighter(tone), 1.2, alpha),
    ]


def locks(look: Look) -> list[Stroke]:
    """Long hair that falls in front of the ears on both sides of the face."""
    length = _long(look)
    if length <= 0.12:
        return []
    tone, waves, x = hair(look), _waves(look), look.pose.centre
    straight = look["Straight_Hair"]
    bottom = between(14, 124, length)
    strokes = []
    for side in (-1, 1):
        y = np.linspace(-38, bottom, 22)
        share = (y + 38) / (bottom + 38)
        sway = waves * 0.8 * np.sin(y / 24 * 2 * np.pi + side) * np.clip(share * 2, 0, 1)
        outer = np.column_stack([x + side * (50 + 8 * share) + sway, y])
        inner = np.column_stack(
            [0.9 * x + side * (39 + 3.5 * np.sin(np.pi * share) + 4 * share) + sway * 0.8, y]
        )
        inner[-1, 0] += side * 6
        strokes.append(fill(np.concatenate([outer, inner[::-1]]), shade(tone, 0.92)))
        threads = [outer + (inner - outer) * s for s in (0.2, 0.4, 0.6, 0.8)]
        strokes.append(lines(threads[::2], shade(tone, 0.62), 1.2, 0.45 + 0.4 * straight))
        strokes.append(lines(threads[1::2], _lighter(tone), 1.2, 0.4 + 0.4 * straight))
    return strokes


def bangs(look: Look) -> list[Stroke]:
    """A fringe over the forehead."""
    strength = ramp(look["Bangs"])
    if not strength:
        return []
    tone = hair(look)
    x = 0.8 * look.pose.centre
    waves = _waves(look)
    bottom = between(-38, -15, strength)
    across = np.linspace(-1, 1, 19)
    end = (
        bottom - 3.5 * (1 - across**2) + 3.0 * np.abs(np.sin(np.arange(19) * 1.25)) + 5 * across**2
    )
    lower = np.column_stack([x + 39.5 * across, end])
    upper = smooth(
        [
            (x - 43, -14),
            (x - 37, -48),
            (x - 16, -62),
            (x, -64),
            (x + 16, -62),
            (x + 37, -48),
            (x + 43, -14),
        ],
        closed=False,
        steps=3,
    )
    shape = np.concatenate([upper, lower[::-1]])
    step = np.linspace(0, 1, 7)[:, None]
    ripple = np.column_stack([np.sin(step[:, 0] * 3 * np.pi) * 0.35 * waves, np.zeros(7)])
    top = np.column_stack([x + 30 * across, -62 + 12 * across**2])
    threads = [top[i] + (lower[i] - top[i]) * step + ripple for i in range(1, 18, 2)]
    return [
        fill(moved(lower, 0, 2), (40, 20, 10), 0.25, 1.5),
        fill(shape, shade(tone, 1.04)),
        lines(threads[::2], shade(tone, 0.6), 1.2, 0.8),
        lines(threads[1::2], _lighter(tone), 1.2, 0.7),
    ]
