"""What each random transform of the training does to a face (Chavannes 2021, figure 4.1)."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

import numpy as np
from matplotlib.figure import Figure
from numpy.typing import ArrayLike, NDArray

from heed.affact.augmentation import (
    Augmentation,
    Blur,
    Jitter,
    Normal,
    developed,
    draw,
    generator_for,
    jittered,
)
from heed.affact.figures.catalogue import figure
from heed.figures.picture_grid import picture_grid
from heed.figures.theme import TEXT_WIDTH
from heed.geometry.photograph import warp

FACES: Final = 2
"""Faces whose random transforms are shown."""

COLUMNS: Final = 6
"""That these faces share."""

STEPS: Final = {
    "scale": "scale",
    "angle": "angle",
    "shift": "shift",
    "mirror": "mirror",
    "blur": "sigma",
    "gamma": "gamma",
    "temperature": "kelvin",
}
"""The steps in their order, each with what :class:`Jitter` holds of it."""

_ROOM = 8.6  # inches that the rows of a page share
_CAPTION = 0.2  # inches below each picture
_MARGIN = 1.1  # inches for the labels of rows


def draw_augmentation_steps(
    photographs: Sequence[NDArray[np.uint8]],
    transforms: ArrayLike,
    augmentation: Augmentation,
    size: int,
    seed: int,
    draws: int = 1,
) -> Figure:
    """Draw each step alone, one row per step, and all of them together in the last row.

    A column is one draw, so that its last picture combines what the ones above it show. The
    draws of photograph n are those of row n in training's first epochs. Steps that are
    switched off have no row.

    Args:
        photographs: n photographs, (H, W, 3) uint8 RGB.
        transforms: (n, 2, 3) photograph pixel -> crop pixel, without jitter.
        augmentation: the distributions.
        size: side of the crop in pixels.
        seed: of the draws.
        draws: how many of each photograph, side by side.

    Returns:
        A figure of n x ``draws`` columns; the first row is the crop without jitter.
    """
    matrices = np.asarray(transforms, np.float64)
    columns = [(face, epoch) for face in range(len(photographs)) for epoch in range(draws)]
    jitters = [draw(augmentation, size, generator_for(seed, epoch, n)) for n, epoch in columns]
    steps = [step for step in STEPS if getattr(augmentation, step).enabled]

    def picture(face: int, jitter: Jitter) -> NDArray[np.uint8]:
        matrix = jittered(matrices[face], jitter, size)
        return developed(warp(photographs[face], matrix, size), jitter)

    rows: list[list[Jitter]] = [[Jitter.none] * len(columns)]
    rows += [[_alone(jitter, step) for jitter in jitters] for step in steps]
    rows += [jitters]
    side = _ROOM / len(rows) - _CAPTION
    return picture_grid(
        [
            [picture(face, jitter) for (face, _), jitter in zip(columns, row, strict=True)]
            for row in rows
        ],
        row_labels=["no jitter", *(_label(augmentation, step) for step in steps), "all"],
        column_groups=[("", draws)] * len(photographs),
        captions=[
            [None] * len(columns),
            *([_value(jitter, step) for jitter in jitters] for step in steps),
            [None] * len(columns),
        ],
        width=min(len(columns) * side + _MARGIN, TEXT_WIDTH),
    )


def _alone(jitter: Jitter, step: str) -> Jitter:
    value = getattr(jitter, STEPS[step])
    return replace(Jitter.none, kernel=jitter.kernel, **{STEPS[step]: value})


def _label(augmentation: Augmentation, step: str) -> str:
    """The step and its distribution."""

    def normal(of: Normal) -> str:
        return f"N({of.mean:g}, {of.std:g})"

    distribution = {
        "scale": f"2^{normal(augmentation.scale)}",
        "angle": f"{normal(augmentation.angle)} degrees",
        "shift": f"{normal(augmentation.shift)} of the side",
        "mirror": f"p = {augmentation.mirror.probability:g}",
        "blur": f"{_sigma(augmentation.blur)} pixels",
        "gamma": f"2^{normal(augmentation.gamma)}",
        "temperature": f"{augmentation.temperature.low}–{augmentation.temperature.high} kelvin",
    }
    name = "colour temperature" if step == "temperature" else step
    return f"{name}\n{distribution[step]}".replace("-", "−")


def _sigma(blur: Blur) -> str:
    normal = f"N({blur.mean:g}, {blur.std:g})"
    return f"|{normal}|" if blur.kernel == "full" else f"{normal}, as released,"


def _value(jitter: Jitter, step: str) -> str:
    """What was drawn, with its unit."""
    values = {
        "scale": f"×{jitter.scale:.2f}",
        "angle": f"{round(jitter.angle) or 0:+d}°",
        "shift": "({}, {}) px".format(*map(round, jitter.shift)),
        "mirror": "mirrored" if jitter.mirror else "not mirrored",
        "blur": f"σ = {jitter.sigma:.1f} px",
        "gamma": f"γ = {jitter.gamma:.2f}",
        "temperature": f"{jitter.kelvin} K",
    }
    return values[step].replace("-", "−")


@figure(
    "augmentation_steps",
    kind="faces",
    number="4.1",
    title="Random transforms",
    caption=(
        "Effect on a face of each random transform that the networks share: each transform alone "
        "and, in the last row, all of them in sequence. Each column is one draw."
    ),
    needs=("photographs", "transforms", "aligned", "augmentation", "seed"),
)
def _of_run(
    photographs: Sequence[NDArray[np.uint8]],
    transforms: ArrayLike,
    aligned: NDArray[np.uint8],
    augmentation: Augmentation,
    seed: int,
) -> Figure:
    draws = max(1, COLUMNS // max(1, len(photographs)))
    return draw_augmentation_steps(photographs, transforms, augmentation, len(aligned), seed, draws)
