"""The inventory: one table of all that CelebA's files say about each image."""

import hashlib
import os
from collections.abc import Sequence
from dataclasses import dataclass
from multiprocessing.pool import ThreadPool
from pathlib import Path
from typing import Any, Literal

import numpy as np
import pandas as pd

from heed.attributes import ATTRIBUTES, PARTITIONS
from heed.celeba.annotations import (
    BOX_KIND,
    IDENTITY_KIND,
    LANDMARK_KIND,
    PARTITION_KIND,
    Annotation,
    read_annotation,
    read_labels,
)
from heed.celeba.errors import AnnotationError, LayoutError, listed
from heed.celeba.landmarks import check_landmarks
from heed.celeba.layout import IMAGE_SUFFIXES, LANDMARK_FILES, ImageKind, Layout, find_layout

_BOX_COLUMNS = ("box_x", "box_y", "box_width", "box_height")
# Smaller files cannot be photographs of faces, so their first bytes are looked at.
_SUSPICIOUS_BYTES = 512
_IMAGE_MAGIC = (b"\xff\xd8\xff", b"\x89PNG")


@dataclass(frozen=True)
class Inventory:
    """What a CelebA folder holds.

    Attributes:
        table: one row per annotated image, sorted by file name: image, path (relative
            to the root), size (bytes), digest (SHA-256, only if asked for), partition,
            identity, box_*, the 40 labels (-1/+1), wild_* and aligned_* landmarks in
            pixels (x right, y down). What has no file is missing (NA, NaN).
        unannotated: names of the images that the annotations lack, sorted.
    """

    table: pd.DataFrame
    unannotated: tuple[str, ...]

    def summary(self) -> str:
        """One line: how many faces per partition, and which images have no annotation."""
        counts = self.table["partition"].value_counts()
        text = ", ".join(f"{counts.get(code, 0)} {name}" for code, name in enumerate(PARTITIONS))
        text = f"{len(self.table)} faces: {text}"
        if not self.unannotated:
            return text
        names = list(self.unannotated)
        return f"{text}; left out {len(names)} images without annotations: {listed(names)}"


@dataclass(frozen=True)
class _ImageFile:
    name: str
    size: int


def take_inventory(
    root: str | os.PathLike[str],
    images: ImageKind,
    verify: Literal["size", "content"] = "size",
    *,
    needed: Sequence[str] = PARTITIONS,
) -> Inventory:
    """Read a CelebA folder: its annotations joined by image, and the image files' sizes.

    No image is decoded. Files are joined by name without suffix (annotations may say
    .jpg where the files are .png), never by the order of their rows.

    Args:
        root: the folder; see :mod:`heed.celeba.layout` for the layouts it may have.
        images: the kind of image to audit. Its landmark file must be there; the other,
            the boxes and the identities may be missing.
        verify: ``content`` adds the SHA-256 of every image file.
        needed: the partitions that must have images; the others may be empty.

    Raises:
        CelebAError: naming the file, the line, what was found, what was expected and
            what to do.
    """
    layout = find_layout(Path(root), images)
    labels = read_labels(layout.attributes)
    partitions = read_annotation(layout.partitions, PARTITION_KIND)
    _check_same_images(labels, partitions)
    _check_partitions(partitions, needed)
    files = _scan(layout.images)
    _check_on_disk(labels, files, layout)

    stems = sorted(labels.rows, key=lambda stem: files[stem].name)
    names = [files[stem].name for stem in stems]
    folder = layout.images.relative_to(layout.root).as_posix()
    columns: dict[str, Any] = {
        "image": names,
        "path": [f"{folder}/{name}" for name in names],
        "size": np.array([files[stem].size for stem in stems], dtype=np.int64),
    }
    if verify == "content":
        columns["digest"] = _digests([layout.images / name for name in names])
    columns["partition"] = _ordered(partitions, stems)[:, 0].astype(np.int8)
    columns["identity"] = _identities(layout, labels, stems)
    columns |= _boxes(layout, labels, stems)
    columns |= _columns(ATTRIBUTES, _ordered(labels, stems).astype(np.int8))
    columns |= _landmarks(layout, labels, stems)
    unannotated = sorted(files[stem].name for stem in files.keys() - labels.rows.keys())
    return Inventory(pd.DataFrame(columns), tuple(unannotated))


