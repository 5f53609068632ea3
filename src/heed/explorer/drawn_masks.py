"""Masks that are not stored: regions that were drawn, as versions of the masks.

``box:80,130,144,160`` and ``polygon:80,130,144,160,112,180`` say where they are, in pixels of the
template's crop, x to the right and y down; ``regions/<name>`` is a file of the audit. All scores,
pictures and links take them as they take version 2.
"""

import math
import os
import re
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import Final

import numpy as np

from heed.base.errors import HeedError, InputError
from heed.base.settings import load
from heed.explorer.regions import drawn_region, load_region
from heed.geometry.settings import CropParams
from heed.guidance.named_regions import Region, region_file, region_name
from heed.guidance.names import REGION, REGIONS
from heed.pages.number import MINUS

MOST: Final = 500
"""Corners of a polygon, as many as the file of a region may have."""

LONGEST: Final = 32_000
"""Characters of such a version: those corners to the last digit. A link takes fewer."""

_BETWEEN: Final = re.compile(r"[,;\s()\[\]]+")


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
    """The numbers of a text or a version, between commas, semicolons, brackets or spaces.

    Raises:
        InputError: it is too long, or something else than finite numbers is in it: a part that was
            passed over would make another region of it.

    Example:
        >>> numbers_in("80, 130; 144.5, -2"), numbers_in("(.5, 1e2)")
        ([80.0, 130.0, 144.5, -2.0], [0.5, 100.0])
    """
    if len(text) > LONGEST:
        raise InputError(f"corners: found {len(text):,} characters; expected {LONGEST:,} at most")
    found = []
    numbers = text.removeprefix("box:").removeprefix("polygon:").replace(MINUS, "-")
    for part in _BETWEEN.split(numbers):
        if not part:
            continue
        try:
            found.append(float(part))
        except ValueError:
            found.append(math.nan)
        if not math.isfinite(found[-1]):
            raise InputError(
                f"corners: found {part[:40]!r}; expected numbers alone, such as 80, 130, 144, 160"
            )
    return found


def saved_versions(folder: str | os.PathLike[str]) -> tuple[str, ...]:
    """The versions ``regions/<name>`` whose files an audit has, but for those of :func:`unusable`.

    These are looked for by name alone; what is wrong inside a file, who draws it is told.
    """
    names = sorted(path.stem for path in Path(folder, REGIONS).glob("[!.]*.yaml"))
    return tuple(f"{REGION}{name}" for name in names if not _wrong(folder, name))


def unusable(folder: str | os.PathLike[str]) -> list[str]:
    """A sentence for each file of a region that cannot be drawn, by its name or what is in it."""
    found = []
    for path in sorted(Path(folder, REGIONS).glob("[!.]*.yaml")):
        try:
            load_region(folder, path.stem)
        except (HeedError, OSError) as error:
            found.append(f"{path} is left out: {error}")
    return found


def _wrong(folder: str | os.PathLike[str], name: str) -> bool:
    try:
        region_file(folder, name)
    except InputError:
        return True
    return False


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
        changed = (folder / "params.yaml").stat().st_mtime_ns  # it has the size of the crop
        return _drawn(folder, version_of(numbers_in(text)), attribute, changed)
    except FileNotFoundError as error:
        raise InputError(f"{error.filename}: no such file, which the region is read from") from None
    except HeedError as error:
        raise InputError(str(error)) from None


@lru_cache(16)
def _loaded(folder: Path, name: str, changed: int) -> Region:
    return load_region(folder, name)


@lru_cache(64)
def _drawn(folder: Path, version: str, attribute: str, changed: int) -> Region:
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
