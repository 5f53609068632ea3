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
from numpy.typing import NDArray

from heed.base.partitions import PARTITIONS
from heed.celeba import image_sizes
from heed.celeba.annotations import Annotation, read_annotation, read_labels
from heed.celeba.attributes import ATTRIBUTES
from heed.celeba.images import pixel_sizes, scan
from heed.celeba.joining import Rows, check_partitions, present, rows_of
from heed.celeba.kinds import BOX_KIND, IDENTITY_KIND, LANDMARK_KIND, PARTITION_KIND
from heed.celeba.landmark_checks import (
    ALIGNED_SIZE,
    Points,
    check_aligned_places,
    check_faces,
    check_inside,
    check_landmark_size,
    check_landmarks,
    points_of,
)
from heed.celeba.layout import LANDMARK_FILES, ImageKind, Layout, find_layout
from heed.celeba.messages import counted, listed
from heed.geometry.landmarks import columns as landmark_columns

_BOX_COLUMNS = ("box_x", "box_y", "box_width", "box_height")


@dataclass(frozen=True)
class Inventory:
    """What a CelebA folder holds.

    Attributes:
        table: one row per annotated image of a needed partition, sorted by file name: image,
            path (relative to the root), size (bytes), width and height (pixels), partition,
            identity, box_*, the 40 labels (-1/+1), wild_* and aligned_* landmarks in pixels
            (x right, y down). What has no file is missing (NA, NaN).
        unannotated: names of the images that the annotations lack, sorted.
        notes: further sentences for the summary, about what was left out, scaled or is odd.
        contents: SHA-256 of the names and contents of the table's images, where it was asked for.
            It is no part of the table, so that asking for it changes nothing for those who read
            no image.
    """

    table: pd.DataFrame
    unannotated: tuple[str, ...]
    notes: tuple[str, ...] = ()
    contents: str | None = None

    def summary(self) -> str:
        """One line: how many faces per partition, what was left out, and what is odd."""
        counts = self.table["partition"].value_counts()
        text = ", ".join(f"{counts.get(code, 0)} {name}" for code, name in enumerate(PARTITIONS))
        return "; ".join([f"{counted(len(self.table), 'face')}: {text}", *self.remarks()])

    def remarks(self) -> list[str]:
        """What was left out, and what is odd: a reader of the results should know it too."""
        if not self.unannotated:
            return list(self.notes)
        names = list(self.unannotated)
        left_out = f"left out {counted(len(names), 'image')} without annotations"
        return [f"{left_out}: {listed(names)}", *self.notes]


