"""Faces of known persons: which images there are, and who is on each.

Either a folder of folders, as VGGFace2 and LFW have it,

    <root>/<identity>/<image>          images of any size, one person on all of a folder

or a table of images with a column of identities, such as CelebA's inventory.
"""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from multiprocessing.pool import ThreadPool
from pathlib import Path
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
from PIL import Image, UnidentifiedImageError

from heed.base.errors import HeedError, InputError

SUFFIXES: Final = (".bmp", ".jpeg", ".jpg", ".png", ".webp")
"""Ends of the names of images, in small or capital letters."""

SHOWN: Final = 3
"""Names that a message gives of many."""

_THREADS: Final = 8
"""Reading headers waits for the disk more than it computes."""


class IdentitiesError(HeedError, ValueError):
    """Faces of persons are not as they should be; the message names the file and the remedy."""


@dataclass(frozen=True)
class Identities:
    """Images and who is on them.

    Attributes:
        table: one row per image: ``path`` from the root, with / between folders, and ``identity``,
            a name or number; of a table that has it also ``partition``.
        notes: sentences about what was passed over, or is odd.
    """

    table: pd.DataFrame
    notes: tuple[str, ...] = ()

    def summary(self) -> str:
        """One line: how many images and persons, and what is odd."""
        persons = self.table["identity"].nunique()
        return "; ".join([f"{len(self.table)} images of {persons} persons", *self.notes])


def find_identities(root: str | os.PathLike[str]) -> Identities:
    """List the images of a folder of folders, in the order of their paths.

    The headers of all images are read, not the pixels: what is damaged behind its header is found
    when it is decoded (:class:`heed.recognition.images.FaceImages`). Names that begin with a dot,
    ``Thumbs.db`` and ``desktop.ini`` are passed over, and beside the folders of the persons any
    file that is no image, such as ``pairs.txt``.

    Args:
        root: the folder.

    Raises:
        IdentitiesError: there is no such folder, or no person in it; an image lies outside the
            folders, a folder holds none or something else, or an image cannot be opened.
    """
    root = Path(root)
    if not root.is_dir():
        raise IdentitiesError(
            f"{root}: found no such folder; expected one with a folder of images for each person: "
            "name the folder of your data set"
        )
    entries = _listed(root)
    if stray := [path for path in entries if path.suffix.lower() in SUFFIXES and path.is_file()]:
        raise IdentitiesError(
            f"{stray[0]}: found an image; expected a folder for each person, with images in it: "
            "move it into the folder of its person, or out of the data set"
        )
    persons = [path for path in entries if path.is_dir()]
    if not persons:
        raise IdentitiesError(
            f"{root}: found no folder; expected one for each person, named after the person: move "
            "the images of each person into one"
        )
    passed = [path.name for path in entries if not path.is_dir()]
    paths, identities = [], []
    for person in persons:
        images = _images_of(person)
        paths += [f"{person.name}/{name}" for name in images]
        identities += [person.name] * len(images)
    with ThreadPool(_THREADS) as threads:
        threads.map(check_header, [root / path for path in paths], chunksize=64)
    notes = [f"passed over {few(passed)}, which no person's folder holds"] if passed else []
    table = pd.DataFrame({"path": paths, "identity": identities})
    return Identities(table, (*notes, *_singles(table)))


