"""Pairs of faces, of one person or of two: read as LFW has them, or drawn.

LFW's protocol (Huang et al. 2007, *Labeled Faces in the Wild*) has ten folds of 300 pairs of one
person and 300 of two; no person is in two folds.
"""

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from heed.arguments.numbers import check_count
from heed.base.errors import HeedError, InputError
from heed.recognition.identities import check_header, persons_in

DOWNLOAD_AGAIN: Final = "Download pairs.txt again"


class PairsError(HeedError, ValueError):
    """A file of pairs is not as it should be; the message names the line and the remedy."""


@dataclass(frozen=True)
class Pairs:
    """P pairs of images, by the rows of a list of images.

    Attributes:
        first: (P,) row of one image.
        second: (P,) row of the other.
        same: (P,) bool, whether both show the same person.
        fold: (P,) int, from 0.
    """

    first: NDArray[np.intp]
    second: NDArray[np.intp]
    same: NDArray[np.bool_]
    fold: NDArray[np.intp]

    def __len__(self) -> int:
        return len(self.same)

    def used(self) -> "tuple[NDArray[np.intp], Pairs]":
        """The rows that are in any pair, in ascending order, and the pairs by the places in them.

        Example:
            >>> fold = np.array([0, 1])
            >>> pairs = Pairs(np.array([5, 7]), np.array([7, 9]), np.array([True, False]), fold)
            >>> rows, fewer = pairs.used()
            >>> rows.tolist(), fewer.first.tolist(), fewer.second.tolist()
            ([5, 7, 9], [0, 1], [1, 2])
        """
        rows = np.unique(np.concatenate([self.first, self.second]))
        first, second = np.searchsorted(rows, self.first), np.searchsorted(rows, self.second)
        return rows, Pairs(first, second, self.same, self.fold)


def read_pairs(
    path: str | os.PathLike[str], root: str | os.PathLike[str]
) -> tuple[list[str], Pairs]:
    """Read LFW's ``pairs.txt``, and see that its images are there.

    The first line has the number of folds and of pairs of each kind in a fold, ``10 300``. Then
    each fold has its pairs of one person, ``name n1 n2``, and of two, ``name1 n1 name2 n2``; the
    image n of a person is ``<root>/name/name_000n.jpg``.

    Args:
        path: the file.
        root: LFW's folder.

    Returns:
        The paths of the images that are in any pair, from ``root`` and in ascending order, and the
        pairs by their places in it.

    Raises:
        PairsError: naming the file, the line, what was found, what was expected and what to do.
        IdentitiesError: naming an image that cannot be opened.
    """
    path, root = Path(path), Path(root)
    if not path.is_file():
        raise PairsError(
            f"{path}: found no such file; expected LFW's pairs.txt: it is not in the archive of "
            "the images, but beside it on LFW's page"
        )
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except UnicodeDecodeError as error:
        raise PairsError(
            f"{path}: found a byte at {error.start} that is no UTF-8; expected LFW's pairs.txt, a "
            f"text. {DOWNLOAD_AGAIN}"
        ) from None
    while lines and not lines[-1].strip():
        lines.pop()
    folds, each = _head(path, lines)
    if len(lines) != 1 + 2 * folds * each:
        raise PairsError(
            f"{path}: found {len(lines) - 1} pairs; expected {2 * folds * each}, as line 1 says "
            f"{folds} folds of twice {each}. {DOWNLOAD_AGAIN}"
        )
    first, second, same = [], [], []
    checked: set[str] = set()
    for number, line in enumerate(lines[1:], start=2):
        fields = line.split()
        is_same = (number - 2) % (2 * each) < each
        if len(fields) != (3 if is_same else 4):
            expected = "name n1 n2" if is_same else "name1 n1 name2 n2"
            raise PairsError(
                f"{path}, line {number}: found {line!r}; expected {expected}, as the fold has "
                f"{each} pairs of one person and then {each} of two. {DOWNLOAD_AGAIN}"
            )
        persons = (fields[0], fields[0]) if is_same else (fields[0], fields[2])
        numbers = (fields[1], fields[-1])
        images = [
            _image(path, number, root, person, text, checked)
            for person, text in zip(persons, numbers, strict=True)
        ]
        if images[0] == images[1] or (not is_same and persons[0] == persons[1]):
            what = "the same image twice" if is_same else f"{persons[0]} twice"
            expected = "two images" if is_same else "two persons"
            raise PairsError(
                f"{path}, line {number}: found {what}; expected {expected}. {DOWNLOAD_AGAIN}"
            )
        first.append(images[0])
        second.append(images[1])
        same.append(is_same)
    paths = sorted(checked)
    place = {image: row for row, image in enumerate(paths)}
    pairs = Pairs(
        np.array([place[image] for image in first], np.intp),
        np.array([place[image] for image in second], np.intp),
        np.array(same),
        np.arange(len(same)) // (2 * each),
    )
    return paths, pairs


