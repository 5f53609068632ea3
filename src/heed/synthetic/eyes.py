"""Eyes with their make-up, and eyebrows."""

import numpy as np

from heed.synthetic.look import Look
from heed.synthetic.palette import INK, WHITE, brow, iris, shadow, skin
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
    shade,
    smooth,
)

_T = np.linspace(0, np.pi, 13)
_ARC = np.column_stack([-np.cos(_T), np.sin(_T)])
_SHADOWS: tuple[Colour, ...] = ((92, 58, 120), (60, 84, 132), (128, 62, 84), (54, 96, 96))


def eyes(look: Look) -> list[Stroke]:
    """Both eyes, from the make-up on the lid to the light in the pupil."""
    strokes: list[Stroke] = []
    for side, centre in zip((-1, 1), look.pose.landmarks[:2], strict=True):
        strokes += _eye(look, side, centre)
    return strokes


def _eye(look: Look, side: int, centre: np.ndarray) -> list[Stroke]:
    makeup, narrow, male = look["Heavy_Makeup"], look["Narrow_Eyes"], look["Male"]
    attractive = look["Attractive"]
    dark = shadow(look)
    half = 11.0 - 4.0 * max(0.0, side * look.pose.turn)
    # Large, even and long-lashed eyes please; of others one lid hangs.
    droop = 1.6 * (1 - attractive) if side == (1 if look.sitter.parting > 0 else -1) else 0.0
    lid = between(5.9, 2.0, narrow) + 1.6 * attractive - droop * (1 - 0.7 * narrow)
    low = between(4.2, 1.9, narrow)
    upper = centre + _ARC * (half, -lid)
    lower = centre + _ARC * (half, low)
    almond = np.concatenate([upper, lower[::-1]])
    strokes = [fill(ellipse(moved(centre, 0, -3), half + 4, 9), dark, 0.28, 3)]
    if makeup > 0.05:
        strokes += _shadow_on_lid(look, side, centre, half, lid, makeup)
    strokes += [
        lines([centre + _ARC * (half + 1, -lid - 3)], dark, 1.2, 0.8),
        fill(almond, WHITE),
    ]
    strokes += _ball(look, centre, almond, attractive)
    strokes += [
        lines([upper], INK, between(1.6, 1.2, male) + 1.4 * makeup, 1.0),
        lines([lower], mix(dark, INK, makeup), 1.0, 0.5 + 0.5 * makeup),
    ]
    lashes = 0.1 + 0.3 * (1 - male) + 0.2 * attractive + 0.5 * makeup
    strokes += _lashes(side, centre, half, lid, lashes)
    return strokes


def _shadow_on_lid(
    look: Look, side: int, centre: np.ndarray, half: float, lid: float, makeup: float
) -> list[Stroke]:
    colour = _SHADOWS[int(look.sitter.accent * 3.999)]
    x, y = centre
    wing = smooth(
        [
            (x - side * (half + 1), y),
            (x - side * half * 0.5, y - lid - 4),
            (x + side * half * 0.4, y - lid - 6),
            (x + side * (half + 6), y - 7),
            (x + side * (half + 1), y),
        ],
        steps=5,
    )
    liner = np.array(
        [(x + side * (half - 2), y - 1), (x + side * (half + 6), y - 5), (x + side * half, y + 1)]
    )
    return [
        fill(wing, mix(skin(look), colour, 0.9), 0.9 * makeup, 0.8),
        fill(liner, INK, makeup),
    ]


def _ball(look: Look, centre: np.ndarray, almond: Curve, attractive: float) -> list[Stroke]:
    gaze = np.array([2.5 * look.pose.turn, 0.0])
    radius = 4.5 + 0.9 * attractive
    colour = iris(look)
    middle = centre + gaze
    return [
        fill(ellipse(moved(centre, 0, -5), 12, 4), (120, 110, 110), 0.35, 0, almond),
        fill(ellipse(middle, radius, radius), shade(colour, 0.6), 1.0, 0, almond),
        fill(ellipse(middle, radius - 1.1, radius - 1.1), shade(colour, 1.15), 1.0, 0, almond),
        fill(ellipse(middle, 2.2, 2.2), (12, 10, 10), 1.0, 0, almond),
        fill(
            ellipse(
                moved(middle, 1.6 if look.setting.side > 0 else -1.6, -1.6),
                1.2 + 0.5 * attractive,
                1.2 + 0.5 * attractive,
            ),
            (255, 255, 255),
            0.95,
            0,
            almond,
        ),
    ]


def _lashes(
    side: int, centre: np.ndarray, half: float, lid: float, strength: float
) -> list[Stroke]:
    if strength < 0.2:
        return []
    x, y = centre
    hairs = []
    for place in (0.15, 0.4, 0.62, 0.82, 0.97):
        root = (x + side * half * place, y - lid * float(np.sqrt(max(0.0, 1 - place**2))))
        hairs.append([root, (root[0] + side * (1.5 + 2.5 * place), root[1] - 3.2)])
    return [lines(hairs, INK, 1.0, min(1.0, strength))]


def eyebrows(look: Look) -> list[Stroke]:
    """Flat or arched, thin or bushy."""
    arched, bushy, male = look["Arched_Eyebrows"], look["Bushy_Eyebrows"], look["Male"]
    colour = brow(look)
    thick = 1.3 + 0.5 * look.sitter.brows + 0.5 * male + 2.6 * bushy
    strokes = []
    for side, (x, y) in zip((-1, 1), look.pose.landmarks[:2], strict=True):
        shrink = 1 - 0.35 * max(0.0, side * look.pose.turn)
        base = y - 12.5 + 0.6 * male
        spine = smooth(
            [
                (x - side * 12 * shrink, base + 1.5 + 1.5 * arched),
                (x - side * 5 * shrink, base - 0.5 - 1.5 * arched),
                (x + side * 5 * shrink, base - 0.5 - 6.0 * arched),
                (x + side * 14 * shrink, base + 1.5 + 0.5 * arched),
            ],
            closed=False,
            steps=6,
        )
        taper = np.interp(np.arange(len(spine)), (0, 3, 10, len(spine) - 1), (0.75, 1, 0.9, 0.15))
        offset = np.column_stack([np.zeros(len(spine)), thick * taper])
        strokes.append(
            fill(np.concatenate([spine - offset, (spine + offset)[::-1]]), colour, 0.92, 0.4)
        )
        if bushy > 0.15:
            hairs = [
                [moved(p, -side, o[1] + 0.5), moved(p, side * 1.5, -o[1] - 2.2)]
                for p, o in zip(spine[::2], offset[::2], strict=True)
            ]
            strokes.append(lines(hairs, shade(colour, 0.75), 1.0, bushy))
    return strokes
