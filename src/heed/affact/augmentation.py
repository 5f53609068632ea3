"""Random transforms of a photograph while a network is trained (AFFACT).

Chavannes & Rutishauser 2021, chapter 4: scale, angle, shift, mirror, blur, gamma and colour
temperature, in this order. The first four are one affine map together with the alignment, so
that the photograph is resampled once, as sharp as it is; the others then change the pixels of
the crop. Each step has its distribution and its switch; a step that is switched off still
draws its random numbers, so that the other steps keep theirs.
"""

from dataclasses import dataclass
from typing import Annotated, ClassVar, Literal, Self, TypeAlias

import cv2
import numpy as np
from numpy.typing import ArrayLike, NDArray
from pydantic import Field, model_validator

from heed.affact.colour_temperature import BLACKBODY, light
from heed.base.settings import Params
from heed.geometry.affine import Matrix, compose
from heed.geometry.photograph import crop
from heed.geometry.sampling import DEFAULT, Sampling

LEAST_SIGMA = 0.25
"""Pixels; a narrower blur changes no grey level by half (4 neighbours, each weighing e^-8)."""

RADIUS_IN_SIGMAS = 3

Kernel: TypeAlias = Literal["full", "released"]
"""How a blur's sigma becomes a kernel, see :func:`blurred`."""


class Normal(Params):
    """A step that draws from a normal distribution."""

    enabled: bool
    mean: float
    std: Annotated[float, Field(ge=0)]


class Blur(Normal):
    """A Gaussian blur, its standard deviation drawn from a normal distribution.

    Attributes:
        kernel: what becomes of the number drawn, see :func:`blurred`.
    """

    kernel: Kernel = "full"


class Mirror(Params):
    """Left and right swapped, with a probability."""

    enabled: bool
    probability: Annotated[float, Field(ge=0, le=1)]


class Temperature(Params):
    """Light of a colour temperature in kelvin, each from ``low`` to ``high`` equally likely."""

    enabled: bool
    low: int
    high: int
    step: Annotated[int, Field(ge=1)]

    @property
    def choices(self) -> range:
        """The temperatures that may be drawn."""
        return range(self.low, self.high + 1, self.step)

    @model_validator(mode="after")
    def _rows_of_the_table(self) -> Self:
        unknown = sorted(set(self.choices) - set(BLACKBODY))
        if unknown or not self.choices:
            found = f"{unknown[0]} K" if unknown else "no temperature at all"
            raise ValueError(
                f"low {self.low}, high {self.high}, step {self.step} give {found}; "
                "expected some of 1000, 1500, ... 10000"
            )
        return self


class Augmentation(Params):
    """The distribution of each step.

    Attributes:
        scale: log2 of the factor by which the face is enlarged.
        angle: degrees that are added to the angle of the eye line, by which the crop is turned.
        shift: of the face, in shares of the crop's side, for each axis. (The released code cuts
            the pixels off towards 0.)
        mirror: left and right swapped.
        blur: standard deviation of the Gaussian in pixels; what a negative one means is up to
            its kernel.
        gamma: log2 of the exponent.
        temperature: the light's colour temperature.
    """

    scale: Normal
    angle: Normal
    shift: Normal
    mirror: Mirror
    blur: Blur
    gamma: Normal
    temperature: Temperature


@dataclass(frozen=True)
class Jitter:
    """What was drawn for one image; without arguments nothing changes.

    Attributes:
        scale: factor by which the face is enlarged, about the crop's centre.
        angle: degrees by which the face is turned counterclockwise, about the crop's centre.
        shift: x, y in pixels by which the face is moved.
        mirror: whether left and right are swapped.
        sigma: of the blur, pixels; negative ones for the kernel ``released`` only.
        gamma: exponent.
        kelvin: colour temperature, or None for white light.
        kernel: of the blur.
    """

    scale: float = 1.0
    angle: float = 0.0
    shift: tuple[float, float] = (0.0, 0.0)
    mirror: bool = False
    sigma: float = 0.0
    gamma: float = 1.0
    kelvin: int | None = None
    kernel: Kernel = "full"

    none: ClassVar["Jitter"]


Jitter.none = Jitter()


def generator_for(seed: int, epoch: int, row: int) -> np.random.Generator:
    """Random numbers of one image in one epoch.

    They depend on nothing else: not on the batch, the worker process or the device that the
    image meets. Uses that must not look alike need seeds of their own: under one seed, test
    set T is jittered as training is in its first epoch, row for row.

    Args:
        seed: of all images and epochs.
        epoch: counted from 0.
        row: number of the image, counted from 0.
    """
    return np.random.default_rng(np.random.SeedSequence(seed, spawn_key=(epoch, row)))


def draw(augmentation: Augmentation, size: int, generator: np.random.Generator) -> Jitter:
    """Draw the transforms of one image.

    Args:
        augmentation: the distributions.
        size: side of the crop in pixels.
        generator: its state moves on by the same amount whatever is switched on.
    """
    scale, angle, x, y, blur, gamma = generator.standard_normal(6).tolist()
    mirror, temperature = generator.random(2).tolist()

    def normal(step: Normal, number: float) -> float:
        return step.mean + step.std * number if step.enabled else 0.0

    side, kernel = augmentation.shift, augmentation.blur.kernel
    sigma = normal(augmentation.blur, blur)
    choices = augmentation.temperature.choices
    return Jitter(
        scale=2.0 ** normal(augmentation.scale, scale),
        angle=normal(augmentation.angle, angle),
        shift=(normal(side, x) * size, normal(side, y) * size),
        mirror=augmentation.mirror.enabled and mirror < augmentation.mirror.probability,
        sigma=sigma if kernel == "released" else abs(sigma),
        gamma=2.0 ** normal(augmentation.gamma, gamma),
        kelvin=choices[int(temperature * len(choices))]
        if augmentation.temperature.enabled
        else None,
        kernel=kernel,
    )


