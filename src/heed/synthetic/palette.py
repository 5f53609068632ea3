"""Colours of skin, hair, eyes and cloth."""

import colorsys

from heed.synthetic.look import Look
from heed.synthetic.strokes import Colour, mix

_SKIN: tuple[Colour, ...] = (
    (240, 200, 172),
    (230, 184, 150),
    (212, 160, 122),
    (182, 128, 92),
    (146, 97, 68),
    (108, 70, 50),
)
_PALE: Colour = (250, 236, 232)
_IRIS: tuple[Colour, ...] = (
    (74, 46, 28),
    (96, 64, 36),
    (88, 104, 60),
    (70, 112, 150),
    (96, 122, 138),
)
_ACCENT: tuple[Colour, ...] = ((196, 18, 44), (214, 36, 92), (160, 22, 66), (226, 60, 52))
_OTHER_HAIR: tuple[Colour, ...] = ((104, 78, 66), (122, 66, 44), (86, 76, 72), (140, 104, 78))
_BLACK_HAIR: Colour = (20, 18, 22)
_BROWN_HAIR: Colour = (104, 58, 24)
_BLOND_HAIR: Colour = (232, 196, 104)
_GRAY_HAIR: Colour = (192, 194, 200)

INK: Colour = (38, 26, 24)
WHITE: Colour = (246, 244, 240)
GOLD: Colour = (226, 182, 74)


def along(colours: tuple[Colour, ...], position: float) -> Colour:
    """The colour at ``position`` (0..1) of a row of colours, mixed between neighbours."""
    place = position * (len(colours) - 1)
    index = min(int(place), len(colours) - 2)
    return mix(colours[index], colours[index + 1], place - index)


def one_of(colours: tuple[Colour, ...], position: float) -> Colour:
    """One colour of a row, not mixed."""
    return colours[min(int(position * len(colours)), len(colours) - 1)]


def skin(look: Look) -> Colour:
    """The complexion; Pale_Skin takes the colour out of it."""
    own = along(_SKIN, look.sitter.skin)
    warm = mix(own, (own[0], own[1] * 0.97, own[2] * 0.88), look.sitter.warmth)
    return mix(warm, _PALE, 0.9 * look["Pale_Skin"])


def shadow(look: Look) -> Colour:
    """The complexion in the shade."""
    r, g, b = skin(look)
    return (r * 0.66, g * 0.55, b * 0.52)


def highlight(look: Look) -> Colour:
    """The complexion in the light."""
    return mix(skin(look), (255, 246, 236), 0.6)


def hair(look: Look) -> Colour:
    """The hair: named colours weighted by their strength over the sitter's own."""
    named = (
        (_BLACK_HAIR, look["Black_Hair"]),
        (_BROWN_HAIR, look["Brown_Hair"]),
        (_BLOND_HAIR, look["Blond_Hair"]),
        (_GRAY_HAIR, look["Gray_Hair"]),
    )
    own = 0.35 * (1 - max(strength for _, strength in named)) ** 2 + 1e-3
    weights = [strength**2 for _, strength in named]
    total = own + sum(weights)
    colours = [colour for colour, _ in named] + [one_of(_OTHER_HAIR, look.sitter.tint)]
    shares = [weight / total for weight in weights] + [own / total]
    r, g, b = (
        sum(c[i] * share for c, share in zip(colours, shares, strict=True)) for i in range(3)
    )
    return (r, g, b)


def brow(look: Look) -> Colour:
    """Eyebrows and beard keep the sitter's own colour, whatever the hair's."""
    return mix((34, 24, 20), (92, 62, 42), look.sitter.brow_colour)


def iris(look: Look) -> Colour:
    """The eye colour."""
    return one_of(_IRIS, look.sitter.iris)


def accent(look: Look) -> Colour:
    """The colour of lipstick."""
    return one_of(_ACCENT, look.sitter.accent)


def cloth(look: Look, turn: float = 0.0, brightness: float = 1.0) -> Colour:
    """The colour of the clothes; ``turn`` moves along the colour circle."""
    hue, saturation, value = look.setting.clothes
    r, g, b = colorsys.hsv_to_rgb(
        float(hue + turn) % 1.0, 0.15 + 0.55 * saturation, (0.2 + 0.65 * value) * brightness
    )
    return (255 * r, 255 * g, 255 * b)
