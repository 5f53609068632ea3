"""Any masked data set: the folders, and what is refused in them.

    <root>/train/<class>/<image>          images of any size, two classes
    <root>/validation/<class>/<image>
    <root>/test/<class>/<image>
    <root>/masks/test/<class>/<mask>      named like its image, of any type; or
    <root>/masks/boxes.csv                image, left, top, width, height: pixels, x right, y down

A mask is true where it is lighter than half of white; one whose white is transparent is refused. An
image may have several boxes: together they are its mask. Only the test images need masks; those of
other partitions may have them.
"""

import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from heed.base.errors import HeedError
from heed.base.partitions import PARTITIONS
from heed.masked_folder.settings import Masked

MASKS: Final = "masks"
BOXES: Final = "boxes.csv"

SUFFIXES: Final = (".bmp", ".jpeg", ".jpg", ".png", ".tif", ".tiff", ".webp")
"""Ends of the names of images, in small or capital letters."""

SHOWN: Final = 3
"""Names that a message gives of many."""


class MaskedFolderError(HeedError, ValueError):
    """A masked data set is not as it should be; the message names the file and the remedy."""


@dataclass(frozen=True)
class Entry:
    """One image of a folder.

    Attributes:
        image: its path from the root, with / between folders.
        partition: ``train``, ``validation`` or ``test``.
        kind: its class, the name of its folder.
        mask: path of its mask from the root; None: it has none, or boxes.
    """

    image: str
    partition: str
    kind: str
    mask: str | None


def find_images(root: str | os.PathLike[str], positive: str) -> list[Entry]:
    """List the images of a masked data set, in the order of their paths, with their masks.

    No image is opened. Names that begin with a dot are passed over, as are ``Thumbs.db`` and
    ``desktop.ini``.

    Args:
        root: the folder.
        positive: the class that the network's output stands for.

    Raises:
        MaskedFolderError: a folder is missing or has other classes than two, a class is without
            images, a file is no image, or a mask belongs to no image.
    """
    root = Path(root)
    if not root.is_dir():
        raise MaskedFolderError(
            f"{root}: found no such folder; expected one with {', '.join(PARTITIONS)} and "
            f"{MASKS}: name your data set as data.root in params.yaml"
        )
    entries: list[Entry] = []
    classes: dict[str, list[str]] = {}
    for partition in PARTITIONS:
        folder = root / partition
        if not folder.is_dir():
            raise MaskedFolderError(
                f"{folder}: found no such folder; expected one folder for each class in it: make "
                f"it, and move the images of that partition there ({_inside(root)})"
            )
        classes[partition] = [path.name for path in _listed(folder) if path.is_dir()]
        if stray := [path.name for path in _listed(folder) if not path.is_dir()]:
            raise MaskedFolderError(
                f"{folder / stray[0]}: found a file; expected folders only, one for each class: "
                "move it into the folder of its class, or out of the data set"
            )
        _check_classes(folder, classes[partition], classes[PARTITIONS[0]], positive)
        for kind in classes[partition]:
            entries += _images_of(root, partition, kind)
    masks = _masks(root, {_stem(entry.image): entry.image for entry in entries})
    return [
        Entry(entry.image, entry.partition, entry.kind, masks.get(_stem(entry.image)))
        for entry in entries
    ]


def check_masked(
    root: str | os.PathLike[str],
    entries: Iterable[Entry],
    boxed: Iterable[str],
    positive: str,
    masked: Masked,
) -> None:
    """Refuse test images without the mask that they need.

    Args:
        root: the folder, for messages.
        entries: of :func:`find_images`.
        boxed: the images that have boxes.
        positive: name of the positive class.
        masked: which images need a mask.

    Raises:
        MaskedFolderError: naming the first images without.
    """
    with_boxes = set(boxed)
    without = [
        entry.image
        for entry in entries
        if entry.partition == PARTITIONS[-1]
        and entry.mask is None
        and entry.image not in with_boxes
        and (masked == "all" or entry.kind == positive)
    ]
    if without:
        allowed = (
            "; if images of the other class have no lesion to mark, set data.masks to positive"
            if masked == "all"
            else ""
        )
        raise MaskedFolderError(
            f"{Path(root) / MASKS}: found no mask of {_few(without)}; expected one for each test "
            f"image, as {MASKS}/{_stem(without[0])}.png or as a row of {MASKS}/{BOXES}: add it, "
            f"or take the image out{allowed}"
        )