def identities_in(faces: pd.DataFrame, source: str) -> Identities:
    """Take images and identities from a table, such as the inventory of CelebA.

    Args:
        faces: one row per image: ``path`` and ``identity``, missing where it is not known; a
            column ``partition`` is kept.
        source: where it is from, for messages.

    Returns:
        Its rows of known identity, in their order.

    Raises:
        IdentitiesError: there is no such column, no identity is known, or one is a number that is
            not whole.

    Example:
        >>> faces = pd.DataFrame({"path": ["a.jpg", "b.jpg", "c.jpg"], "identity": [7, None, 7]})
        >>> identities_in(faces, "faces.parquet").summary()
        '2 images of 1 persons; left out 1 image whose person is not known'
    """
    if missing := [name for name in ("path", "identity") if name not in faces]:
        raise IdentitiesError(
            f"{source}: found the columns {', '.join(map(str, faces.columns))}; expected path and "
            f"identity: add {missing[0]}, or rename its column"
        )
    known = faces["identity"].notna().to_numpy()
    if not known.any():
        raise IdentitiesError(
            f"{source}: found no identity of {len(faces)} images; expected the number of the "
            "person on each: for CelebA put Anno/identity_CelebA.txt in its place"
        )
    columns = ["path", "identity", *(["partition"] if "partition" in faces else [])]
    table = faces.loc[known, columns].reset_index(drop=True)
    if _numbers(table) and (odd := table.loc[table["identity"] % 1 != 0, "identity"]).size:
        raise IdentitiesError(
            f"{source}: found the identity {odd.iloc[0]} of {table['path'][odd.index[0]]}; "
            "expected whole numbers or names, as 1.2 and 1.5 would be one: give each person its own"
        )
    table["identity"] = table["identity"].astype(np.int64 if _numbers(table) else str)
    unknown = int((~known).sum())
    left = [f"left out {_counted(unknown, 'image')} whose person is not known"] if unknown else []
    return Identities(table, (*left, *_singles(table)))


def persons_in(identity: ArrayLike) -> tuple[NDArray[np.intp], NDArray[np.generic]]:
    """The number of the person on each image, and the persons in order.

    Args:
        identity: (N,) numbers or names.

    Returns:
        (N,) places among the persons, -1 where the person is not known, and the persons.

    Raises:
        InputError: another shape.

    Example:
        >>> numbers, persons = persons_in(["Bo", "Ann", "Bo"])
        >>> numbers.tolist(), persons.tolist()
        ([1, 0, 1], ['Ann', 'Bo'])
    """
    values = np.asarray(identity)
    if values.ndim != 1:
        raise InputError(f"identity: found the shape {values.shape}; expected (N,), a person each")
    codes, names = pd.factorize(values, sort=True)
    return codes, names


def check_header(path: Path) -> None:
    """Refuse a file that does not begin like an image.

    Raises:
        IdentitiesError: it is empty, no image, or too large.
    """
    try:
        with Image.open(path):
            return
    except Image.DecompressionBombError as error:
        raise IdentitiesError(
            f"{path}: found more pixels than are read ({error}); expected an image of fewer: scale "
            "it down"
        ) from None
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError):
        size = path.stat().st_size if path.exists() else 0
        raise IdentitiesError(
            f"{path}: found {size} bytes that are no image; expected a whole JPEG, PNG, BMP or "
            "WebP: copy it again, or remove it"
        ) from None


def few(names: Sequence[str]) -> str:
    """The first few of some names, and how many more there are.

    Example:
        >>> few(["a", "b", "c", "d"])
        'a, b, c and 1 more'
    """
    more = f" and {len(names) - SHOWN} more" if len(names) > SHOWN else ""
    return f"{', '.join(names[:SHOWN])}{more}"


def _images_of(person: Path) -> list[str]:
    files = _listed(person)
    if not files:
        raise IdentitiesError(
            f"{person}: found no image; expected at least one of each person: add images, or "
            "remove the folder"
        )
    for file in files:
        if file.is_dir() or file.suffix.lower() not in SUFFIXES:
            what = "a folder" if file.is_dir() else f"a file that ends in {file.suffix!r}"
            raise IdentitiesError(
                f"{file}: found {what}; expected images only ({', '.join(SUFFIXES)}): move it out "
                "of the data set. Where the persons are a level deeper, name that folder instead"
            )
    return [file.name for file in files]


def _singles(table: pd.DataFrame) -> tuple[str, ...]:
    """What to say of persons with one image."""
    counts = table["identity"].value_counts()
    singles = sorted(map(str, counts.index[counts == 1]))
    if not singles:
        return ()
    verb = "has" if len(singles) == 1 else "have"
    return (f"{_counted(len(singles), 'person')} {verb} a single image: {few(singles)}",)


def _numbers(table: pd.DataFrame) -> bool:
    return pd.api.types.is_numeric_dtype(table["identity"])


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}{'s' * (number != 1)}"


def _listed(folder: Path) -> list[Path]:
    """What is in a folder, in order, without what systems leave there."""
    return sorted(
        path
        for path in folder.iterdir()
        if not path.name.startswith(".") and path.name not in ("Thumbs.db", "desktop.ini")
    )