def drawn_pairs(identity: ArrayLike, folds: int, each: int, seed: int) -> Pairs:
    """Draw pairs by LFW's protocol from images of known persons.

    The persons are dealt out to the folds, so that no person is in two. A pair of one person is
    drawn by its person first and then two images, so that persons with many images do not count
    more; a pair of two likewise. Within a fold no pair is there twice.

    Args:
        identity: (N,) numbers or names.
        folds: two or more.
        each: pairs of one person, and of two, in each fold, at least one; where a fold has fewer
            different ones, it is an error.
        seed: of everything that is drawn.

    Returns:
        Fold by fold, of each first the pairs of one person.

    Raises:
        InputError: there are too few persons or images, or a number is none.
    """
    check_count("folds", folds, least=2)
    check_count("each", each)
    check_count("seed", seed, least=0)
    codes, names = persons_in(identity)
    if len(names) < 2 * folds:
        raise InputError(
            f"found {len(names)} persons for {folds} folds; expected at least two persons for "
            "each: take more persons, or fewer folds"
        )
    images = [np.flatnonzero(codes == person) for person in range(len(names))]
    rng = np.random.default_rng(seed)
    dealt = rng.permutation(len(names))
    rows: list[tuple[int, int]] = []
    for fold in range(folds):
        persons = [images[person] for person in dealt[fold::folds]]
        counts = np.array([len(rows) for rows in persons])
        ones = int((counts * (counts - 1) // 2).sum())
        twos = int(counts.sum() ** 2 - (counts**2).sum()) // 2
        if min(ones, twos) < each:
            raise InputError(
                f"found {ones} pairs of one person and {twos} of two among the {len(persons)} "
                f"persons of fold {fold + 1}; expected {each} of both: ask for fewer pairs or "
                "folds, or take more images"
            )
        rows += _distinct(rng, persons, each, same=True)
        rows += _distinct(rng, persons, each, same=False)
    first, second = np.array(rows, np.intp).T
    kinds = np.tile(np.repeat([True, False], each), folds)
    return Pairs(first, second, kinds, np.repeat(np.arange(folds), 2 * each))


def _distinct(
    rng: np.random.Generator, persons: list[NDArray[np.intp]], each: int, *, same: bool
) -> list[tuple[int, int]]:
    """Draw until there are enough different pairs."""
    able = [rows for rows in persons if len(rows) > 1] if same else persons
    found: dict[tuple[int, int], None] = {}
    while len(found) < each:
        if same:
            one, other = rng.choice(able[rng.integers(len(able))], 2, replace=False)
        else:
            left, right = rng.choice(len(able), 2, replace=False)
            one, other = rng.choice(able[left]), rng.choice(able[right])
        found[min(int(one), int(other)), max(int(one), int(other))] = None
    return list(found)


def _head(path: Path, lines: list[str]) -> tuple[int, int]:
    fields = lines[0].split() if lines else []
    numbers = [int(text) for text in fields if text.isdecimal()]
    if len(fields) != 2 or len(numbers) != 2 or numbers[0] < 2 or numbers[1] < 1:
        found = repr(lines[0]) if lines else "an empty file"
        raise PairsError(
            f"{path}, line 1: found {found}; expected the number of folds, at least 2, and of "
            "pairs of each kind in a fold, such as 10 300. Name pairs.txt, not pairsDevTrain.txt "
            "or pairsDevTest.txt, which have no folds"
        )
    return numbers[0], numbers[1]


def _image(path: Path, line: int, root: Path, person: str, text: str, checked: set[str]) -> str:
    """The path of an image; its file is opened the first time."""
    if not text.isdecimal() or not 1 <= int(text) <= 9999:
        raise PairsError(
            f"{path}, line {line}: found {text!r} as the number of an image of {person}; expected "
            f"a whole number from 1. {DOWNLOAD_AGAIN}"
        )
    image = f"{person}/{person}_{int(text):04d}.jpg"
    if image not in checked:
        if not (root / image).is_file():
            raise PairsError(
                f"{path}, line {line}: found no image {root / image}; expected it in the folder of "
                "LFW: name the folder that holds the persons' folders, and unpack the images again "
                "if it is not complete"
            )
        check_header(root / image)
        checked.add(image)
    return image
