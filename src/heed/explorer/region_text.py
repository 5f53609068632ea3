"""Regions as text: what a field of the page or an address has of them."""

import re
from typing import Final

import numpy as np
from numpy.typing import NDArray

from heed.base.errors import InputError

MOST: Final = 100
"""Corners of a polygon: more are an outline that somebody else's program made."""

LONGEST: Final = 4000


def region_of(text: str) -> NDArray[np.float64] | None:
    """The corners of a region.

    Args:
        text: four numbers, left, top, right and bottom of a rectangle; or x and y of each corner of
            a polygon, in pixels of the template's crop. Between them anything but digits.

    Returns:
        (K, 2) float64 x, y; None where nothing is said.

    Raises:
        InputError: it is neither.

    Example:
        >>> region_of("10, 20, 30, 40").tolist()
        [[10.0, 20.0], [30.0, 20.0], [30.0, 40.0], [10.0, 40.0]]
        >>> region_of("1, 2; 3, 4; 5, 0").shape
        (3, 2)
    """
    if not text.strip():
        return None
    found = [float(part) for part in re.findall(r"[-+]?\d+(?:\.\d+)?", text[:LONGEST])]
    if len(found) == 4:
        left, top, right, bottom = found
        return np.array([[left, top], [right, top], [right, bottom], [left, bottom]])
    if len(text) > LONGEST or len(found) < 6 or len(found) % 2 or len(found) > 2 * MOST:
        raise InputError(
            f"corners: found {len(found)} numbers; expected left, top, right, bottom of a "
            f"rectangle, or x and y of each corner of a polygon, 3 to {MOST} of them"
        )
    return np.array(found).reshape(-1, 2)