def _scan(folder: Path) -> dict[str, _ImageFile]:
    files: dict[str, _ImageFile] = {}
    with os.scandir(folder) as entries:
        for entry in entries:
            stem, dot, suffix = entry.name.rpartition(".")
            # entry.is_file() is False for a link that leads nowhere: an image not there.
            if f"{dot}{suffix}".lower() not in IMAGE_SUFFIXES or not entry.is_file():
                continue
            if stem in files:
                raise LayoutError(
                    f"{folder}: found {entry.name} beside {files[stem].name}; expected one file "
                    f"per image. Keep one of the two."
                )
            size = entry.stat().st_size
            if size < _SUSPICIOUS_BYTES:
                _check_magic(Path(entry.path), size)
            files[stem] = _ImageFile(entry.name, size)
    return files


def _check_magic(path: Path, size: int) -> None:
    with path.open("rb") as file:
        if not file.read(4).startswith(_IMAGE_MAGIC):
            raise LayoutError(
                f"{path}: found {size} bytes that are no image (an interrupted download, or a "
                f"pointer of git-LFS or DVC); expected a JPEG or PNG. Fetch the images again."
            )


def _check_same_images(labels: Annotation, other: Annotation) -> None:
    if other.rows.keys() == labels.rows.keys():
        return
    for one, two in ((other, labels), (labels, other)):
        extra = [stem for stem in one.rows if stem not in two.rows]
        if extra:
            raise AnnotationError(
                one.path,
                one.line_of(extra[0]),
                found=f"{listed(extra)}, which {two.path.name} lacks",
                expected="the same images in both files",
                remedy="Take both files from the same download, or remove the rows from both",
            )


def _check_partitions(partitions: Annotation, needed: Sequence[str]) -> None:
    for code, name in enumerate(PARTITIONS):
        if name in needed and not (partitions.numbers == code).any():
            found = ", ".join(map(str, np.unique(partitions.numbers)))
            raise AnnotationError(
                partitions.path,
                None,
                found=f"only the partition numbers {found}",
                expected=f"images with {code} ({name}) too",
                remedy="Give every partition some images: 0 train, 1 validation, 2 test",
            )


def _check_on_disk(labels: Annotation, files: dict[str, _ImageFile], layout: Layout) -> None:
    absent = [stem for stem in labels.rows if stem not in files]
    if absent:
        raise AnnotationError(
            labels.path,
            labels.line_of(absent[0]),
            found=f"{len(absent)} of {len(labels.rows)} images that are not in {layout.images}: "
            f"{listed(absent)}",
            expected="a .jpg or .png file for each annotated image",
            remedy="Unpack the images completely, or remove their rows from all annotation files",
        )


def _ordered(annotation: Annotation, stems: list[str]) -> np.ndarray:
    """The values in the order of ``stems``."""
    return annotation.numbers[[annotation.rows[stem] for stem in stems]]


def _columns(names: tuple[str, ...], values: np.ndarray) -> dict[str, np.ndarray]:
    return {name: values[:, column] for column, name in enumerate(names)}


def _identities(layout: Layout, labels: Annotation, stems: list[str]) -> Any:
    if layout.identities is None:
        return pd.array([pd.NA] * len(stems), dtype="Int64")
    identities = read_annotation(layout.identities, IDENTITY_KIND)
    _check_same_images(labels, identities)
    return pd.array(_ordered(identities, stems)[:, 0], dtype="Int64")


def _boxes(layout: Layout, labels: Annotation, stems: list[str]) -> dict[str, np.ndarray]:
    if layout.boxes is None:
        return _columns(_BOX_COLUMNS, np.full((len(stems), len(_BOX_COLUMNS)), np.nan))
    boxes = read_annotation(layout.boxes, BOX_KIND)
    _check_same_images(labels, boxes)
    return _columns(_BOX_COLUMNS, _ordered(boxes, stems).astype(np.float64))


def _landmarks(layout: Layout, labels: Annotation, stems: list[str]) -> dict[str, np.ndarray]:
    columns: dict[str, np.ndarray] = {}
    for kind in LANDMARK_FILES:
        values = np.full((len(stems), len(LANDMARK_KIND.columns)), np.nan)
        if kind in layout.landmarks:
            landmarks = read_annotation(layout.landmarks[kind], LANDMARK_KIND)
            _check_same_images(labels, landmarks)
            check_landmarks(landmarks, kind)
            values = _ordered(landmarks, stems).astype(np.float64)
        columns |= _columns(tuple(f"{kind}_{name}" for name in LANDMARK_KIND.columns), values)
    return columns


def _digests(paths: list[Path]) -> list[str]:
    with ThreadPool() as threads:  # hashlib lets other threads run while it hashes
        return threads.map(_digest, paths, chunksize=64)


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
