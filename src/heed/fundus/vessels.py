"""Vessels of a retina: arcades that leave the disc, bend around the macula and branch."""

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from heed.fundus.eye import Eye

Floats = NDArray[np.float32]


@dataclass(frozen=True)
class Vessel:
    """A line of points with its widths.

    Attributes:
        points: (P, 2) x, y, shares of the image's side.
        widths: (P,) likewise.
        vein: veins are darker and wider than arteries.
    """

    points: NDArray[np.float64]
    widths: NDArray[np.float64]
    vein: bool


def vessels_of(eye: Eye) -> list[Vessel]:
    """The vessels of an eye: four arcades, two nasal trunks and two of the macula, each as a pair.

    Args:
        eye: whose seed decides.
    """
    rng = np.random.default_rng([eye.vessels, 1])
    temporal = -1 if eye.right else 1
    found: list[Vessel] = []
    for vein in (True, False):
        for up in (-1, 1):
            # First up or down out of the disc, then in an arc towards and beyond the macula.
            for side, bend, length in ((temporal, 1.0, 1.0), (-temporal, 0.55, 0.55)):
                heading = np.arctan2(up, side * rng.uniform(0.25, 0.5))
                found += _grown(
                    rng,
                    _start(rng, eye),
                    heading,
                    turn=-side * up * bend * rng.uniform(1.2, 1.8),
                    length=length * rng.uniform(0.62, 0.78),
                    width=(0.0105 if vein else 0.0075) * rng.uniform(0.85, 1.15),
                    vein=vein,
                    depth=0,
                )
        found += _grown(
            rng,
            _start(rng, eye),
            np.arctan2(rng.uniform(-0.6, 0.6), temporal),
            turn=rng.uniform(-0.5, 0.5),
            length=rng.uniform(0.14, 0.2),
            width=0.005,
            vein=vein,
            depth=1,
        )
    return found


def _start(rng: np.random.Generator, eye: Eye) -> NDArray[np.float64]:
    wide, tall = eye.disc_radii
    nasal = 0.18 * wide * (1 if eye.right else -1)
    return np.array(
        [eye.disc[0] + nasal + 0.12 * wide * rng.normal(), eye.disc[1] + 0.12 * tall * rng.normal()]
    )


def _grown(
    rng: np.random.Generator,
    start: NDArray[np.float64],
    heading: float,
    *,
    turn: float,
    length: float,
    width: float,
    vein: bool,
    depth: int,
) -> list[Vessel]:
    """A vessel and its branches.

    Args:
        rng: decides.
        start: where it begins.
        heading: angle at which it leaves, radians.
        turn: by how much it turns over its length, radians.
        length: share of the image's side.
        width: at its beginning.
        vein: what it is.
        depth: 0 for a trunk; 2 has no branches.
    """
    steps = max(8, int(length * 70))
    along = np.linspace(0, 1, steps)
    wobble = np.cumsum(rng.normal(0, 0.07, steps))
    # Most of the turn comes behind the first fifth: trunks leave the disc straight.
    angles = heading + turn * np.clip(along - 0.12, 0, None) / 0.88 + wobble - wobble[0]
    step = length / steps
    points = start + np.cumsum(step * np.stack([np.cos(angles), np.sin(angles)], axis=1), axis=0)
    widths = width * (1 - 0.72 * along)
    vessels = [Vessel(points, widths, vein)]
    if depth < 2:
        for place in np.sort(rng.uniform(0.18, 0.9, rng.integers(3, 6) if depth == 0 else 2)):
            at = int(place * (steps - 1))
            side = 1 if rng.random() < 0.5 else -1
            vessels += _grown(
                rng,
                points[at],
                float(angles[at] + side * rng.uniform(0.5, 0.95)),
                turn=-side * rng.uniform(0.0, 0.7),
                length=length * rng.uniform(0.25, 0.5),
                width=float(widths[at]) * rng.uniform(0.5, 0.75),
                vein=vein,
                depth=depth + 1,
            )
    return vessels


def coverage(vessels: list[Vessel], side: int, vein: bool) -> Floats:
    """How much of each pixel veins or arteries cover.

    Args:
        vessels: of an eye.
        side: S, of the image in pixels.
        vein: which of the two.

    Returns:
        (S, S) float32 in 0..1.
    """
    shift, scale = 4, 16
    drawn = np.zeros((side, side), np.uint8)
    for vessel in vessels:
        if vessel.vein != vein:
            continue
        places = np.rint(vessel.points * side * scale).astype(np.int32)
        for first, last, width in zip(places, places[1:], vessel.widths * side, strict=False):
            # Lines have whole widths: a thinner one is drawn fainter.
            cv2.line(
                drawn,
                (int(first[0]), int(first[1])),
                (int(last[0]), int(last[1])),
                int(255 * min(1.0, max(0.25, width))),
                max(1, round(width)),
                cv2.LINE_AA,
                shift,
            )
    return np.asarray(drawn, np.float32) / np.float32(255)
