"""Whether landmarks and boxes fit the images in which they are looked for, by the images' sizes.

CelebA's aligned images have one size. Its photographs have any, which no annotation file
says: that they were resized shows only in landmarks that lie outside them, in noses that are
not in the middle on the whole, or in one side that all of them share.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, NoReturn

import numpy as np
from numpy.typing import NDArray

from heed.celeba.landmark_checks import ALIGNED_SIZE, Flags, Points
from heed.celeba.messages import LayoutError, counted, listed

_NOSE = 2
# Share and number of photographs whose landmarks, or the middle of whose box, may be outside:
# a few are slips in single rows or files, and say nothing about the others.
_MOST_OUTSIDE: Final = 0.02
_FEW: Final = 2
# How far the median nose may be from the middle, in widths of the photograph, beside three
# standard errors. Resized by a quarter, it is 0.1 off or more.
_OFF_CENTRE: Final = 0.08
_USUAL_SPREAD: Final = 0.12
# That nearly all photographs have a side in common is no chance from so many on.
_MANY: Final = 20
_NEARLY_ALL: Final = 0.95
_MOST_STRETCHED: Final = 0.01

Sizes = NDArray[np.int32]
"""(N, 2) width and height of the images in pixels."""


def size_text(size: Sequence[int]) -> str:
    """``(178, 218)`` as ``178x218``."""
    return f"{size[0]}x{size[1]}"


def check_aligned_sizes(folder: Path, names: Sequence[str], sizes: Sizes) -> None:
    """Check that the aligned images are of CelebA's size.

    Raises:
        LayoutError: naming the first image that is not.
    """
    wrong = (sizes != ALIGNED_SIZE).any(axis=1)
    if not wrong.any():
        return
    aligned = size_text(ALIGNED_SIZE)
    first = sizes[_first(wrong)]
    stretch = first[0] / first[1] / (ALIGNED_SIZE[0] / ALIGNED_SIZE[1])
    turned = (sizes == ALIGNED_SIZE[::-1]).all(axis=1)
    if turned[wrong].all():
        remedy = "They were turned by a right angle: turn them back."
    elif abs(stretch - 1) > _MOST_STRETCHED:
        remedy = (
            f"{size_text(first)} has not the shape of {aligned}. If the images were cut or padded, "
            "the landmarks do not fit them at all: put CelebA's own in their place. Only if each "
            f"whole image was stretched to this size, set data.landmark_size: {aligned} in "
            "params.yaml: the landmarks are scaled then, and the faces stay stretched."
        )
    else:
        remedy = (
            "If they are CelebA's aligned images made larger or smaller, set data.landmark_size: "
            f"{aligned} in params.yaml: the landmarks are scaled then. Otherwise put CelebA's own "
            "images in their place."
        )
    raise LayoutError(
        f"{folder}: {_images_so(names, sizes, wrong)}; expected {aligned}, the size that the "
        f"aligned landmarks refer to. {remedy}"
    )


@dataclass(frozen=True)
class Photographs:
    """Photographs, and what is known of their landmarks.

    Attributes:
        folder: where they are.
        names: their N file names.
        sizes: their sizes.
        landmark_size: width and height of the images from which landmarks and boxes were scaled
            to these; None: they were not scaled, and the photographs should be as taken.
        row_of: says, for messages, in which file and line the landmarks of a name are.
    """

    folder: Path
    names: Sequence[str]
    sizes: Sizes
    landmark_size: tuple[int, int] | None
    row_of: Callable[[str], str]


def check_photographs(
    photographs: Photographs, points: Points, boxes: NDArray[np.float64] | None
) -> list[str]:
    """Check that photographs are the ones that landmarks and boxes refer to.

    Args:
        photographs: N of them.
        points: their landmarks.
        boxes: (N, 4) x, y, width, height; None where there are none.

    Returns:
        Sentences about single photographs that are odd, for the summary.

    Raises:
        LayoutError: they are aligned images, or were resized; or one of them cannot be the
            image that its landmarks refer to.
    """
    sizes, own = photographs.sizes, photographs.landmark_size is None
    aligned = (sizes == ALIGNED_SIZE).all(axis=1)
    if own and aligned.mean() > 0.5:
        raise LayoutError(
            f"{photographs.folder}: {_images_so(photographs.names, sizes, aligned)}, the size of "
            "CelebA's aligned images; expected photographs as taken. Set data.images: aligned in "
            "params.yaml and put the images where those are looked for, or put the photographs "
            "here."
        )
    notes = _check_inside(photographs, points)
    if boxes is not None:
        middle = boxes[:, :2] + boxes[:, 2:] / 2
        outside = ((middle < 0) | (middle > sizes)).any(axis=1) & (boxes[:, 2:] > 0).all(axis=1)
        if _many(outside):
            _raise_resized(photographs, outside, "the middle of the box outside the image")
    _check_middle(photographs, points)
    if own:
        _check_no_common_side(photographs)
    return notes


def _many(wrong: Flags) -> bool:
    return bool(wrong.sum() > _FEW and wrong.mean() > _MOST_OUTSIDE)


def _check_inside(photographs: Photographs, points: Points) -> list[str]:
    sides = photographs.sizes[:, None]
    beyond = np.asarray(((points < 0) | (points >= sides)).any(axis=2), np.bool_)
    outside = beyond.any(axis=1)
    if _many(outside):
        _raise_resized(photographs, outside, "landmarks outside the image")
    far = np.asarray(((points < -sides) | (points > 2 * sides)).any(axis=(1, 2)), np.bool_)
    impossible = far | beyond.all(axis=1)
    if impossible.any():
        row = _first(impossible)
        name = photographs.names[row]
        what = "a landmark far" if far[row] else "all landmarks"
        raise LayoutError(
            f"{photographs.folder}: found {what} outside the image in {impossible.sum()} of "
            f"{counted(impossible.size, 'image')}, first {name} of "
            f"{size_text(photographs.sizes[row])} pixels; expected the face inside. This image or "
            f"its row in {photographs.row_of(name)}, is wrong: put CelebA's own in its place, or "
            "remove the image's rows from all annotation files."
        )
    if not outside.any():
        return []
    some = [photographs.names[int(row)] for row in np.flatnonzero(outside)]
    return [f"{counted(len(some), 'face')} with landmarks outside the image ({listed(some)})"]


def _check_middle(photographs: Photographs, points: Points) -> None:
    places = (points[:, _NOSE, 0] + 0.5) / photographs.sizes[:, 0]
    median = np.median(places)
    spread = 1.4826 * np.median(np.abs(places - median))  # a standard deviation, if normal
    if len(places) < _MANY:
        spread = max(spread, _USUAL_SPREAD)  # too few to tell by themselves
    allowed = _OFF_CENTRE + 3 * 1.2533 * spread / np.sqrt(len(places))
    if abs(median - 0.5) > allowed:
        everywhere = np.ones(len(places), bool)
        what = f"the median nose at {median:.0%} of the width"
        _raise_resized(photographs, everywhere, what)


def _check_no_common_side(photographs: Photographs) -> None:
    sizes = photographs.sizes
    if len(sizes) < _MANY:
        return
    for what, sides in (
        ("width", sizes[:, 0]),
        ("height", sizes[:, 1]),
        ("longer side", sizes.max(axis=1)),
        ("shorter side", sizes.min(axis=1)),
    ):
        values, counts = np.unique(sides, return_counts=True)
        if counts.max() >= _NEARLY_ALL * len(sizes):
            side = values[counts.argmax()]
            _raise_resized(photographs, sides == side, f"a {what} of {side}")


def _raise_resized(photographs: Photographs, wrong: Flags, found: str) -> NoReturn:
    row = _first(wrong)
    size = photographs.landmark_size
    if size is None:
        expected = (
            "photographs as taken, of many sizes, which the landmarks and boxes refer to. These "
            "were resized, or belong to other annotations: put CelebA's own img_celeba in their "
            "place, or, where the landmarks refer to images of one size, set data.landmark_size "
            "to it in params.yaml."
        )
    else:
        expected = (
            f"landmarks that fit once scaled from {size_text(size)}, data.landmark_size in "
            "params.yaml. That is the size of the images that the landmarks were measured in, not "
            "of your files: set it to null if these are CelebA's own photographs, which have many "
            "sizes, or else to the one size that the landmarks refer to."
        )
    raise LayoutError(
        f"{photographs.folder}: found {found} in {wrong.sum()} of {counted(wrong.size, 'image')}, "
        f"first {photographs.names[row]} of {size_text(photographs.sizes[row])} pixels; expected "
        f"{expected}"
    )


def scales(
    folder: Path, names: Sequence[str], sizes: Sizes, landmark_size: tuple[int, int]
) -> tuple[NDArray[np.float64], list[str]]:
    """By how much landmarks of images of one size are scaled to be those of the image files.

    Args:
        folder: of the images.
        names: their N file names.
        sizes: their sizes.
        landmark_size: width and height of the images that the landmarks refer to.

    Returns:
        (N, 2) factors of x and of y, and sentences for the summary.

    Raises:
        LayoutError: an image was turned by a right angle.
    """
    turned = (sizes == landmark_size[::-1]).all(axis=1) & (landmark_size[0] != landmark_size[1])
    if turned.any():
        raise LayoutError(
            f"{folder}: {_images_so(names, sizes, turned)}; expected them upright, as the images "
            f"of {size_text(landmark_size)} that data.landmark_size names. They were turned by a "
            "right angle: turn them back."
        )
    factors = sizes / np.array(landmark_size, np.float64)
    notes = []
    kinds, inverse, counts = np.unique(sizes, axis=0, return_inverse=True, return_counts=True)
    usual = kinds[counts.argmax()]
    if (factors != 1).any():
        notes.append(
            f"landmarks scaled from {size_text(landmark_size)} to {size_text(usual)}"
            if len(kinds) == 1
            else f"landmarks scaled from {size_text(landmark_size)} to each image's size"
        )
    others = np.flatnonzero(inverse.ravel() != counts.argmax())
    if 0 < len(others) < 0.5 * len(names):
        some = [f"{names[int(row)]} of {size_text(sizes[row])}" for row in others]
        verb = "is" if len(some) == 1 else "are"
        images = counted(len(some), "image")
        notes.append(f"{images} {verb} not {size_text(usual)} ({listed(some)})")
    stretched = np.abs(factors[:, 0] / factors[:, 1] - 1) > _MOST_STRETCHED
    if stretched.any():
        ratio = factors[stretched][0, 0] / factors[stretched][0, 1]
        notes.append(
            f"faces are stretched in {counted(int(stretched.sum()), 'image')}: "
            f"{names[_first(stretched)]} is "
            f"{ratio:.2f} times as wide for its height as its landmarks say"
        )
    return factors, notes


def scaled_points(points: Points, factors: NDArray[np.float64]) -> Points:
    """Landmarks in the pixels of resized images.

    An integer is the centre of a pixel, and a resized image covers the same area, so x
    becomes factor·(x + 0.5) - 0.5.

    Example:
        >>> scaled_points(np.zeros((1, 5, 2)), np.array([[3.0, 1.0]]))[0, 0].tolist()
        [1.0, 0.0]
    """
    return (points + 0.5) * factors[:, None] - 0.5


def scaled_boxes(boxes: NDArray[np.float64], factors: NDArray[np.float64]) -> NDArray[np.float64]:
    """Boxes x, y, width, height, which are edges and not pixels, in resized images."""
    return boxes * np.tile(factors, 2)


def _images_so(names: Sequence[str], sizes: Sizes, some: Flags) -> str:
    row = _first(some)
    return (
        f"found {names[row]} of {size_text(sizes[row])} pixels, and {some.sum()} of "
        f"{counted(some.size, 'image')} "
        f"{'so' if (sizes[some] == sizes[row]).all() else 'of other sizes'}"
    )


def _first(some: Flags) -> int:
    return int(some.argmax())
