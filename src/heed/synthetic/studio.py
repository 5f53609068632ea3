"""Drawn faces by number: the same recipe and number give the same face, in any order."""

import copy
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from heed.base.partitions import PARTITIONS
from heed.geometry.affine import Matrix, apply, compose
from heed.synthetic.camera import Sensor, developed
from heed.synthetic.frames import WildFrame, face_box, wild_frame
from heed.synthetic.latents import Copula, celeba_copula, labels
from heed.synthetic.look import Look, setting, sitter
from heed.synthetic.pose import (
    ALIGNED_HEIGHT,
    ALIGNED_WIDTH,
    FACE_FRAME_TO_ALIGNED,
    LandmarkDistribution,
    pose,
)
from heed.synthetic.render import Box, Image, frame
from heed.synthetic.scene import Scene, painted, scene

Kind = Literal["aligned", "wild"]
"""Which photograph of a face: CelebA's aligned images, or the photographs as taken."""

_IDENTITIES, _PERSON, _IMAGE = 0, 1, 2
"""What the parts of the random numbers are for; the noise tile has 3."""


@dataclass(frozen=True)
class Recipe:
    """What decides a collection of drawn faces.

    Attributes:
        train: number of faces in the training partition.
        validation: likewise.
        test: likewise.
        faces_per_identity: mean number of images of one person.
        sharpness: slope of an attribute's strength at its cut.
        correlation_gain: latent correlation in multiples of CelebA's.
        frontal_share: share of faces that look into the camera.
        seed: of all random numbers.
    """

    train: int
    validation: int
    test: int
    faces_per_identity: float
    sharpness: float
    correlation_gain: float
    frontal_share: float
    seed: int

    @property
    def counts(self) -> tuple[int, ...]:
        """Faces per partition, order :data:`heed.celeba.attributes.PARTITIONS`."""
        return (self.train, self.validation, self.test)


@dataclass(frozen=True)
class Face:
    """One drawn face.

    Attributes:
        labels: (40,) int8, -1 or +1.
        scene: the drawing.
        wild: the frame of its photograph.
        wild_landmarks: (5, 2) in the photograph, not rounded.
        box: x, y, width, height of the face in the photograph.
        rng: for what follows the drawing, the noise; copied, not used up.
    """

    labels: NDArray[np.int8]
    scene: Scene
    wild: WildFrame
    wild_landmarks: NDArray[np.float64]
    box: NDArray[np.int64]
    rng: np.random.Generator


class Studio:
    """Draws the faces of one recipe."""

    def __init__(self, recipe: Recipe) -> None:
        self.recipe = recipe
        self._landmarks = LandmarkDistribution()
        self._sensor = Sensor(recipe.seed)

    @cached_property
    def copula(self) -> Copula:
        """The distribution of the attributes."""
        return celeba_copula(
            correlation_gain=self.recipe.correlation_gain, sharpness=self.recipe.sharpness
        )

    @cached_property
    def partitions(self) -> NDArray[np.int8]:
        """Partition of each face, (N,)."""
        return np.repeat(np.arange(len(PARTITIONS), dtype=np.int8), self.recipe.counts)

    @cached_property
    def identities(self) -> NDArray[np.int32]:
        """Person of each face, (N,), from 1; nobody is in two partitions."""
        rng = np.random.default_rng([self.recipe.seed, _IDENTITIES])
        people, first = [], 1
        for count in self.recipe.counts:
            # One image each, and a Poisson number of further ones.
            further = rng.poisson(self.recipe.faces_per_identity - 1, count)
            of_images = np.repeat(np.arange(count, dtype=np.int32), 1 + further)[:count]
            people.append(first + rng.permutation(of_images))
            first += int(of_images[-1]) + 1
        return np.concatenate(people)

    def face(self, index: int) -> Face:
        """Face number ``index`` of the collection, counted from 0."""
        partition = int(self.partitions[index])
        person = np.random.default_rng([self.recipe.seed, _PERSON, int(self.identities[index])])
        image = np.random.default_rng([self.recipe.seed, _IMAGE, index])
        latents = self.copula.latents(person.standard_normal(40), image.standard_normal(40))
        frontal = bool(image.random() < self.recipe.frontal_share)
        posed = pose(self._landmarks.draw(image, frontal=frontal))
        margins = self.copula.margins(latents, partition)
        strengths = self.copula.strengths(margins)
        drawing = scene(Look(strengths, posed, sitter(person), setting(image)))
        wild = wild_frame(image, posed)
        to_wild = compose(wild.matrix, posed.to_face_frame)
        return Face(
            labels=labels(margins),
            scene=drawing,
            wild=wild,
            wild_landmarks=apply(to_wild, posed.landmarks),
            box=face_box(wild, posed),
            rng=image,
        )

    def photographs(self, face: Face) -> tuple[Image, Image]:
        """The aligned and the wild photograph of a face, (h, w, 3) uint8 RGB."""
        return self.photograph(face, "aligned"), self.photograph(face, "wild")

    def photograph(self, face: Face, kind: Kind, drawing: Scene | None = None) -> Image:
        """One photograph of a face, (h, w, 3) uint8 RGB.

        Args:
            face: who, and how the photograph is taken: its frame and the place of its noise.
            kind: ``wild`` or ``aligned``.
            drawing: what is painted instead of the face's own scene, such as one with an attribute
                flipped. All that the drawing does not change stays as it is, noise included.
        """
        drawing = face.scene if drawing is None else drawing
        wild = face.wild
        matrices: dict[Kind, tuple[Matrix, Box]] = {
            "aligned": (FACE_FRAME_TO_ALIGNED, frame(ALIGNED_WIDTH, ALIGNED_HEIGHT)),
            "wild": (wild.matrix, frame(wild.width, wild.height)),
        }
        # The places of the noise are drawn in this order, whichever photograph is taken.
        rng = copy.deepcopy(face.rng)
        places = {name: self._sensor.place(whole, rng) for name, (_, whole) in matrices.items()}
        scale = 1.0 if kind == "aligned" else float(np.hypot(*wild.matrix[:, 0]))
        image = developed(painted(drawing, *matrices[kind]), drawing.look, scale)
        return self._sensor.exposed(image, drawing.look.setting.noise, places[kind])
