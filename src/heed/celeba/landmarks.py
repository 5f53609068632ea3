"""Telling CelebA's two landmark files apart by their numbers.

``list_landmarks_celeba.txt`` belongs to the photographs as taken, and
``list_landmarks_align_celeba.txt`` to the 178x218 cuts of ``img_align_celeba``, in
which every face was brought to the same place. Mixing them is an easy mistake that
no later step would notice.
"""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from heed.attributes import LANDMARKS
from heed.celeba.annotations import Annotation
from heed.celeba.errors import AnnotationError
from heed.celeba.layout import LANDMARK_FILES, ImageKind

ALIGNED_SIZE: Final = (178, 218)
"""Width and height of the aligned images in pixels."""

ALIGNED_EYES: Final = ((69.0, 111.0), (108.0, 111.0))
"""Median position (x, y) of the left and the right eye in the aligned images."""

# In pixels. 99.97 % of CelebA's 19,867 validation faces have both eyes within it; those
# shifted by (+24, -10) into a 224x224 crop have not.
_TOLERANCE = 15.0


def aligned_share(points: NDArray[np.number]) -> float:
    """Share of faces that lie where CelebA's alignment puts them.

    A face does if all its landmarks are inside the 178x218 image and both eyes are
    within 15 pixels of the alignment's, in x and in y.

    Args:
        points: (N, 5, 2) x and y in pixels, in the order of ``LANDMARKS``.
    """
    inside = ((points >= 0) & (points < ALIGNED_SIZE)).all(axis=(1, 2))
    close = (np.abs(points[:, :2] - np.array(ALIGNED_EYES)) <= _TOLERANCE).all(axis=(1, 2))
    return float((inside & close).mean())


def check_landmarks(annotation: Annotation, images: ImageKind) -> None:
    """Check that landmarks belong to the kind of image whose name their file bears.

    Raises:
        AnnotationError: the file holds landmarks of the other kind, or of both.
    """
    points = annotation.numbers.reshape(-1, len(LANDMARKS), 2)  # x y x y ... per row
    share = aligned_share(points)
    if (share >= 0.9) if images == "aligned" else (share <= 0.5):
        return
    left, right = np.median(points[:, :2], axis=0)
    other: ImageKind = "wild" if images == "aligned" else "aligned"
    where = (
        f"near {ALIGNED_EYES[0]} and {ALIGNED_EYES[1]} inside 178x218, as in the aligned images"
        if images == "aligned"
        else "scattered over photographs of different sizes"
    )
    raise AnnotationError(
        annotation.path,
        annotation.line_of(next(iter(annotation.rows))),
        found=f"from here on eyes with median ({left[0]:g}, {left[1]:g}) and ({right[0]:g}, "
        f"{right[1]:g}), {share:.0%} of the faces where the alignment puts them",
        expected=f"eyes {where}",
        remedy=f"These look like landmarks of the {other} images: put CelebA's own "
        f"{LANDMARK_FILES[images]}.txt in its place, or set data.images: {other} and name the "
        f"file {LANDMARK_FILES[other]}.txt",
    )
