"""From the bytes of an image file to an aligned crop, in one warp.

What is read is what is stored: the EXIF orientation is ignored, because CelebA's
landmarks refer to the stored pixels. Colours are RGB.
"""

import io

import cv2
import numpy as np
from numpy.typing import ArrayLike, NDArray
from PIL import Image, UnidentifiedImageError

from heed.base.errors import HeedError, InputError
from heed.geometry.affine import compose, invert
from heed.geometry.filling import fill_columns, inside
from heed.geometry.sampling import DEFAULT, Sampling

REDUCED_DECODING = {
    8: cv2.IMREAD_REDUCED_COLOR_8,
    4: cv2.IMREAD_REDUCED_COLOR_4,
    2: cv2.IMREAD_REDUCED_COLOR_2,
    1: cv2.IMREAD_COLOR,
}

# The decoder itself writes the channels in this order; turned around afterwards they cost as
# much time as the rest of a large JPEG.
_AS_STORED_IN_RGB = cv2.IMREAD_IGNORE_ORIENTATION | cv2.IMREAD_COLOR_RGB


class PhotographError(HeedError, ValueError):
    """An image file that cannot be read; the message names it."""


def dimensions(content: bytes, name: str) -> tuple[int, int]:
    """Width and height of the stored image, from its header alone.

    Args:
        content: the file's bytes.
        name: the file, for messages.

    Raises:
        PhotographError: this is no image.
    """
    try:
        with Image.open(io.BytesIO(content)) as header:
            return header.size
    except (UnidentifiedImageError, OSError, ValueError):
        raise PhotographError(_unreadable(content, name)) from None


def decode(content: bytes, name: str, reduction: int = 1) -> NDArray[np.uint8]:
    """Decode an image file.

    Args:
        content: the file's bytes.
        name: the file, for messages.
        reduction: 1, 2, 4 or 8: decode a JPEG at this fraction of its size. Pixel x of
            the reduced image covers the pixels ``reduction·x`` and on of the full one.

    Returns:
        (ceil(height/reduction), ceil(width/reduction), 3) uint8, RGB.

    Raises:
        PhotographError: the file is empty, truncated or no image.
    """
    flags = REDUCED_DECODING[reduction] & ~cv2.IMREAD_COLOR_BGR | _AS_STORED_IN_RGB
    image = cv2.imdecode(np.frombuffer(content, np.uint8), flags) if content else None
    if image is None:
        raise PhotographError(_unreadable(content, name))
    return np.asarray(image, np.uint8)


def reduction_for(transform: ArrayLike) -> int:
    """How far a photograph may be reduced while decoding without losing detail in the crop.

    The largest of 8, 4, 2, 1 that leaves the warp a scale of at most 1. The JPEG decoder
    then averages the pixels that plain bilinear sampling, as AFFACT does it, would skip.

    Args:
        transform: (2, 3) photograph pixel -> crop pixel, a similarity, mirrored or not.

    Example:
        >>> reduction_for([[0.2, 0, 0], [0, 0.2, 0]])  # five pixels become one
        4
    """
    (a, b, _), (c, d, _) = np.asarray(transform, np.float64)
    zoom = float(np.sqrt(abs(a * d - b * c)))  # exact for 1/2, 1/4, 1/8; np.linalg.det is not
    return next(factor for factor in REDUCED_DECODING if factor == 1 or zoom * factor <= 1)


def reduced(transform: ArrayLike, reduction: int) -> NDArray[np.float64]:
    """``transform`` for the photograph reduced by ``reduction``.

    A pixel of the reduced image is the mean of a square of pixels, so x there is
    reduction·(x + 0.5) - 0.5 in the full image.

    Args:
        transform: (2, 3) photograph pixel -> crop pixel.
        reduction: the factor given to :func:`decode`.

    Returns:
        (2, 3) reduced pixel -> crop pixel.

    Example:
        >>> reduced([[0.25, 0, 0], [0, 0.25, 0]], reduction=4).tolist()
        [[1.0, 0.0, 0.375], [0.0, 1.0, 0.375]]
    """
    shift = (reduction - 1) / 2
    return compose(transform, [[reduction, 0, shift], [0, reduction, shift]])


def warp(
    image: NDArray[np.uint8],
    transform: ArrayLike,
    size: int,
    sampling: Sampling = DEFAULT,
) -> NDArray[np.uint8]:
    """Resample ``image`` into a square, bilinearly and in one step.

    Where the square reaches beyond the image it is filled. The two rules differ only there, and
    only for rolled faces.

    Args:
        image: (H, W, C) uint8.
        transform: (2, 3) image pixel -> square pixel.
        size: side of the square.
        sampling: fill and rounding.

    Returns:
        (size, size, C) uint8.

    Raises:
        InputError: the square is filled along its columns, and lies beyond the image altogether.
    """
    square = cv2.warpAffine(
        image if sampling.rounding == "nearest" else image.astype(np.float32),
        invert(transform),
        (size, size),
        flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP,
        borderMode=cv2.BORDER_REPLICATE,
    )
    square = np.asarray(square).astype(np.uint8, copy=False)
    if sampling.fill == "columns":
        height, width = image.shape[:2]
        fill_columns(square, inside(transform, width, height, size))
    return square


def crop(
    content: bytes,
    transform: ArrayLike,
    size: int,
    name: str,
    sampling: Sampling = DEFAULT,
) -> NDArray[np.uint8]:
    """Cut the aligned crop out of an image file.

    Args:
        content: the file's bytes.
        transform: (2, 3) photograph pixel -> crop pixel.
        size: side of the crop.
        name: the file, for messages.
        sampling: how it is made.

    Returns:
        (size, size, 3) uint8, RGB.

    Raises:
        PhotographError: the file is empty, truncated or no image; or the crop is filled
            along its columns and lies beyond the photograph altogether.
    """
    reduction = reduction_for(transform) if sampling.reduced_decoding else 1
    image = decode(content, name, reduction)
    try:
        return warp(image, reduced(transform, reduction), size, sampling)
    except InputError as error:
        raise PhotographError(f"{name}: {error}") from None


def _unreadable(content: bytes, name: str) -> str:
    return (
        f"{name}: found {len(content)} bytes that cannot be decoded (they start with "
        f"{content[:8]!r}); expected a whole JPEG or PNG image: copy the file again"
    )
