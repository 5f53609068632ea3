"""Drawn faces taken again, with one attribute flipped and all else as it was.

The flip is that of the evidence: the attribute's strength becomes plainly 0 or 1, whichever is on
the other side of its cut; person, pose, light, frame and noise stay. What the population never
holds is not drawn: a face whose flip would bring together two attributes that never go together
(bald and blond), or give a sex what nobody of it has (a beard to women), has no flip of that
attribute.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from heed.audit.tables.scales import evenly
from heed.base.partitions import PARTITIONS
from heed.celeba.attributes import ATTRIBUTE_INDEX, ATTRIBUTES
from heed.geometry.affine import Matrix
from heed.geometry.photograph import crop
from heed.geometry.sampling import Sampling
from heed.synthetic.dataset import encoded, index_of
from heed.synthetic.evidence import LEAST_CHANGE
from heed.synthetic.latents import Copula
from heed.synthetic.scene import Scene, flipped
from heed.synthetic.studio import Face, Kind, Recipe, Studio

Bools = NDArray[np.bool_]


def possible_flips(labels: NDArray[np.int8], copula: Copula, partition: str) -> Bools:
    """Which attributes of which faces can be flipped, so that the population could hold the face.

    Args:
        labels: (N, 40), -1 or +1.
        copula: of the drawn population.
        partition: of the faces.

    Returns:
        (N, 40) bool.
    """
    cuts = copula.cuts[PARTITIONS.index(partition)]  # (2, 40): women, men
    male = ATTRIBUTE_INDEX["Male"]
    found = np.empty(labels.shape, np.bool_)
    for attribute in range(labels.shape[1]):
        changed = labels.copy()
        changed[:, attribute] *= -1
        of_sex = cuts[(changed[:, male] > 0).astype(np.intp)]
        # Only what changes is asked: labels that are there already are possible.
        nobody = np.where(changed > 0, of_sex == np.inf, of_sex == -np.inf)
        nobody = nobody.any(1) if attribute == male else nobody[:, attribute]
        apart = [
            (changed[:, first] > 0) & (changed[:, second] > 0)
            for first, second in copula.exclusions
            if attribute in (first, second)
        ]
        found[:, attribute] = ~nobody & ~np.any([nobody, *apart], axis=0)
    return found


def chosen_faces(possible: Bools, persons: NDArray[np.int64], most: int) -> Bools:
    """At most ``most`` of the possible faces for each attribute, of as many persons as there are.

    Args:
        possible: (N, 40).
        persons: who is on each face, (N,).
        most: faces for one attribute.

    Returns:
        (N, 40) bool: every person's first face, evenly spaced; where there are too few persons
        also their second ones, and so on.

    Example:
        >>> chosen_faces(np.ones((4, 1), bool), np.array([7, 7, 8, 9]), most=3).ravel().tolist()
        [True, False, True, True]
    """
    found = np.zeros(possible.shape, np.bool_)
    for attribute in range(possible.shape[1]):
        (faces,) = np.nonzero(possible[:, attribute])
        seen: dict[int, int] = {}
        rounds: dict[int, list[int]] = {}
        for face, person in zip(faces.tolist(), persons[faces].tolist(), strict=True):
            seen[person] = seen.get(person, -1) + 1
            rounds.setdefault(seen[person], []).append(face)
        left = most
        for turn in sorted(rounds):
            if not left:
                break
            these = np.array(rounds[turn])
            taken = these[evenly(len(these), left)]
            found[taken, attribute] = True
            left -= len(taken)
    return found


@dataclass(frozen=True)
class Order:
    """One face, and what is to be drawn of it.

    Attributes:
        row: its place among the audited faces.
        image: its file name.
        transform: photograph pixel -> crop pixel, (2, 3).
        attributes: those to flip, as indices, one after the other.
    """

    row: int
    image: str
    transform: Matrix
    attributes: tuple[int, ...]


class Counterfactuals:
    """Draws crops of faces with one attribute flipped; from any thread.

    Args:
        recipe: of the drawn faces.
        kind: which of their photographs is cropped.
        size: side S of the crops.
        sampling: how they are made.
    """

    def __init__(self, recipe: Recipe, kind: Kind, size: int, sampling: Sampling) -> None:
        self.studio, self.kind, self.size, self.sampling = Studio(recipe), kind, size, sampling

    def __call__(self, order: Order) -> NDArray[np.uint8]:
        """The crops of a face with each attribute of the order flipped.

        Returns:
            (F, S, S, 3) uint8 RGB.
        """
        face = self.studio.face(index_of(order.image))
        drawings = [flipped(face.scene, ATTRIBUTES[index]) for index in order.attributes]
        return np.stack([self._crop(order, face, drawing) for drawing in drawings])

    def unchanged(self, order: Order) -> NDArray[np.uint8]:
        """The crop of the face as it is, (S, S, 3) uint8 RGB: that of the stage ``crop``."""
        face = self.studio.face(index_of(order.image))
        return self._crop(order, face, face.scene)

    def _crop(self, order: Order, face: Face, drawing: Scene) -> NDArray[np.uint8]:
        content = encoded(self.studio.photograph(face, self.kind, drawing))
        return crop(content, order.transform, self.size, order.image, self.sampling)


def seen(crops: NDArray[np.uint8], original: NDArray[np.uint8]) -> Bools:
    """In which of the flipped crops something shows: bangs under a hat do not.

    Args:
        crops: of :class:`Counterfactuals`, (F, S, S, 3).
        original: the crop of the face as it is, (S, S, 3).

    Returns:
        (F,): whether a channel of a pixel changes by as much as counts for the evidence.
    """
    moved = np.abs(crops.astype(np.int16) - original)
    return np.asarray(moved.max(axis=(1, 2, 3)) >= LEAST_CHANGE)


def orders(chosen: Bools, images: Sequence[str], transforms: Matrix) -> list[Order]:
    """What is to be drawn, face by face, without those that have nothing to flip."""
    return [
        Order(row, images[row], transforms[row], tuple(np.flatnonzero(chosen[row]).tolist()))
        for row in np.flatnonzero(chosen.any(axis=1)).tolist()
    ]