def take_inventory(
    root: str | os.PathLike[str],
    images: ImageKind,
    verify: Literal["size", "content"] = "size",
    *,
    needed: Sequence[str] = PARTITIONS,
    reason: str = "",
    missing: Literal["stop", "skip"] = "stop",
    landmark_size: tuple[int, int] | None = None,
    cache: str | os.PathLike[str] | None = None,
) -> Inventory:
    """Read a CelebA folder: its annotations joined by image, and the image files' sizes.

    No image is decoded. Files are joined by name without suffix (annotations may say
    .jpg where the files are .png), never by the order of their rows.

    Args:
        root: the folder; see :mod:`heed.celeba.layout` for the layouts it may have.
        images: the kind of image to audit. Its landmark file must be there; the other,
            the boxes and the identities may be missing.
        verify: ``content`` reads every image file for :attr:`Inventory.contents`.
        needed: the partitions that are wanted, at least one of ``PARTITIONS``; each
            must have images. The images of the others are left out, there or not.
        reason: why they are needed, and how to do without, for a message about one that is not
            there.
        missing: what to do where annotated images of a needed partition are absent: ``skip``
            leaves their rows out.
        landmark_size: width and height of the images that the landmarks (and, for ``wild``,
            the boxes) were measured in, where the image files have another size: they are scaled
            to the files. None: the files are as CelebA has them.
        cache: a file in which widths and heights are kept between runs, so that each image is
            opened once; None: every image is opened.

    Raises:
        CelebAError: naming the file, the line, what was found, what was expected and
            what to do.
    """
    layout = find_layout(Path(root), images)
    labels = read_labels(layout.attributes)
    partitions = read_annotation(layout.partitions, PARTITION_KIND, labels)
    codes = partitions.numbers[rows_of(labels, partitions), 0]
    check_partitions(partitions, codes, needed, reason)
    found = scan(layout.images)
    rows, notes = present(labels, codes, found, layout, needed, missing, reason)
    identities = _identities(layout, labels, rows)
    boxes = _boxes(layout, labels, rows)
    points: dict[ImageKind, Points] = {}
    landmarks: dict[ImageKind, Annotation] = {}
    for kind, path in layout.landmarks.items():
        annotation = read_annotation(path, LANDMARK_KIND, labels)
        own_size = landmark_size if kind == images else None
        notes += _check_landmarks(annotation, kind, own_size)
        landmarks[kind] = annotation
        points[kind] = points_of(annotation)[rows_of(labels, annotation)[rows.labels]]

    files = found.taken(rows.files)
    sizes = pixel_sizes(files, None if cache is None else Path(cache))
    names = files.names.to_pylist()
    if landmark_size is not None:
        factors, scaled = image_sizes.scales(layout.images, names, sizes, landmark_size)
        notes += scaled
        points[images] = image_sizes.scaled_points(points[images], factors)
        if boxes is not None and images == "wild":
            boxes = image_sizes.scaled_boxes(boxes, factors)
    if images == "wild":
        photographs = image_sizes.Photographs(
            layout.images, names, sizes, landmark_size, landmarks[images].place_of
        )
        notes += image_sizes.check_photographs(photographs, points["wild"], boxes)
    elif landmark_size is None:
        image_sizes.check_aligned_sizes(layout.images, names, sizes)

    folder = layout.images.relative_to(layout.root).as_posix()
    columns: dict[str, Any] = {
        "image": names,
        "path": [f"{folder}/{name}" for name in names],
        "size": files.bytes,
        "width": sizes[:, 0],
        "height": sizes[:, 1],
    }
    columns["partition"] = codes[rows.labels].astype(np.int8)
    columns["identity"] = identities
    columns |= _columns(_BOX_COLUMNS, boxes, len(names))
    columns |= _columns(ATTRIBUTES, labels.numbers[rows.labels].astype(np.int8), len(names))
    for kind in LANDMARK_FILES:
        values = points[kind].reshape(len(names), -1) if kind in points else None
        columns |= _columns(landmark_columns(f"{kind}_"), values, len(names))
    unannotated = found.taken(rows.unannotated).names.to_pylist()
    contents = _contents(layout.images, names) if verify == "content" else None
    return Inventory(pd.DataFrame(columns), tuple(unannotated), tuple(notes), contents)


def _check_landmarks(
    annotation: Annotation, kind: ImageKind, landmark_size: tuple[int, int] | None
) -> list[str]:
    """Check a landmark file; a size of the user's stands in for what is known of CelebA's."""
    notes = check_faces(annotation, kind)
    if landmark_size is None or (kind == "aligned" and landmark_size == ALIGNED_SIZE):
        check_landmarks(annotation, kind)
        if kind == "aligned":
            check_aligned_places(annotation)
        return notes
    check_landmark_size(annotation, landmark_size)
    if kind == "aligned":
        check_inside(annotation, landmark_size)
    return notes


def _identities(layout: Layout, labels: Annotation, rows: Rows) -> Any:
    if layout.identities is None:
        return pd.array([pd.NA] * len(rows.labels), dtype="Int64")
    identities = read_annotation(layout.identities, IDENTITY_KIND, labels)
    return pd.array(identities.numbers[rows_of(labels, identities)[rows.labels], 0], dtype="Int64")


def _boxes(layout: Layout, labels: Annotation, rows: Rows) -> NDArray[np.float64] | None:
    if layout.boxes is None:
        return None
    boxes = read_annotation(layout.boxes, BOX_KIND, labels)
    return boxes.numbers[rows_of(labels, boxes)[rows.labels]].astype(np.float64)


def _columns(names: Sequence[str], values: np.ndarray | None, rows: int) -> dict[str, np.ndarray]:
    if values is None:
        values = np.full((rows, len(names)), np.nan)
    return {name: values[:, column] for column, name in enumerate(names)}


def _contents(folder: Path, names: list[str]) -> str:
    with ThreadPool() as threads:  # hashlib lets other threads run while it hashes
        digests = threads.map(_digest, [folder / name for name in names], chunksize=64)
    lines = [f"{digest}  {name}\n" for digest, name in zip(digests, names, strict=True)]
    return hashlib.sha256("".join(lines).encode()).hexdigest()  # of what sha256sum would print


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
