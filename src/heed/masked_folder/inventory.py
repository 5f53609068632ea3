"""The table of a masked data set: one row per image, from names, headers and digests alone."""

import hashlib
import os
from pathlib import Path
from typing import Final

import pandas as pd
from PIL import Image, UnidentifiedImageError
from PIL.TiffImagePlugin import TiffImageFile

from heed.masked_folder.boxes import Boxes, read_boxes
from heed.masked_folder.layout import Entry, MaskedFolderError, check_masked, find_images
from heed.masked_folder.settings import Masked

PROPORTIONS: Final = 0.01
"""How much the proportions of a mask and its image may differ, as a share: of rounding."""

_TURNED: Final = (5, 6, 7, 8)
"""EXIF's orientations of photographs that lie on their side."""

_WIDTH, _HEIGHT, _ORIENTATION = 0x0100, 0x0101, 0x0112
"""Tags of EXIF and TIFF."""


def take_inventory(root: str | os.PathLike[str], positive: str, masked: Masked) -> pd.DataFrame:
    """Read a masked data set into a table, and refuse what is wrong with it.

    Of images the headers are read, not the pixels: what is damaged behind its header is found by
    :func:`heed.masked_folder.pixels.square_image`.

    Args:
        root: the folder, see :mod:`heed.masked_folder.layout`.
        positive: the class that the network's output stands for.
        masked: which test images must have a mask.

    Returns:
        Rows in the order of the paths: ``image``, ``partition``, ``kind`` (its class), ``label``
        (+1 for the positive class, else -1), ``width`` and ``height`` in pixels, ``mask`` (path, or
        empty), ``boxes`` (how many), ``sha256`` of the image and of its mask.

    Raises:
        MaskedFolderError: see there, and for an image that cannot be opened, a mask of other
            proportions than its image, both a mask and boxes, or one image in two places.
    """
    root = Path(root)
    entries = find_images(root, positive)
    sizes = {entry.image: header_size(root / entry.image) for entry in entries}
    boxes = read_boxes(root, sizes)
    check_masked(root, entries, boxes, positive, masked)
    digests: dict[str, str] = {}
    rows = []
    for entry in entries:
        digest = _digest(root / entry.image)
        if (other := digests.setdefault(digest, entry.image)) != entry.image:
            raise MaskedFolderError(
                f"{root / entry.image}: found the same content as {other}; expected each image "
                "once, as one that is trained on and tested tells nothing: remove one of the two"
            )
        _check_mask(root, entry, sizes[entry.image], entry.image in boxes)
        width, height = sizes[entry.image]
        rows.append(
            {
                "image": entry.image,
                "partition": entry.partition,
                "kind": entry.kind,
                "label": 1 if entry.kind == positive else -1,
                "width": width,
                "height": height,
                "mask": entry.mask or "",
                "boxes": len(boxes.get(entry.image, ())),
                "sha256": digest,
                "mask_sha256": _digest(root / entry.mask)
                if entry.mask
                else _box_digest(boxes, entry),
            }
        )
    table = pd.DataFrame(rows)
    return table.astype({"label": "int8", "width": "int32", "height": "int32", "boxes": "int32"})


def header_size(path: Path) -> tuple[int, int]:
    """Width and height of an image as it is shown, from its header.

    Raises:
        MaskedFolderError: it is empty, no image, too large, or cannot be read.
    """
    if path.is_symlink() and not path.exists():
        raise MaskedFolderError(
            f"{path}: found a link to {path.readlink()}, which leads to no file; expected an "
            "image: link it again, or remove it with its mask"
        )
    if path.stat().st_size == 0:
        raise MaskedFolderError(
            f"{path}: found an empty file; expected an image: copy it again, or remove it with its "
            "mask"
        )
    try:
        with Image.open(path) as opened:
            width, height = opened.size
            if isinstance(opened, TiffImageFile):  # of these Pillow turns the size itself
                width, height = opened.tag_v2[_WIDTH], opened.tag_v2[_HEIGHT]
            turned = opened.getexif().get(_ORIENTATION) in _TURNED
    except Image.DecompressionBombError as error:
        raise MaskedFolderError(
            f"{path}: found more pixels than are read ({error}); expected an image of fewer: scale "
            "it down, with its mask or boxes"
        ) from None
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError) as error:
        raise MaskedFolderError(
            f"{path}: found no readable image ({error}); expected a whole file: copy it again, or "
            "remove it with its mask"
        ) from None
    return (height, width) if turned else (width, height)


def _check_mask(root: Path, entry: Entry, size: tuple[int, int], boxed: bool) -> None:
    if entry.mask is None:
        return
    if boxed:
        raise MaskedFolderError(
            f"{root / entry.mask}: found a mask of {entry.image}, which masks/boxes.csv has too; "
            "expected one of the two: remove the file or the lines"
        )
    width, height = header_size(root / entry.mask)
    if abs((width / height) / (size[0] / size[1]) - 1) > PROPORTIONS:
        raise MaskedFolderError(
            f"{root / entry.mask}: found {width} x {height} pixels; expected the {size[0]} x "
            f"{size[1]} of {entry.image}, or the same proportions: cut the mask like the image"
        )


def _digest(path: Path) -> str:
    with path.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()


def _box_digest(boxes: Boxes, entry: Entry) -> str:
    found = boxes.get(entry.image)
    return "" if found is None else hashlib.sha256(found.tobytes()).hexdigest()
