"""Regions that somebody has drawn on the template face and given a name, in files of their own.

A region is a box or a polygon on the template face (:mod:`heed.guidance.template_face`), which each
face's alignment carries to it. ``regions/<name>.yaml`` keeps one, with the attributes whose
classifiers should look there. The file also has the side and the scale of the crop that it was
drawn on: crops of another size or scale show the same place of the face.
"""

import os
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated, Any, Final, Literal

import numpy as np
import yaml
from numpy.typing import NDArray
from pydantic import BeforeValidator, Field, model_validator

from heed.base.errors import InputError, MissingFileError
from heed.base.settings import ENTRY_NAME, Params, ParamsError, check_names, read, validated
from heed.guidance.crossing import edges_cross
from heed.guidance.landmarks import five_of
from heed.guidance.names import REGION, REGIONS
from heed.guidance.template_face import template_landmarks, template_polygon
from heed.masks.outlines import inside
from heed.masks.packing import Packed, sizes
from heed.masks.regions import Regions
from heed.masks.settings import MaskVersionName

BATCH: Final = 256
"""Faces whose masks are drawn at once. Whoever draws in the same batches draws the same bits."""

Coordinate = Annotated[float, Field(ge=-4096, le=4096)]
Point = tuple[Coordinate, Coordinate]


def _as_in_files(version: Any) -> Any:
    """A version such as "2", which is a number in files of parameters."""
    return int(version) if isinstance(version, str) and version.isdecimal() else version


