"""Named regions of an audit, as the page and the command ``heed region`` keep them."""

import os
from collections.abc import Sequence
from pathlib import Path

from heed.base.errors import InputError
from heed.base.settings import load, validated
from heed.celeba.attributes import ATTRIBUTES
from heed.geometry.settings import CropParams
from heed.guidance import named_regions
from heed.guidance.named_regions import Region, check_attributes, region_names

__all__ = ["Region", "load_region", "region_names", "save_region"]


def load_region(folder: str | os.PathLike[str], name: str) -> Region:
    """A region of an audit, of attributes of CelebA.

    Raises:
        InputError: as :func:`heed.guidance.named_regions.load_region` does.
        MissingFileError: likewise.
        ParamsError: likewise, and for an attribute that there is not.
    """
    return named_regions.load_region(folder, name, ATTRIBUTES)


def save_region(
    folder: str | os.PathLike[str], name: str, region: Region, *, force: bool = False
) -> Path:
    """Keep a region of an audit; then ``mask.version: regions/<name>`` scores against it.

    Args:
        folder: of the audit.
        name: a letter, then letters, digits, - or _.
        region: any.
        force: replace a region of this name.

    Returns:
        The file.

    Raises:
        InputError: the name is none, there is another region of this name, or the folder is no
            audit's.
        ParamsError: an attribute is none of CelebA's.
    """
    if not Path(folder, "params.yaml").is_file():
        raise InputError(
            f"{os.fspath(folder)}: found no params.yaml in it; expected the folder of an audit"
        )
    check_attributes(region, ATTRIBUTES, f"regions/{name}")
    return named_regions.save_region(folder, name, region, force=force)


def drawn_region(
    folder: str | os.PathLike[str],
    attributes: Sequence[str],
    *,
    box: Sequence[float] | None = None,
    polygon: Sequence[Sequence[float]] | None = None,
    base: str = "2",
    comment: str = "",
) -> Region:
    """A region on the template's crop as an audit's parameters have it.

    Args:
        folder: of the audit.
        attributes: whose.
        box: left, top, right and bottom edge in pixels of the template's crop; or
        polygon: the corners, x to the right and y down.
        base: the version of the masks that other attributes keep.
        comment: whatever should be known of it.

    Raises:
        ParamsError: there is no such attribute, or it is no region; and where params.yaml cannot
            be read.
    """
    crop = load(CropParams, Path(folder, "params.yaml"))
    content = {
        "kind": "box" if polygon is None else "polygon",
        "points": polygon if box is None else (tuple(box[:2]), tuple(box[2:])),
        "attributes": tuple(attributes),
        "base": int(base) if base.isdigit() else base,
        "size": crop.size,
        "scale": crop.scale,
        "comment": comment,
    }
    region = validated(Region, "region", content, "drawn")
    check_attributes(region, ATTRIBUTES, "region")
    return region
