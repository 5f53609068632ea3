"""Mask version ``evidence``: where a drawn face really shows an attribute.

For each drawn face and attribute the drawing kept the pixels that change when that attribute
alone is flipped, in a frame of its own around the head. Here these masks are carried into
the crop, by the same transform as the photograph.
"""

from collections.abc import Sequence
from typing import Final

import cv2
import numpy as np
from numpy.typing import ArrayLike, NDArray

from heed.base.errors import HeedError
from heed.geometry.affine import apply, compose, invert
from heed.masks.packing import Packed, pack, unpack

# cv2 warps up to four channels in one go, so that the sampling positions are found once for four.
CHANNELS: Final = 4


class EvidenceError(HeedError, ValueError):
    """Evidence masks are asked for where there are none."""


def rows_of(images: Sequence[str], stored: Sequence[str]) -> NDArray[np.int_]:
    """Where the evidence of each image is stored.

    Args:
        images: names of the images whose evidence is wanted.
        stored: names of the images that have evidence, in the order it is stored in.

    Returns:
        (len(images),) positions in ``stored``.

    Raises:
        EvidenceError: naming the first image without evidence.
    """
    position = {name: row for row, name in enumerate(stored)}
    without = [name for name in images if name not in position]
    if without:
        raise EvidenceError(
            f"{without[0]}: no evidence mask is stored for this image (nor for {len(without) - 1} "
            f"others of {len(images)}); evidence is kept for drawn test faces only: set "
            "frontal.partition to test, or choose mask.version 1 or 2"
        )
    return np.array([position[name] for name in images], int)


def masks(
    frames: Packed,
    frame_to_source: ArrayLike,
    source_to_crop: ArrayLike,
    source_sizes: ArrayLike,
    size: int,
) -> Packed:
    """Carry evidence masks from the frame of the drawing into the crop.

    A pixel of the crop is inside where bilinear sampling of the mask, 1 inside and 0
    outside, gives at least 1/2. Where the crop reaches beyond the photograph there is no evidence.

    Args:
        frames: (n, A, F, F // 8) uint8, packed, one mask per attribute.
        frame_to_source: (n, 2, 3) frame pixel -> photograph pixel.
        source_to_crop: (n, 2, 3) photograph pixel -> crop pixel.
        source_sizes: (n, 2) width and height of the photographs.
        size: side of the crop, a multiple of 8.

    Returns:
        (n, A, size, size // 8) uint8, packed: the masks of n faces, one per attribute.
    """
    to_crop = np.asarray(source_to_crop, np.float64)
    to_frame = invert(compose(to_crop, frame_to_source))
    to_source = invert(to_crop)
    drawn = np.zeros((*frames.shape[:2], size, size // 8), np.uint8)
    for face, source_size in enumerate(np.asarray(source_sizes)):
        warped = _warped(unpack(frames[face]), to_frame[face], size)
        inside = _within_source(to_source[face], source_size, size)
        drawn[face] = pack(warped) & pack(inside)
    return drawn


def _warped(frame: NDArray[np.bool_], to_frame: NDArray[np.float64], size: int) -> NDArray:
    """Sample (A, F, F) masks at the crop's pixels: (A, size, size) bool."""
    square = np.zeros((len(frame), size, size), bool)
    # an attribute without evidence in this face needs no warp
    present = np.flatnonzero(frame.any(axis=(1, 2)))
    for start in range(0, len(present), CHANNELS):
        some = present[start : start + CHANNELS]
        sampled = cv2.warpAffine(
            np.ascontiguousarray(frame[some].transpose(1, 2, 0)).view(np.uint8) * np.uint8(254),
            to_frame,
            (size, size),
            flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP,
            borderMode=cv2.BORDER_CONSTANT,
            borderValue=0,
        ).reshape(size, size, -1)  # cv2 drops the axis of a single channel
        square[some] = (sampled >= 127).transpose(2, 0, 1)
    return square


def _within_source(
    to_source: NDArray[np.float64], source_size: NDArray, size: int
) -> NDArray[np.bool_]:
    """Which pixels of the crop have their centre on a pixel of the photograph, (size, size)."""
    index = np.arange(size, dtype=np.float64)
    centres = np.stack(np.meshgrid(index, index, indexing="xy"), axis=-1).reshape(-1, 2)
    source = apply(to_source, centres)
    on = (source >= -0.5) & (source < source_size - 0.5)
    return on.all(axis=-1).reshape(size, size)