class Region(Params):
    """A region on the template face, and whose masks it takes the place of.

    Attributes:
        kind: ``box``: upright on the template; ``polygon``: by its corners in order.
        points: x, y in pixels of the template's crop, x to the right, y down: of a box the left
            upper and the right lower corner, of a polygon at least three corners whose edges do not
            cross. They may lie beyond the crop, as a hat does.
        attributes: that should be looked for there, at least one.
        base: the version of the masks that all other attributes keep.
        size: side of the template's crop in pixels.
        scale: side of the template's crop in eye-mouth distances (``crop.scale``).
        comment: whatever should be known of it.

    Example:
        >>> mouth = Region(kind="box", points=[(80, 130), (144, 160)], attributes=["Smiling"])
        >>> mouth.corners_on_template.tolist()
        [[80.0, 130.0], [144.0, 130.0], [144.0, 160.0], [80.0, 160.0]]
        >>> import numpy as np
        >>> template = template_landmarks()
        >>> mouth.corners([template / 2]).round(6).tolist()
        [[[40.0, 65.0], [72.0, 65.0], [72.0, 80.0], [40.0, 80.0]]]
    """

    kind: Literal["box", "polygon"]
    points: Annotated[tuple[Point, ...], Field(min_length=2, max_length=500)]
    attributes: Annotated[tuple[str, ...], Field(min_length=1)]
    base: Annotated[MaskVersionName, BeforeValidator(_as_in_files)] = "2"
    size: Annotated[int, Field(ge=8, le=4096, multiple_of=8)] = 224
    scale: Annotated[float, Field(gt=0, le=100)] = 5.5
    comment: Annotated[str, Field(max_length=2000)] = ""

    @model_validator(mode="after")
    def _a_place_on_the_face(self) -> "Region":
        if len(set(self.attributes)) < len(self.attributes):
            raise ValueError(f"attributes are {', '.join(self.attributes)}; expected each once")
        if self.kind == "box":
            if len(self.points) != 2 or not np.all(np.less(*self.points)):
                raise ValueError(
                    f"points of the box are {_listed(self.points)}; expected [x0, y0] and "
                    "[x1, y1], its left upper and its right lower corner, in pixels"
                )
        elif len(self.points) < 3:
            raise ValueError(
                f"points of the polygon are {_listed(self.points)}; expected three corners or more"
            )
        corners = self.corners_on_template[None]
        if edges_cross(corners)[0]:
            raise ValueError(
                "points of the polygon are such that its edges cross; expected its corners in "
                "their order along the outline"
            )
        if not sizes(inside(corners, self.size))[0]:
            raise ValueError(
                f"points {_listed(self.points)} enclose no pixel of the template's crop, 0 to "
                f"{self.size - 1}; expected a region that covers some of it"
            )
        return self

    @property
    def corners_on_template(self) -> NDArray[np.float64]:
        """(K, 2) x, y in pixels of the template's crop; those of a box clockwise."""
        if self.kind == "polygon":
            return np.array(self.points, np.float64)
        (left, top), (right, bottom) = self.points
        return np.array([(left, top), (right, top), (right, bottom), (left, bottom)], np.float64)

    def on_template(self, size: int, scale: float) -> NDArray[np.float64]:
        """Its corners on the template face as another crop shows it, (K, 2)."""
        if (size, scale) == (self.size, self.scale):
            return self.corners_on_template
        return self.corners(template_landmarks(size, scale)[None])[0]

    def among(self, regions: Regions, version: str) -> Regions:
        """The regions of :attr:`base` with this one behind them, which takes its attributes over.

        Args:
            regions: of the base, in order.
            version: what this region is called.

        Example:
            >>> mouth = Region(kind="box", points=[(80, 130), (144, 160)], attributes=["Smiling"])
            >>> mouth.among({"mouth": ("Smiling", "Mustache")}, "regions/lips")
            {'mouth': ('Mustache',), 'regions/lips': ('Smiling',)}
        """
        left = {
            name: tuple(each for each in own if each not in self.attributes)
            for name, own in regions.items()
        }
        return left | {version: self.attributes}

    def corners(self, landmarks: NDArray[np.float64]) -> NDArray[np.float64]:
        """Its corners on each face.

        Args:
            landmarks: (n, 5, 2) or (n, 68, 2) x, y in pixels of the faces' crops.

        Returns:
            (n, K, 2) float64 in pixels of those crops; NaN where all landmarks of a face coincide.

        Raises:
            LandmarksError: a landmark is not finite; the message names the face.
        """
        template = template_landmarks(self.size, self.scale)
        return template_polygon(self.corners_on_template, template, five_of(np.asarray(landmarks)))

    def masks(self, landmarks: NDArray[np.float64], size: int) -> Packed:
        """The pixels inside it on each face: those whose centres are.

        Args:
            landmarks: as in :meth:`corners`.
            size: side S of the faces' crops in pixels, a multiple of 8.

        Returns:
            (n, S, S // 8) uint8, packed as in :mod:`heed.masks.packing`.
        """
        batches = range(0, len(landmarks), BATCH)
        drawn = [inside(self.corners(landmarks[n : n + BATCH]), size) for n in batches]
        return np.concatenate([np.zeros((0, size, size // 8), np.uint8), *drawn])


def _listed(points: tuple[Point, ...]) -> str:
    return ", ".join(f"[{x:g}, {y:g}]" for x, y in points[:6]) + (" …" if len(points) > 6 else "")


def region_name(version: str) -> str | None:
    """The name of the region that a ``mask.version`` is; None for other versions.

    Example:
        >>> region_name("regions/hat"), region_name("evidence")
        ('hat', None)
    """
    return version.removeprefix(REGION) if version.startswith(REGION) else None


def region_file(folder: str | os.PathLike[str], name: str) -> Path:
    """Where a region of an audit is.

    Raises:
        InputError: the name is none that a file may have.
    """
    if not isinstance(name, str) or not re.fullmatch(ENTRY_NAME, name):
        raise InputError(
            f"region: found the name {name!r}; expected a letter, then letters, digits, - or _, 64 "
            "at most: it becomes the name of a file"
        )
    try:
        check_names([name], REGIONS, "region")
    except ParamsError as error:
        raise InputError(str(error)) from None
    return Path(folder, REGIONS, f"{name}.yaml")


def region_names(folder: str | os.PathLike[str]) -> tuple[str, ...]:
    """The names of an audit's regions, in alphabetical order; none where it has no such folder.

    Raises:
        InputError: a file's name cannot be a region's.
    """
    names = sorted(path.stem for path in Path(folder, REGIONS).glob("[!.]*.yaml"))
    for name in names:
        region_file(folder, name)
    return tuple(names)


def load_region(
    folder: str | os.PathLike[str],
    name: str,
    attributes: Iterable[str] | None = None,
    bases: Iterable[str] | None = None,
) -> Region:
    """A region of an audit.

    Args:
        folder: of the audit, with its ``regions``.
        name: of the region.
        attributes: that there are; None: whatever the file names.
        bases: versions of the masks that can be drawn; None: all that there are.

    Raises:
        InputError: the name is none.
        MissingFileError: there is no such region; the message says which there are.
        ParamsError: the file is not what it should be; the message names it and the key.
    """
    path = region_file(folder, name)
    if not path.is_file():
        known = ", ".join(region_names(folder)) or "none"
        raise MissingFileError(
            f"{path}: found no such file, and so no region {name}; the regions there are: {known}. "
            "Draw it in `heed explore`, or write the file (docs/change.md)"
        )
    region = validated(Region, name, read(path), path)
    check_attributes(region, attributes, path)
    if bases is not None and region.base not in (known_bases := list(bases)):
        raise ParamsError(
            f"{path}: base: found {region.base}, whose masks cannot be drawn for these faces and "
            f"crops; expected {' or '.join(known_bases)}"
        )
    return region


def check_attributes(
    region: Region, attributes: Iterable[str] | None, place: str | os.PathLike[str]
) -> None:
    """Refuse a region of attributes that there are not.

    Raises:
        ParamsError: naming the first.
    """
    known = None if attributes is None else list(attributes)
    for name in region.attributes:
        if known is not None and name not in known:
            raise ParamsError(
                f"{os.fspath(place)}: attributes: found {name!r}; expected some of "
                f"{', '.join(known)}"
            )


def save_region(
    folder: str | os.PathLike[str], name: str, region: Region, *, force: bool = False
) -> Path:
    """Keep a region under a name; the same region gives the same bytes.

    Args:
        folder: of the audit.
        name: a letter, then letters, digits, - or _.
        region: any.
        force: replace a region of this name.

    Returns:
        The file.

    Raises:
        InputError: the name is none, or there is another region of this name.
    """
    path = region_file(folder, name)
    path.parent.mkdir(parents=True, exist_ok=True)
    if any(each != name and each.lower() == name.lower() for each in region_names(folder)):
        raise InputError(
            f"{path}: found a region whose name differs in capital letters alone; on some disks "
            "their files would be the same: choose another name"
        )
    partial = path.with_name(f".{name}.{os.getpid()}.partial")
    partial.write_text(as_yaml(region), encoding="utf-8", newline="\n")
    try:
        if force:
            os.replace(partial, path)
        else:
            os.link(partial, path)  # fails where the file is there, if only since a moment ago
    except FileExistsError:
        raise InputError(
            f"{path}: is there already; choose another name, or say that it may be replaced "
            "(--force)"
        ) from None
    finally:
        partial.unlink(missing_ok=True)
    return path


def as_yaml(region: Region) -> str:
    """A region as its file has it."""
    content = region.model_dump(mode="json")
    content["base"] = yaml.safe_load(region.base)  # a number where it is one, as in params.yaml
    return yaml.safe_dump(content, sort_keys=False, default_flow_style=None, allow_unicode=True)
