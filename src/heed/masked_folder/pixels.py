"""Images and masks of any size as squares of one."""

from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import ArrayLike, NDArray

from heed.masked_folder.layout import MaskedFolderError

HALF = 127
"""Lighter pixels than this belong to a mask."""


def square_image(path: str | Path, side: int) -> NDArray[np.uint8]:
    """Read an image, scale its longer side to ``side`` pixels and centre it on black.

    Args:
        path: of the image.
        side: S, pixels.

    Returns:
        (S, S, 3) uint8 RGB.

    Raises:
        MaskedFolderError: it cannot be decoded.
    """
    return _squared(_decoded(path, cv2.IMREAD_COLOR)[..., ::-1], side)


def square_mask(path: str | Path, side: int, size: tuple[int, int]) -> NDArray[np.bool_]:
    """Read a mask, and bring it where :func:`square_image` brings its image.

    Args:
        path: of the mask.
        side: S, pixels.
        size: width and height of its image; the mask may have other ones of these proportions.

    Returns:
        (S, S) bool.

    Raises:
        MaskedFolderError: it cannot be decoded, nothing is marked, or white is transparent.
    """
    grey = _decoded(path, cv2.IMREAD_GRAYSCALE)
    if _white_is_transparent(path):
        raise MaskedFolderError(
            f"{path}: found white pixels that are transparent, so that what is marked cannot be "
            "told; expected a mask without transparency: flatten it, on black where the class does "
            "not show"
        )
    marked = np.where(grey > HALF, np.uint8(255), np.uint8(0))
    if grey.shape != size[::-1]:
        marked = cv2.resize(marked, size, interpolation=cv2.INTER_AREA)
    if not marked.any():
        raise MaskedFolderError(
            f"{path}: found no pixel lighter than {HALF}, the brightest is {int(grey.max())}; "
            "expected white where the image shows its class: draw it so, or remove the mask"
        )
    mask = _squared(marked, side) > HALF
    return _never_empty(mask, marked, side)


def box_mask(boxes: ArrayLike, side: int, size: tuple[int, int]) -> NDArray[np.bool_]:
    """The mask of boxes, where :func:`square_image` brings their image.

    Args:
        boxes: (B, 4) left, top, width, height in pixels of the image.
        side: S, pixels.
        size: width and height of the image.

    Returns:
        (S, S) bool, true at pixels whose centre one of the boxes holds, and at its centre.

    Example:
        >>> box_mask([[0, 0, 2, 4]], 4, (4, 4))[0].tolist()
        [True, True, False, False]
    """
    scale = side / max(size)
    places = (np.arange(side) + 0.5) / scale
    x = places - (max(size) - size[0]) / 2
    y = places - (max(size) - size[1]) / 2
    mask = np.zeros((side, side), np.bool_)
    for left, top, width, height in np.asarray(boxes, np.float64):
        inside = ((y >= top) & (y < top + height))[:, None] & ((x >= left) & (x < left + width))
        inside[np.abs(y - top - height / 2).argmin(), np.abs(x - left - width / 2).argmin()] = True
        mask |= inside
    return mask


def _decoded(path: str | Path, mode: int) -> NDArray[np.uint8]:
    content = np.fromfile(path, np.uint8)
    image = cv2.imdecode(content, mode) if len(content) else None
    if image is None:
        raise MaskedFolderError(
            f"{path}: found {len(content)} bytes that are no whole image; expected one: copy it "
            "again, or remove it with its mask"
        )
    return np.asarray(image, np.uint8)


def _white_is_transparent(path: str | Path) -> bool:
    """Whether a mask with a channel of opacity, which else is passed over, hides white by it."""
    image: Any = cv2.imdecode(np.fromfile(path, np.uint8), cv2.IMREAD_UNCHANGED)
    if image is None or image.shape[2:] != (4,) or image.dtype.kind != "u":
        return False
    half = np.iinfo(image.dtype).max // 2
    return bool(((image[..., 3] <= half) & (image[..., :3].min(axis=-1) > half)).any())


def _squared(image: NDArray[np.uint8], side: int) -> NDArray[np.uint8]:
    height, width = image.shape[:2]
    scale = side / max(height, width)
    tall, wide = max(1, round(height * scale)), max(1, round(width * scale))
    smaller = scale < 1
    resized = cv2.resize(
        np.ascontiguousarray(image),
        (wide, tall),
        interpolation=cv2.INTER_AREA if smaller else cv2.INTER_LINEAR,
    )
    square = np.zeros((side, side, *image.shape[2:]), np.uint8)
    top, left = (side - tall) // 2, (side - wide) // 2
    square[top : top + tall, left : left + wide] = resized
    return square


def _never_empty(
    mask: NDArray[np.bool_], marked: NDArray[np.uint8], side: int
) -> NDArray[np.bool_]:
    """A mask that is too small to hold half of a pixel keeps its most covered one."""
    if not mask.any():
        mask.flat[int(_squared(marked, side).argmax())] = True
    return mask