def _check_classes(folder: Path, found: Sequence[str], first: Sequence[str], positive: str) -> None:
    if len(found) != 2:
        names = f" ({', '.join(found)})" if found else ""
        raise MaskedFolderError(
            f"{folder}: found {len(found)} folders{names}; expected two, one for each class: a "
            "binary classifier tells two classes apart. Move the others out of the data set"
        )
    if list(found) != list(first):
        raise MaskedFolderError(
            f"{folder}: found the classes {' and '.join(found)}; expected {' and '.join(first)}, "
            f"as in {PARTITIONS[0]}: give the folders of all partitions the same names"
        )
    if positive not in found:
        raise MaskedFolderError(
            f"{folder}: found the classes {' and '.join(found)}; expected {positive} among them, "
            "which data.positive in params.yaml names: name one of these there"
        )


def _images_of(root: Path, partition: str, kind: str) -> list[Entry]:
    folder = root / partition / kind
    files = _listed(folder)
    if not files:
        raise MaskedFolderError(
            f"{folder}: found no image; expected at least one of each class in each partition: "
            "add images, or move some there from another partition"
        )
    stems: dict[str, str] = {}
    for file in files:
        if file.is_dir() or file.suffix.lower() not in SUFFIXES:
            what = (
                "a folder" if file.is_dir() else f"a file that ends in {file.suffix or file.name!r}"
            )
            raise MaskedFolderError(
                f"{file}: found {what}; expected images only ({', '.join(SUFFIXES)}): move it out, "
                f"masks into {MASKS}/{partition}/{kind}"
            )
        if (other := stems.setdefault(file.stem, file.name)) != file.name:
            raise MaskedFolderError(
                f"{file}: found beside {other}; expected names that differ before the dot, as "
                "masks are found by them: rename one, and its mask"
            )
    return [Entry(f"{partition}/{kind}/{file.name}", partition, kind, None) for file in files]


def _masks(root: Path, images: dict[str, str]) -> dict[str, str]:
    """The masks by the path of their image without its suffix."""
    folder = root / MASKS
    if not folder.is_dir():
        raise MaskedFolderError(
            f"{folder}: found no such folder; expected it beside {', '.join(PARTITIONS)}, with a "
            f"mask for each test image or with {BOXES}: make it"
        )
    found: dict[str, str] = {}
    for partition in _listed(folder):
        if not partition.is_dir():
            if partition.name != BOXES:
                raise MaskedFolderError(
                    f"{partition}: found a file; expected folders like those of the images, and "
                    f"{BOXES}: move it into {MASKS}/<partition>/<class>, or out of the data set"
                )
            continue
        for file in (mask for kind in _listed(partition) for mask in _listed(kind)):
            stem = _stem(file.relative_to(folder).as_posix())
            if stem not in images:
                raise MaskedFolderError(
                    f"{file}: found a mask of no image; expected {stem} with one of the suffixes "
                    f"{', '.join(SUFFIXES)}: give it the name of its image, or remove it"
                )
            if file.suffix.lower() not in SUFFIXES or stem in found:
                raise MaskedFolderError(
                    f"{file}: found "
                    + (f"a second mask of {images[stem]}" if stem in found else "no image")
                    + f"; expected one mask, as an image ({', '.join(SUFFIXES)}): remove the other"
                )
            found[stem] = f"{MASKS}/{file.relative_to(folder).as_posix()}"
    return found


def _listed(folder: Path) -> list[Path]:
    """What is in a folder, in order, without what systems leave there."""
    if not folder.is_dir():
        raise MaskedFolderError(
            f"{folder}: found a file; expected a folder: move it to the folder of its class"
        )
    try:
        paths = list(folder.iterdir())
    except OSError as error:
        raise MaskedFolderError(
            f"{folder}: found a folder that cannot be read ({error.strerror}); expected one that "
            "can: change its permissions, or mount it again"
        ) from None
    return sorted(
        path
        for path in paths
        if not path.name.startswith(".") and path.name not in ("Thumbs.db", "desktop.ini")
    )


def _stem(path: str) -> str:
    return path[: len(path) - len(Path(path).suffix)]


def _inside(root: Path) -> str:
    names = [path.name for path in _listed(root)]
    return f"in {root} are {_few(names)}" if names else f"{root} is empty"


def _few(names: Sequence[str]) -> str:
    more = f" and {len(names) - SHOWN} more" if len(names) > SHOWN else ""
    return f"{', '.join(names[:SHOWN])}{more}"
