"""Telling whether five landmarks are a face's, and which of CelebA's two landmark files has them.

``list_landmarks_celeba.txt`` belongs to the photographs as taken, and
``list_landmarks_align_celeba.txt`` to the 178x218 cuts of ``img_align_celeba``, in
which every face was brought to the same place. Mixing them is an easy mistake that
no later step would notice; nor would it notice left and right exchanged.
"""

from collections.abc import Callable
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from heed.celeba.annotations import Annotation
from heed.celeba.layout import LANDMARK_FILES, ImageKind
from heed.celeba.messages import AnnotationError, counted, listed
from heed.geometry.alignment import LANDMARKS

ALIGNED_SIZE: Final = (178, 218)
"""Width and height of the aligned images in pixels."""

ALIGNED_EYES: Final = ((69.0, 111.0), (108.0, 111.0))
"""Median position (x, y) of the left and the right eye in the aligned images."""

# In pixels. 99.97 % of CelebA's 19,867 validation faces have both eyes within it; those
# shifted by (+24, -10) into a 224x224 crop have not.
_TOLERANCE = 15.0

MEAN_FACE: Final = ((69.3, 111.2), (107.6, 111.2), (88.1, 135.2), (71.2, 152.1), (105.7, 152.2))
"""Mean landmarks (x, y) of CelebA's validation faces in the aligned images."""

# Misfits. 22,267 real faces reach 0.63; exchanged eyes have 1.5 +- 0.2, exchanged corners of the
# mouth 1.2 +- 0.2, mirrored or turned axes above 2, a nose in the image's corner 3.5.
_ODD, _IMPOSSIBLE = 0.65, 0.9
# Share of all faces that may be so. None of the real ones is, and a rare slip of CelebA's own
# annotators is no reason to refuse the other 200,000.
_MOST_ODD, _MOST_IMPOSSIBLE = 0.01, 0.001
# Pixels that a landmark may be off its mean place in the aligned images; real ones reach 32.
_FARTHEST = 60.0
_MOST_UPSIDE_DOWN = 0.1  # of photographs: people do stand on their heads, now and then
_LARGEST_SIDE = 65_535  # of a JPEG, pixels
_PLACES = np.array(MEAN_FACE)

Points = NDArray[np.float64]
"""(N, 5, 2) x and y in pixels, in the order of ``LANDMARKS``."""

Flags = NDArray[np.bool_] | np.bool_
"""(N) which faces are meant; numpy's types take what ``all`` and ``any`` give for either."""


def points_of(annotation: Annotation) -> Points:
    """The rows of a landmark file as points."""
    # x y x y ... per row
    return annotation.numbers.reshape(-1, len(LANDMARKS), 2).astype(np.float64)


def misfit(points: ArrayLike) -> NDArray[np.float64]:
    """How far five landmarks are from the shape of a face.

    The mean face is turned, scaled and moved, never mirrored, so that it fits best (least
    squares); the misfit is the largest distance of a landmark from it, in its distances
    between eyes and mouth. It is the same in the photograph and in the aligned image.

    Args:
        points: (N, 5, 2) x and y in pixels, in the order of ``LANDMARKS``.

    Returns:
        (N) float64; infinite where no face fits.

    Example:
        >>> misfit([MEAN_FACE]).round(6).tolist()
        [0.0]
        >>> bool(misfit([[MEAN_FACE[i] for i in (1, 0, 2, 3, 4)]])[0] > 1)  # eyes exchanged
        True
    """
    found, mean = _complex(points), _complex(_PLACES[None])[0]
    factor = found @ mean.conj() / np.vdot(mean, mean).real  # scale and turn
    distance = np.abs(found - factor[:, None] * mean).max(axis=1)
    eyes_to_mouth = abs(mean[3:].mean() - mean[:2].mean())
    with np.errstate(divide="ignore", invalid="ignore"):
        result = distance / (np.abs(factor) * eyes_to_mouth)
    return np.where(np.abs(factor) > 1e-9, result, np.inf)


