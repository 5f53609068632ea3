"""Which images train, which are held out to be identified, and which persons are kept apart."""

from dataclasses import dataclass
from numbers import Real

import numpy as np
from numpy.typing import ArrayLike, NDArray

from heed.arguments.numbers import check_count
from heed.base.errors import InputError
from heed.recognition.identities import persons_in

# One stream of random numbers per use, so that another share of persons leaves images as they are.
_IMAGES, _PERSONS = 1, 2


@dataclass(frozen=True)
class Division:
    """Images divided for identification: the same persons in both parts.

    Attributes:
        classes: (N,) int64, the class of each image: persons are numbered in ascending order of
            their identity. -1 for images of persons that are left out.
        held_out: (N,) bool, true for images that are identified and never trained on.
        persons: the identity of each class.
        left_out: identities with a single image, which cannot be both trained on and identified.
    """

    classes: NDArray[np.int64]
    held_out: NDArray[np.bool_]
    persons: tuple[str | int, ...]
    left_out: tuple[str | int, ...]

    @property
    def training_rows(self) -> NDArray[np.intp]:
        """Rows of the images that train, in ascending order."""
        return np.flatnonzero((self.classes >= 0) & ~self.held_out)

    @property
    def held_out_rows(self) -> NDArray[np.intp]:
        """Rows of the images that are identified, in ascending order."""
        return np.flatnonzero(self.held_out)

    def summary(self) -> str:
        """One sentence: how many images and persons, and who is left out."""
        text = (
            f"{len(self.persons)} persons: {len(self.training_rows)} images train, "
            f"{len(self.held_out_rows)} are identified"
        )
        number = len(self.left_out)
        persons = f"{number} person{'s' * (number != 1)} with a single image"
        return f"{text}; left out {persons}" if number else text


def divide_images(identity: ArrayLike, share: float, seed: int) -> Division:
    """Hold out a share of the images of each person.

    Args:
        identity: (N,) numbers or names.
        share: above 0 and below 1; of each person round(share x images), but at least one image is
            held out and at least one trains. A person with a single image is left out.
        seed: decides which; what is drawn of a person depends on its place among the persons alone.

    Raises:
        InputError: fewer than two persons have two images; a share out of its range, or an image
            whose person is not known.

    Example:
        >>> division = divide_images(["Ann", "Bo", "Bo", "Ann", "Cy", "Ann"], 0.34, seed=0)
        >>> division.persons, division.left_out, division.classes.tolist()
        (('Ann', 'Bo'), ('Cy',), [0, 1, 1, 0, -1, 0])
        >>> division.held_out_rows.size
        2
    """
    codes, names = _persons(identity, share, seed)
    counts = np.bincount(codes, minlength=len(names))
    kept = np.flatnonzero(counts >= 2)
    if len(kept) < 2:
        raise InputError(
            f"found {len(kept)} persons with at least two images; expected two or more, as a "
            "network is trained to tell persons apart, and tested on other images of them"
        )
    number = np.full(len(names), -1, np.int64)
    number[kept] = np.arange(len(kept))
    held_out = np.zeros(len(codes), np.bool_)
    order = np.argsort(codes, kind="stable")
    ends = np.cumsum(counts)
    for person in kept.tolist():
        rows = order[ends[person] - counts[person] : ends[person]]
        wanted = min(max(1, round(share * len(rows))), len(rows) - 1)
        rng = np.random.default_rng([seed, _IMAGES, person])
        held_out[rng.permutation(rows)[:wanted]] = True
    singles = np.flatnonzero(counts == 1)
    return Division(number[codes], held_out, _plain(names[kept]), _plain(names[singles]))


def persons_apart(identity: ArrayLike, share: float, seed: int) -> NDArray[np.bool_]:
    """Choose persons that no training sees, for verification.

    Args:
        identity: (N,) numbers or names.
        share: of the persons, above 0 and below 1; at least one, and at least one stays.
        seed: decides which; a larger share holds the persons of a smaller one.

    Returns:
        (N,) bool, true for the images of these persons.

    Raises:
        InputError: there is one person alone; otherwise as :func:`divide_images`.
    """
    codes, names = _persons(identity, share, seed)
    if len(names) < 2:
        raise InputError(f"found {len(names)} persons; expected two or more to keep one apart")
    wanted = min(max(1, round(share * len(names))), len(names) - 1)
    order = np.random.default_rng([seed, _PERSONS]).permutation(len(names))
    return np.isin(codes, order[:wanted])


def _persons(
    identity: ArrayLike, share: float, seed: int
) -> tuple[NDArray[np.intp], NDArray[np.generic]]:
    """The number of the person on each image, and their identities in order."""
    check_count("seed", seed, least=0)
    if not isinstance(share, Real) or not 0 < share < 1:
        raise InputError(f"share: found {share!r}; expected above 0 and below 1")
    codes, names = persons_in(identity)
    if unknown := int((codes < 0).sum()):
        raise InputError(
            f"identity: found {unknown} of {len(codes)} images whose person is not known; expected "
            "none: leave them out (heed.recognition.identities.identities_in does)"
        )
    return codes, names


def _plain(names: NDArray[np.generic]) -> tuple[str | int, ...]:
    return tuple(np.asarray(names).tolist())
