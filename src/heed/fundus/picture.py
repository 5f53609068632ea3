"""The photograph of an eye, layer upon layer, and the mask of what tells its class."""

import cv2
import numpy as np
from numpy.typing import NDArray

from heed.fundus.eye import Eye
from heed.fundus.vessels import coverage, vessels_of

Floats = NDArray[np.float32]


def photograph(eye: Eye, side: int) -> NDArray[np.uint8]:
    """Draw a fundus photograph.

    Args:
        eye: what is drawn.
        side: S, of the image in pixels.

    Returns:
        (S, S, 3) uint8, RGB; black around the photographed circle.
    """
    x, y = _grid(side)
    rng = np.random.default_rng([eye.vessels, 2])
    image = _retina(eye, x, y, rng)
    image = _with_disc(eye, image, x, y)
    vessels = vessels_of(eye)
    for vein, colour, strength in (
        (True, (0.42, 0.09, 0.06), 0.78),
        (False, (0.62, 0.17, 0.08), 0.62),
    ):
        cover = strength * coverage(vessels, side, vein)
        image = _over(image, np.asarray(colour, np.float32) * eye.background[0] / 0.8, cover)
    image = _photographed(eye, image, x, y)
    noise = rng.normal(0, eye.noise, (side, side, 1)) + rng.normal(0, eye.noise / 2, image.shape)
    image = image + noise.astype(np.float32)
    image *= _inside(eye, x, y, side)[..., None]
    return np.clip(np.rint(255 * image), 0, 255).astype(np.uint8)


def disc_mask(eye: Eye, side: int) -> NDArray[np.bool_]:
    """Rim and cup: where the class shows, (S, S) bool."""
    x, y = _grid(side)
    return _distance(eye, x, y) <= 1


def cup_mask(eye: Eye, side: int) -> NDArray[np.bool_]:
    """The cup alone, (S, S) bool."""
    x, y = _grid(side)
    return _cup_distance(eye, x, y) <= 1


def _grid(side: int) -> tuple[Floats, Floats]:
    """Centres of the pixels, shares of the side, (S, S) each."""
    places = (np.arange(side, dtype=np.float32) + 0.5) / side
    x, y = np.meshgrid(places, places)
    return x.astype(np.float32), y.astype(np.float32)


def _distance(eye: Eye, x: Floats, y: Floats) -> Floats:
    """Distance from the disc's centre; 1 on its edge."""
    across, down = _turned(eye, x - eye.disc[0], y - eye.disc[1])
    wide, tall = eye.disc_radii
    return np.hypot(across / wide, down / tall)


def _cup_distance(eye: Eye, x: Floats, y: Floats) -> Floats:
    """Distance from the cup's centre; 1 on its edge."""
    across, down = _turned(eye, x - eye.disc[0], y - eye.disc[1])
    wide, tall = eye.disc_radii
    room = 1 - eye.ratio  # a cup stays within its disc
    across, down = across / wide - room * 2 * eye.cup[0], down / tall - room * 2 * eye.cup[1]
    return np.hypot(across / (eye.ratio * eye.cup_width), down / eye.ratio)


def _turned(eye: Eye, across: Floats, down: Floats) -> tuple[Floats, Floats]:
    angle = np.deg2rad(eye.disc_angle)
    cos, sin = np.float32(np.cos(angle)), np.float32(np.sin(angle))
    return cos * across + sin * down, cos * down - sin * across


def _retina(eye: Eye, x: Floats, y: Floats, rng: np.random.Generator) -> Floats:
    side = len(x)
    texture = sum(
        amount * _clouds(rng, side, cells)
        for amount, cells in ((0.05, 4), (0.05, 9), (0.035, 24), (0.03, 60))
    )
    image = eye.background.astype(np.float32) * (1 + np.asarray(texture, np.float32))[..., None]
    macula = np.hypot(x - eye.macula[0], y - eye.macula[1])
    darker = 0.34 * np.exp(-((macula / 0.085) ** 2)) + 0.12 * np.exp(-((macula / 0.03) ** 2))
    return image * (1 - darker[..., None] * np.array([0.55, 0.9, 1.0], np.float32))


def _clouds(rng: np.random.Generator, side: int, cells: int) -> Floats:
    coarse = rng.normal(size=(cells, cells)).astype(np.float32)
    return np.asarray(cv2.resize(coarse, (side, side), interpolation=cv2.INTER_CUBIC), np.float32)


def _with_disc(eye: Eye, image: Floats, x: Floats, y: Floats) -> Floats:
    distance = _distance(eye, x, y)
    halo = 0.16 * np.exp(-(((distance - 1.0) / 0.22) ** 2))
    image = _over(image, np.array([0.93, 0.66, 0.38], np.float32), halo.astype(np.float32))
    rim = np.array([0.95, 0.60, 0.33], np.float32) * np.float32(eye.background[0] / 0.8)
    image = _over(image, np.clip(rim, 0, 1), 0.86 * _edge(distance, 0.09))
    cup = np.array([1.0, 0.90, 0.66], np.float32) * np.float32(0.5 + 0.5 * eye.background[0] / 0.8)
    return _over(image, np.clip(cup, 0, 1), eye.pallor * _edge(_cup_distance(eye, x, y), 0.16))


def _edge(distance: Floats, softness: float) -> Floats:
    """1 within, 0 outside, and a slope around 1."""
    return np.asarray(np.clip(0.5 + (1 - distance) / softness, 0, 1), np.float32)


def _over(image: Floats, colour: NDArray[np.float32], cover: Floats) -> Floats:
    return np.asarray(image + cover[..., None] * (colour - image), np.float32)


def _photographed(eye: Eye, image: Floats, x: Floats, y: Floats) -> Floats:
    """Light, reflex, focus and exposure."""
    side = len(x)
    across, down, falling = eye.light
    away = np.hypot(x - 0.5, y - 0.5) / eye.field
    light = (1 + across * 2 * (x - 0.5) + down * 2 * (y - 0.5)) * (1 - falling * away**2)
    lit = image * np.clip(light, 0.1, None)[..., None]
    gx, gy, radius, strength = eye.glare
    reflex = strength * np.exp(-(((x - gx) ** 2 + (y - gy) ** 2) / radius**2))
    lit = lit + reflex[..., None] * np.array([0.9, 0.85, 0.75], np.float32)
    blurred = cv2.GaussianBlur(
        lit.astype(np.float32), (0, 0), max(0.3, eye.blur * side), borderType=cv2.BORDER_REFLECT
    )
    return np.asarray(np.clip(eye.exposure * blurred, 0, 1) ** eye.gamma, np.float32)


def _inside(eye: Eye, x: Floats, y: Floats, side: int) -> Floats:
    """The photographed circle, with an edge of a pixel or two."""
    away = (eye.field - np.hypot(x - 0.5, y - 0.5)) * side / 1.5
    return np.asarray(np.clip(0.5 + away, 0, 1), np.float32)
