"""What is drawn: one eye's background, its optic disc and cup, and how it was photographed.

Glaucoma hollows the optic disc out: its pale cup grows at the cost of the rim around it. Graders
measure the vertical cup-to-disc ratio, the cup's height over the disc's (Armaly & Sayegh 1969). It
is all that the two classes of the drawn images differ in; everything else is drawn alike for both.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

CUT: Final = 0.53
"""The cup-to-disc ratio between the classes."""

RANGE: Final = 0.24
"""How far from the cut the ratio gets, on either side."""


@dataclass(frozen=True)
class Eye:
    """One eye and its photograph; lengths are shares of the image's side, x right, y down.

    Attributes:
        severity: the latent of the class: above 0 glaucoma, below 0 healthy, near 0 hard to tell.
        ratio: vertical cup-to-disc ratio.
        right: whether it is a right eye, whose disc lies to the right of the macula in the image.
        field: radius of the photographed circle.
        disc: centre x and y of the optic disc.
        disc_radii: its half width and half height.
        disc_angle: how far it leans, degrees.
        cup: centre of the cup, from that of the disc, in half widths and half heights of the disc.
        cup_width: horizontal cup-to-disc ratio over the vertical one.
        background: colour of the retina, R, G and B in 0..1.
        pallor: how much paler than its rim the cup is, 0..1.
        light: how the light falls: slope along x and y, and how much darker the edge is.
        glare: centre x and y, radius and strength of a reflex.
        blur: standard deviation of the blur.
        exposure: factor of all intensities.
        gamma: exponent of all intensities.
        noise: standard deviation of the sensor's noise, of 0..1.
        vessels: seed of the vessels and the texture.
    """

    severity: float
    ratio: float
    right: bool
    field: float
    disc: tuple[float, float]
    disc_radii: tuple[float, float]
    disc_angle: float
    cup: tuple[float, float]
    cup_width: float
    background: NDArray[np.float64]
    pallor: float
    light: tuple[float, float, float]
    glare: tuple[float, float, float, float]
    blur: float
    exposure: float
    gamma: float
    noise: float
    vessels: int

    @property
    def glaucoma(self) -> bool:
        """Its class."""
        return self.severity > 0

    @property
    def macula(self) -> tuple[float, float]:
        """Centre of the macula: two and a half disc diameters from the disc, a little lower."""
        away = 5 * self.disc_radii[0]
        return self.disc[0] + (-away if self.right else away), self.disc[1] + 0.03


def cup_to_disc_ratio(severity: float, sharpness: float) -> float:
    """The ratio that a severity is drawn with, :data:`CUT` + :data:`RANGE` tanh(sharpness x / 2).

    Args:
        severity: the latent x of the class.
        sharpness: the slope at the cut.

    Example:
        >>> cup_to_disc_ratio(0.0, 3.0)
        0.53
    """
    return CUT + RANGE * float(np.tanh(sharpness * severity / 2))


def draw_eye(rng: np.random.Generator, glaucoma: bool, sharpness: float, unevenness: float) -> Eye:
    """Draw an eye of a class, and the way it is photographed.

    Args:
        rng: decides; a fixed number of draws is taken from it.
        glaucoma: its class.
        sharpness: see :func:`cup_to_disc_ratio`.
        unevenness: scales what light and focus differ by, 0..1.
    """
    latent = abs(rng.normal())
    severity = float(max(latent, 1e-6) * (1 if glaucoma else -1))
    right = bool(rng.random() < 0.5)
    across = rng.normal(0.17, 0.035)
    radius = rng.normal(0.108, 0.010)
    tall = rng.normal(1.08, 0.05)
    hue = rng.normal(size=3)
    background = np.clip(
        np.array([0.80, 0.36, 0.14]) * (1 + 0.10 * hue * [0.6, 1.0, 1.4] + 0.08 * rng.normal()),
        0.04,
        0.97,
    )
    spread = unevenness
    return Eye(
        severity=severity,
        ratio=cup_to_disc_ratio(severity, sharpness),
        right=right,
        field=float(rng.uniform(0.47, 0.52)),
        disc=(float(0.5 + (across if right else -across)), float(rng.normal(0.5, 0.035))),
        disc_radii=(float(radius), float(radius * tall)),
        disc_angle=float(rng.normal(0, 12)),
        cup=(float(rng.normal(0, 0.08)), float(rng.normal(0, 0.06))),
        cup_width=float(np.clip(rng.normal(1.0, 0.06), 0.8, 1.15)),
        background=background,
        pallor=float(np.clip(rng.normal(0.62, 0.14), 0.3, 1.0)),
        light=(
            float(spread * rng.normal(0, 0.22)),
            float(spread * rng.normal(0, 0.22)),
            float(0.18 + spread * abs(rng.normal(0, 0.22))),
        ),
        glare=(
            float(rng.uniform(0.15, 0.85)),
            float(rng.uniform(0.15, 0.85)),
            float(rng.uniform(0.06, 0.16)),
            float(spread * max(0.0, rng.normal(0.0, 0.16))),
        ),
        blur=float(0.0012 + spread * abs(rng.normal(0, 0.0045))),
        exposure=float(np.exp(spread * rng.normal(0, 0.16))),
        gamma=float(np.exp(spread * rng.normal(0, 0.14))),
        noise=float(0.006 + spread * abs(rng.normal(0, 0.008))),
        vessels=int(rng.integers(2**31)),
    )