def _complex(points: ArrayLike) -> NDArray[np.complex128]:
    """Points around their centre as x + iy, where a turn with a scale is one factor."""
    array = np.asarray(points, np.float64)
    plane = array[..., 0] + 1j * array[..., 1]
    return plane - plane.mean(axis=-1, keepdims=True)


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


def check_faces(annotation: Annotation, images: ImageKind) -> list[str]:
    """Check that landmarks are those of faces, in whatever image.

    Args:
        annotation: a landmark file.
        images: the kind of image whose name it bears.

    Returns:
        Sentences about single faces that are odd, for the summary.

    Raises:
        AnnotationError: a face has no extent or is beyond any image; or more faces than
            the rare slip have an impossible shape, are upside down or all alike.
    """
    points = points_of(annotation)
    _check_extent(annotation, points)
    misfits = misfit(points)
    for limit, most in ((_IMPOSSIBLE, _MOST_IMPOSSIBLE), (_ODD, _MOST_ODD)):
        wrong = misfits > limit
        if wrong.mean() > most:
            _raise(annotation, wrong, _cause(points[wrong]), "five landmarks in a face's places")
    upside_down = points[:, 3:, 1].mean(axis=1) < points[:, :2, 1].mean(axis=1)
    if upside_down.mean() > (_MOST_IMPOSSIBLE if images == "aligned" else _MOST_UPSIDE_DOWN):
        _raise(annotation, upside_down, "the mouth above the eyes", "upright faces, y downwards")
    if images == "wild" and len(points) > 2 and (points == points[0]).all():
        everywhere = np.ones(len(points), bool)
        _raise(annotation, everywhere, "the same landmarks", "faces in different places")
    odd = misfits > _ODD
    return [f"{_named(annotation, odd)} with landmarks unlike a face's"] if odd.any() else []


def _check_extent(annotation: Annotation, points: Points) -> None:
    beyond = (np.abs(points) > _LARGEST_SIDE).any(axis=(1, 2))
    if beyond.any():
        _raise(annotation, beyond, "a landmark far outside any image", "pixels of the image")
    flat = (points[:, 3:].sum(axis=1) == points[:, :2].sum(axis=1)).all(axis=1)
    if flat.any():
        _raise(annotation, flat, "eyes and mouth in one place", "five points of a face")


def check_landmarks(annotation: Annotation, images: ImageKind) -> None:
    """Check that landmarks belong to the kind of image whose name their file bears.

    Raises:
        AnnotationError: the file holds landmarks of the other kind, or of both.
    """
    points = points_of(annotation)
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
    raise AnnotationError.at(
        annotation.path,
        annotation.line_of_row(0),
        found=f"from here on eyes with median ({left[0]:g}, {left[1]:g}) and ({right[0]:g}, "
        f"{right[1]:g}), {share:.0%} of the faces where the alignment puts them",
        expected=f"eyes {where}",
        remedy=f"These look like landmarks of the {other} images: put CelebA's own "
        f"{LANDMARK_FILES[images]}.txt in its place, or set data.images: {other} and name the "
        f"file {LANDMARK_FILES[other]}.txt",
    )


def check_aligned_places(annotation: Annotation) -> None:
    """Check that all landmarks of aligned faces are near their places in the 178x218 images.

    Raises:
        AnnotationError: naming the first face of which one is outside the image, or far from
            where the alignment puts it.
    """
    points = points_of(annotation)
    check_inside(annotation, ALIGNED_SIZE)
    far = (np.abs(points - _PLACES) > _FARTHEST).any(axis=(1, 2))
    if far.any():
        _raise(annotation, far, "a landmark far from its place", "CelebA's aligned faces")


