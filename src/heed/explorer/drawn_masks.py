"""Masks that are not stored: regions that were drawn, as versions of the masks.

``box:80,130,144,160`` and ``polygon:80,130,144,160,112,180`` say where they are, in pixels of the
template's crop, x to the right and y down; ``regions/<name>`` is a file of the audit. All scores,
pictures and links take them as they take version 2.
"""

import os
import re
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import Final

import numpy as np

from heed.base.errors import HeedError, InputError
from heed.base.settings import load
from heed.explorer.regions import drawn_region, load_region, region_names
from heed.geometry.settings import CropParams
from heed.guidance.named_regions import Region, region_file, region_name

MOST: Final = 500
"""Corners of a polygon, as many as the file of a region may have."""

LONGEST: Final = 32_000
"""Characters of such a version: those corners to the last digit. A link takes fewer."""


def version_of(numbers: Sequence[float]) -> str:
    """The version that a region is.

    Args:
        numbers: left, top, right and bottom of a rectangle, in any order of its sides; or x and y
            of each corner of a polygon.

    Raises:
        InputError: they are neither.

    Example:
        >>> version_of([80, 160, 144, 130]), version_of([0, 0, 50, 0, 25, 40.5])
        ('box:80,130,144,160', 'polygon:0,0,50,0,25,40.5')
    """
    found = list(numbers)
    if len(found) == 4:
        left, top, right, bottom = found
        found = [min(left, right), min(top, bottom), max(left, right), max(top, bottom)]
        return _version("box", found)
    if len(found) < 6 or len(found) % 2 or len(found) > 2 * MOST:
        raise InputError(
            f"corners: found {len(found)} numbers; expected left, top, right and bottom of a "
            f"rectangle, or x and y of each corner of a polygon, 3 to {MOST} of them"
        )
    return _version("polygon", found)


def version_that_draws(folder: str | os.PathLike[str], region: Region) -> str:
    """The version that draws a region as it is now, for whatever attribute.

    ``regions/<name>`` draws it for its own attributes alone, and where an audit has scored against
    it these masks and scores are stored: they are those of the file as it was then.

    Args:
        folder: of the audit, on whose crops it is drawn.
        region: any; that it was drawn on other crops does not matter.

    Raises:
        InputError: its corners cannot be written as such a version.
        ParamsError: params.yaml cannot be read.
    """
    crop = load(CropParams, Path(folder, "params.yaml"))
    corners = region.on_template(crop.size, crop.scale)
    if region.kind == "box":
        corners = corners[[0, 2]]
    return version_of(corners.ravel().tolist())


def numbers_in(text: str) -> list[float]:
    """The numbers of a text, whatever is between them.

    Example:
        >>> numbers_in("80, 130; 144.5, -2")
        [80.0, 130.0, 144.5, -2.0]
    """
    return [float(part) for part in re.findall(r"[-+]?\d+(?:\.\d+)?", text[:LONGEST])]


def saved_versions(folder: str | os.PathLike[str]) -> tuple[str, ...]:
    """The versions ``regions/<name>`` whose files an audit has."""
    return tuple(f"regions/{name}" for name in region_names(folder))


def region_of(folder: Path, version: str, attribute: str) -> Region | None:
    """The region that a version draws for an attribute.

    Args:
        folder: of the audit.
        version: of the masks.
        attribute: whose mask.

    Returns:
        None where the version is no region; the attribute may be none of the region's.

    Raises:
        InputError: the version is a region, but none that can be drawn, or its file is damaged.
    """
    name = region_name(version)
    try:
        if name is not None:
            return _loaded(folder, name, region_file(folder, name).stat().st_mtime_ns)
        kind, between, text = version.partition(":")
        if not between or kind not in ("box", "polygon"):
            return None
        return _drawn(folder, version_of(numbers_in(text)), attribute)
    except FileNotFoundError:
        raise InputError(
            f"{region_file(folder, str(name))}: no such file; expected a region that was saved"
        ) from None
    except HeedError as error:
        raise InputError(str(error)) from None


@lru_cache(16)
def _loaded(folder: Path, name: str, _: int) -> Region:
    return load_region(folder, name)


@lru_cache(64)
def _drawn(folder: Path, version: str, attribute: str) -> Region:
    kind, _, text = version.partition(":")
    found = numbers_in(text)
    if kind == "box":
        return drawn_region(folder, [attribute], box=found)
    corners = [(x, y) for x, y in zip(found[::2], found[1::2], strict=True)]
    return drawn_region(folder, [attribute], polygon=corners)


def _version(kind: str, numbers: Sequence[float]) -> str:
    # All digits, so that what is drawn is the same, and no exponent, which numbers_in would part.
    joined = ",".join(np.format_float_positional(number, trim="-") for number in numbers)
    if len(joined) > LONGEST:
        raise InputError(
            f"corners: found {len(joined):,} characters of numbers; expected {LONGEST:,} at most"
        )
    return f"{kind}:{joined}"
