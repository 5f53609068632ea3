"""Shoulders, clothes and what is worn at the neck."""

import numpy as np

from heed.synthetic.look import Look
from heed.synthetic.palette import GOLD, WHITE, cloth, shadow
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

_TIES: tuple[Colour, ...] = ((150, 24, 36), (28, 52, 120), (30, 90, 70), (92, 34, 100))
_FLOOR = 900.0


def clothes(look: Look) -> list[Stroke]:
    """A top with a round or deep neckline, down to the lower edge of any picture."""
    male = look["Male"]
    tone = cloth(look)
    x = 0.3 * look.pose.centre
    neck = 24 + 7 * male + 5 * look["Chubby"]
    shoulder = 92 + 22 * male
    depth = between(between(106, 124, look.setting.neckline), 94, male)
    top = 91 - 3 * male
    shape = np.array(
        [
            (x - neck - 2, top),
            (x - neck * 0.75, (top + depth) / 2 + 2),
            (x, depth),
            (x + neck * 0.75, (top + depth) / 2 + 2),
            (x + neck + 2, top),
            (x + neck + 20, top + 7),
            (x + shoulder - 12, top + 20),
            (x + shoulder, top + 42),
            (x + shoulder + 14, top + 120),
            (x + shoulder + 60, _FLOOR),
            (x - shoulder - 60, _FLOOR),
            (x - shoulder - 14, top + 120),
            (x - shoulder, top + 42),
            (x - shoulder + 12, top + 20),
            (x - neck - 20, top + 7),
        ]
    )
    hem = smooth(shape[:5], closed=False, steps=4)
    right, left = smooth(shape[4:9], closed=False), smooth(shape[[*range(11, 15), 0]], closed=False)
    silhouette = np.concatenate([hem, right, shape[9:11], left])
    folds = [[(x + s * (shoulder - 26), 128), (x + s * (shoulder - 20), 190)] for s in (-1, 1)]
    light = 60 * (1 if look.setting.side > 0 else -1)
    return [
        fill(silhouette, tone),
        *_pattern(look, tone, x, silhouette),
        fill(silhouette * (0.9, 1) - (light, -10), shade(tone, 0.6), 0.45, 9, silhouette),
        lines(folds, shade(tone, 0.6), 2.0, 0.7, 0.8),
        lines([hem], shade(tone, 0.62), 2.5),
    ]


def _pattern(look: Look, tone: Colour, x: float, silhouette: Curve) -> list[Stroke]:
    """Plain, striped, or a jacket over a top."""
    kind = look.setting.garment
    second = cloth(look, 0.45 * kind, 1.25)
    if kind < 0.35:
        return []
    if kind < 0.6:
        stripes = [[(x - 150, y), (x + 150, y)] for y in range(100, 420, 17)]
        return [lines(stripes, second, 5, 0.9, 0, silhouette)]
    opening = np.array([(x - 24, 80), (x + 24, 80), (x + 9, 420), (x - 9, 420)], np.float64)
    lapels = [
        [(x + s * 30, 86), (x + s * 44, 118), (x + s * 30, 124), (x + s * 9, 200), (x + s * 22, 92)]
        for s in (-1, 1)
    ]
    return [
        fill(opening, second, 1.0, 0, silhouette),
        *(fill(lapel, shade(tone, 0.78), 1.0, 0, silhouette) for lapel in lapels),
    ]


def necktie(look: Look) -> list[Stroke]:
    """A shirt collar with a tie between the lapels of a jacket."""
    strength = ramp(look["Wearing_Necktie"])
    if not strength:
        return []
    opacity = min(1.0, 3 * strength)
    x = 0.3 * look.pose.centre
    neck = 25 + 7 * look["Male"]
    tie = _TIES[int(look.setting.style[3] * 3.999)]
    size = between(0.3, 1.0, strength)
    collars = [
        [(x + s * neck, 82), (x, 100), (x + s * 13 * size, 113), (x + s * (neck + 5), 93)]
        for s in (-1, 1)
    ]
    shirt = [(x - neck, 90), (x + neck, 90), (x + 26 * size, 320), (x - 26 * size, 320)]
    knot = [(x - 7 * size, 94), (x + 7 * size, 94), (x + 5 * size, 107), (x - 5 * size, 107)]
    blade = np.array([(-5, 106), (5, 106), (12, 190), (0, 206), (-12, 190)]) * (size, 1) + (x, 0)
    stripes = [[(x - 9, y + 8), (x + 9, y)] for y in range(112, 200, 12)]
    return [
        fill(shirt, WHITE, opacity),
        *(fill(collar, WHITE, opacity) for collar in collars),
        lines([collar[1:3] for collar in collars], (150, 152, 162), 1.4, opacity),
        fill(blade, tie, opacity),
        lines(stripes, mix(tie, WHITE, 0.55), 2.5, 0.8 * opacity, 0, blade),
        fill(knot, shade(tie, 0.75), opacity),
    ]


def necklace(look: Look) -> list[Stroke]:
    """A chain with beads and a pendant on the chest."""
    strength = ramp(look["Wearing_Necklace"])
    if not strength:
        return []
    x = 0.3 * look.pose.centre
    t = np.linspace(-1, 1, 17)
    chain = np.column_stack([x + 27 * t, 104 - 20 * t**2 - 1.5])
    pearls = look.setting.style[2] > 0.5
    bead: Colour = (244, 238, 228) if pearls else GOLD
    size, opacity = between(0.3, 1.0, strength), min(1.0, 3 * strength)
    radius = (3.2 if pearls else 2.4) * size
    pendant = (x, 105 + 2 * size)
    return [
        lines([moved(chain, 0, 2.5)], shadow(look), 2.0, 0.4 * opacity, 1.0),
        lines([chain], shade(bead, 0.5), between(1.0, 2.6, strength), opacity),
        Stroke(tuple(ellipse(p, radius, radius) for p in chain[1:-1]), bead, opacity),
        fill(ellipse(pendant, 4.4 * size, 5.4 * size), shade(bead, 0.6), opacity),
        fill(ellipse(pendant, 3 * size, 4 * size), mix(bead, (255, 255, 255), 0.45), opacity),
    ]
