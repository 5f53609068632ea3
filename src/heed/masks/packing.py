"""Masks as bits: eight pixels of a row in a byte, the leftmost in the highest bit.

A mask of 224x224 pixels takes 6.3 KB this way instead of 50 KB, and sets of pixels are
combined and counted a byte at a time.
"""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from heed.base.errors import InputError

Packed = NDArray[np.uint8]
"""(..., S, S // 8) uint8; S is a multiple of 8."""


def pack(masks: ArrayLike) -> Packed:
    """Masks (..., S, S), true or non-zero inside, as (..., S, S // 8) uint8.

    Raises:
        ValueError: the width is no multiple of 8.

    Example:
        >>> pack([[1, 0, 0, 0, 0, 0, 0, 1]]).tolist()  # one row of eight pixels
        [[129]]
    """
    array = np.asarray(masks)
    if array.shape[-1] % 8:
        raise InputError(f"masks are {array.shape[-1]} pixels wide; expected a multiple of 8")
    return np.packbits(array != 0, axis=-1)


def unpack(packed: Packed) -> NDArray[np.bool_]:
    """The masks of :func:`pack`: (..., S, S // 8) uint8 as (..., S, S) bool."""
    return np.unpackbits(packed, axis=-1).view(np.bool_)


def sizes(packed: Packed) -> NDArray[np.int64]:
    """Number of pixels inside each mask: (..., S, S // 8) uint8 as (...) int64.

    Example:
        >>> import numpy as np
        >>> sizes(pack(np.eye(8))).tolist()
        8
    """
    # S is a multiple of 8, so S * S / 8 bytes are whole 64-bit words: eight times fewer to count
    words = np.ascontiguousarray(packed).reshape(*packed.shape[:-2], -1).view(np.uint64)
    return np.bitwise_count(words).sum(axis=-1, dtype=np.int64)
