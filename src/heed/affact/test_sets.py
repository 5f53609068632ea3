"""The four test sets: the same faces, cut out in four ways.

Chavannes & Rutishauser 2021:

- **A** aligned: by the landmarks, rotated so that the eyes are level, as in training;
- **D** detected: by the face detector's box, twice as large, upright;
- **C** ten crops: as D, but larger; ten crops of it are classified
  (:mod:`heed.affact.ten_crops`, :mod:`heed.affact.decisions`);
- **T** transformed: as D, then changed at random, once per image.

A set is worked out here without looking at a photograph.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import ArrayLike

from heed.affact.augmentation import Augmentation, Jitter, draw, generator_for, jittered
from heed.base.errors import InputError
from heed.geometry.affine import Matrix
from heed.geometry.alignment import alignment
from heed.geometry.boxes import box_alignment, scaled

SETS: Final = ("A", "C", "D", "T")


@dataclass(frozen=True)
class TestSet:
    """How each image of a set is cut out of its photograph.

    Attributes:
        size: side of the images in pixels.
        alignments: (n, 2, 3) photograph pixel -> image pixel, before any jitter.
        jitters: what :func:`heed.affact.augmentation.augmented_crop` then changes, for each
            of the n images; nothing except in T.
    """

    __test__ = False  # pytest takes the name for a test's

    size: int
    alignments: Matrix
    jitters: tuple[Jitter, ...]

    @property
    def transforms(self) -> Matrix:
        """(n, 2, 3) photograph pixel -> image pixel, with the jitter."""
        maps = [
            jittered(alignment, jitter, self.size)
            for alignment, jitter in zip(self.alignments, self.jitters, strict=True)
        ]
        return np.array(maps, np.float64).reshape(-1, 2, 3)


def aligned_set(landmarks: ArrayLike, size: int, scale: float, names: Sequence[str]) -> TestSet:
    """Set A.

    Args:
        landmarks: (n, 5, 2) x, y in pixels of the photographs.
        size: side of the images in pixels (224).
        scale: side of the box in eye-mouth distances (5.5).
        names: the n file names, for messages.

    Raises:
        heed.geometry.alignment.LandmarksError: for landmarks that no face has.
    """
    return _unchanged(alignment(landmarks, size, scale, names), size)


def detected_set(boxes: ArrayLike, size: int, factor: float, names: Sequence[str]) -> TestSet:
    """Set D, or with another size the images whose ten crops are set C.

    Args:
        boxes: (n, 4) x, y, width, height in pixels of the photographs.
        size: side of the images in pixels (224; 256 for C).
        factor: by which the boxes are enlarged (2).
        names: the n file names, for messages.

    Raises:
        heed.geometry.boxes.BoxError: for a box without extent.
    """
    return _unchanged(box_alignment(scaled(boxes, factor), size, names), size)


def transformed_set(
    detected: TestSet, augmentation: Augmentation, seed: int, rows: Sequence[int]
) -> TestSet:
    """Set T: another set, each image changed once at random.

    The report says that the transforms are those of training; the configuration released
    with it has the blur switched off.

    Args:
        detected: set D.
        augmentation: the distributions.
        seed: of the random numbers.
        rows: a number for each image, which its random numbers depend on: with the image's
            place among all test faces they stay the same whichever faces are left out.

    Raises:
        ValueError: for another number of rows than images.
    """
    if len(rows) != len(detected.alignments):
        raise InputError(
            f"found {len(rows)} rows for {len(detected.alignments)} images; expected one for each"
        )
    jitters = tuple(
        draw(augmentation, detected.size, generator_for(seed, 0, int(row))) for row in rows
    )
    return TestSet(detected.size, detected.alignments, jitters)


def _unchanged(alignments: Matrix, size: int) -> TestSet:
    return TestSet(size, alignments, (Jitter.none,) * len(alignments))