def jittered(transform: ArrayLike, jitter: Jitter, size: int) -> Matrix:
    """The map from the photograph to the crop, jitter included.

    With c = (size/2, size/2), f the scale, a the angle and t the shift, a point p of the crop
    moves to c + t + f·R(-a)·(p - c), where R(a) = [[cos, -sin], [sin, cos]]: with y down, a
    positive angle turns the face counterclockwise. A mirror then takes column x to
    size - 1 - x.

    Args:
        transform: (2, 3) photograph pixel -> crop pixel.
        jitter: of which scale, angle, shift and mirror count.
        size: side of the crop.

    Returns:
        (2, 3) float64, photograph pixel -> crop pixel.
    """
    radians = np.deg2rad(jitter.angle)
    cosine, sine = jitter.scale * np.cos(radians), jitter.scale * np.sin(radians)
    linear = np.array([[cosine, sine], [-sine, cosine]])
    centre = np.full(2, size / 2)
    moved = np.column_stack([linear, centre + jitter.shift - linear @ centre])
    if jitter.mirror:
        moved = compose([[-1, 0, size - 1], [0, 1, 0]], moved)
    return compose(moved, transform)


def blurred(crop: NDArray[np.uint8], sigma: float, kernel: Kernel) -> NDArray[np.uint8]:
    """A crop blurred along rows and columns by exp(-i^2 / (2 sigma^2)), i = -r ... r, of sum 1.

    ``full``: r is 3 sigma, rounded up, and beyond the crop its edge goes on.

    ``released``: what the code of Chavannes & Rutishauser (2021) has bob.ip.base do. There r is
    3 sigma cut off towards 0 (from -1/3 to 1/3 pixel nothing is blurred), and where that is
    negative bob takes max(1, int(3 sigma + 1/2)), which is 1: half of the images
    meet a kernel of 3x3, however large their sigma. Beyond the crop bob mirrors it.

    Args:
        crop: (H, W, 3) uint8, RGB.
        sigma: pixels; below 0 for ``released`` only.
        kernel: which of the two.

    Returns:
        (H, W, 3) uint8, RGB, rounded once.

    Example:
        >>> dot = np.zeros((5, 5, 3), np.uint8)
        >>> dot[2, 2] = 255
        >>> blurred(dot, -1.0, "released")[2, :, 0]
        array([ 0, 32, 52, 32,  0], dtype=uint8)
    """
    if kernel == "full":
        # The sign was dropped with the draw.
        radius = int(np.ceil(RADIUS_IN_SIGMAS * sigma)) if sigma >= LEAST_SIGMA else 0
        border = cv2.BORDER_REPLICATE
    else:
        radius = int(RADIUS_IN_SIGMAS * sigma)
        radius = 1 if radius < 0 else radius
        border = cv2.BORDER_REFLECT
    if radius == 0:
        return crop
    weights = cv2.getGaussianKernel(2 * radius + 1, abs(sigma))
    # Rounded once, and twice as fast as cv2.GaussianBlur, which counts in 1/256 on bytes.
    return np.asarray(cv2.sepFilter2D(crop, -1, weights, weights, borderType=border), np.uint8)


def developed(crop: NDArray[np.uint8], jitter: Jitter) -> NDArray[np.uint8]:
    """Blur, gamma and colour temperature.

    The crop is blurred (:func:`blurred`). Then each channel becomes
    min(255, 255·(value/255)^gamma) times the light's share of it, in float64, rounded once.

    Args:
        crop: (H, W, 3) uint8, RGB.
        jitter: of which sigma, kernel, gamma and kelvin count.

    Returns:
        (H, W, 3) uint8, RGB.
    """
    crop = blurred(crop, jitter.sigma, jitter.kernel)
    if jitter.gamma == 1 and jitter.kelvin is None:
        return crop
    levels = np.clip(255 * (np.arange(256) / 255) ** jitter.gamma, 0, 255)
    colour = np.ones(3) if jitter.kelvin is None else light(jitter.kelvin)
    table = np.rint(levels[None, :, None] * colour).astype(np.uint8)  # one row of 256 colours
    return np.asarray(cv2.LUT(crop, table), np.uint8)


def augmented_crop(
    content: bytes,
    transform: ArrayLike,
    jitter: Jitter,
    size: int,
    name: str,
    sampling: Sampling = DEFAULT,
) -> NDArray[np.uint8]:
    """Cut the jittered crop out of an image file.

    Args:
        content: the file's bytes.
        transform: (2, 3) photograph pixel -> crop pixel, without jitter.
        jitter: what was drawn; :attr:`Jitter.none` gives :func:`heed.geometry.photograph.crop`.
        size: side of the crop.
        name: the file, for messages.
        sampling: how the crop is made before its colours are changed.

    Returns:
        (size, size, 3) uint8, RGB.

    Raises:
        heed.geometry.photograph.PhotographError: the file is empty, truncated or no image.
    """
    square = crop(content, jittered(transform, jitter, size), size, name, sampling)
    return developed(square, jitter)