def check_landmark_size(annotation: Annotation, size: tuple[int, int]) -> None:
    """Check that landmarks said to refer to images of one size are not CelebA's aligned ones.

    Aligned images made larger are an easy reason to name the size that the files have now; the
    landmarks then stay where they were in the small images, in a corner of the large ones.

    Args:
        annotation: a landmark file.
        size: the width and height that the user says its landmarks refer to.

    Raises:
        AnnotationError: the faces lie where they do in images of 178x218, and ``size`` is another.
    """
    points = points_of(annotation)
    if size == ALIGNED_SIZE or aligned_share(points) < 0.9:
        return
    eyes = np.median(points[:, :2], axis=0)
    places = np.array(ALIGNED_EYES)
    scaled = places * size / np.array(ALIGNED_SIZE)
    if np.abs(eyes - scaled).max() < np.abs(eyes - places).max():
        return  # sizes that are nearly 178x218: the landmarks are nearly the same, too
    (left_x, left_y), (right_x, right_y) = eyes
    raise AnnotationError.at(
        annotation.path,
        annotation.line_of_row(0),
        found=f"from here on landmarks that refer to images of 178x218 (median eyes at "
        f"({left_x:g}, {left_y:g}) and ({right_x:g}, {right_y:g}))",
        expected=f"landmarks of images of {size[0]}x{size[1]}, which data.landmark_size names",
        remedy="data.landmark_size is the size that the landmarks refer to, not that of your "
        "files: set it to 178x218 in params.yaml",
    )


def check_inside(annotation: Annotation, size: tuple[int, int]) -> None:
    """Check that all landmarks are inside images of one size, ``(width, height)``.

    Raises:
        AnnotationError: naming the first face of which one is not.
    """
    points = points_of(annotation)
    outside = ((points < 0) | (points >= size)).any(axis=(1, 2))
    if outside.any():
        what = f"a landmark outside the image of {size[0]}x{size[1]} pixels"
        _raise(annotation, outside, what, "landmarks inside it")


def _cause(points: Points) -> str:
    """What has become of landmarks that are no face's, if one thing explains most of them."""
    for words, undo in _MISTAKES:
        undone = undo(points)
        eyes, mouth = undone[:, 1] - undone[:, 0], undone[:, 3:].mean(1) - undone[:, :2].mean(1)
        upright = (mouth[:, 1] > np.abs(mouth[:, 0])) & (eyes[:, 0] > np.abs(eyes[:, 1]))
        if (upright & (misfit(undone) <= _ODD)).mean() > 0.5:
            return words
    return "landmarks that no face has"


def _exchanged(order: tuple[int, ...]) -> Callable[[Points], Points]:
    return lambda points: points[:, order]


_MISTAKES: Final = (
    ("left and right exchanged", _exchanged((1, 0, 2, 4, 3))),
    ("the left and the right eye exchanged", _exchanged((1, 0, 2, 3, 4))),
    ("the corners of the mouth exchanged", _exchanged((0, 1, 2, 4, 3))),
    ("x and y exchanged", lambda points: points[..., ::-1]),
    ("faces upside down (y from the lower edge?)", lambda points: points * (1, -1)),
)


def _raise(annotation: Annotation, wrong: Flags, found: str, expected: str) -> None:
    row = int(wrong.argmax())
    numbers = " ".join(map(str, annotation.numbers[row]))
    stem = annotation.stems[row].as_py()
    so = f"{wrong.sum()} of {counted(wrong.size, 'face')} so"
    raise AnnotationError.at(
        annotation.path,
        annotation.line_of_row(row),
        found=f"{found}: {numbers} for {stem}, and {so}",
        expected=f"{expected}: x and y of {', '.join(LANDMARKS)}, left and right as seen",
        remedy=f"Put CelebA's own {annotation.path.stem} in its place, or correct the rows",
    )


def _named(annotation: Annotation, some: Flags) -> str:
    """How many faces, and the first few names."""
    stems = annotation.stems.take(np.flatnonzero(some)).to_pylist()
    return f"{counted(len(stems), 'face')} ({listed(stems)})"
