"""Joining annotation files and image files by the images' names, never by the order of rows."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from heed.base.partitions import PARTITIONS
from heed.celeba.annotations import Annotation
from heed.celeba.images import ImageFiles, places
from heed.celeba.layout import Layout
from heed.celeba.messages import AnnotationError, counted, listed


@dataclass(frozen=True)
class Rows:
    """The images that are in the inventory, sorted by file name.

    Attributes:
        labels: (N) int64 their rows in the attribute file.
        files: (N) int64 their rows among the image files.
        unannotated: (M) int64 rows among the image files of those that no annotation names.
    """

    labels: NDArray[np.int64]
    files: NDArray[np.int64]
    unannotated: NDArray[np.int64]


def rows_of(labels: Annotation, other: Annotation) -> NDArray[np.int64]:
    """For each row of the attribute file, the row of the same image in another file.

    Raises:
        AnnotationError: naming the first image that only one of the two has.
    """
    at = places(labels.stems, other.stems)
    if len(other.stems) == len(labels.stems) and (at >= 0).all():
        return at
    for one, two in ((other, labels), (labels, other)):
        lacking = pc.invert(pc.is_in(one.stems, value_set=two.stems))
        if extra := one.stems.filter(lacking).to_pylist():
            raise AnnotationError.at(
                one.path,
                one.line_of(extra[0]),
                found=f"{listed(extra)}, which {two.path.name} lacks",
                expected="the same images in both files",
                remedy="Take both files from the same download, or remove the rows from both",
            )
    raise AssertionError("names are unique in each file, so one of two unlike sets has one more")


def check_partitions(
    partitions: Annotation, codes: NDArray[np.int32], needed: Sequence[str], reason: str = ""
) -> None:
    """Check that every needed partition has images in the partition file.

    Args:
        partitions: the partition file.
        codes: (N) its numbers.
        needed: the partitions that must have images.
        reason: why they are needed, and how to do without, for the message.

    Raises:
        AnnotationError: naming the partition that has none.
    """
    for code, name in enumerate(PARTITIONS):
        if name in needed and not (codes == code).any():
            raise AnnotationError.at(
                partitions.path,
                None,
                found=f"only the partition numbers {', '.join(map(str, np.unique(codes)))}",
                expected=f"images with {code} ({name}) too",
                remedy=_with(
                    "Give every partition some images: 0 train, 1 validation, 2 test", reason
                ),
            )


def present(
    labels: Annotation,
    codes: NDArray[np.int32],
    files: ImageFiles,
    layout: Layout,
    needed: Sequence[str],
    missing: Literal["stop", "skip"],
    reason: str = "",
) -> tuple[Rows, list[str]]:
    """The annotated images of the needed partitions that are there.

    Those of the other partitions are left out also where they are there: a few training faces
    that nothing needs would otherwise say which class is rarer.

    Args:
        labels: the attribute file.
        codes: (N) the partition number of each of its rows.
        files: the image files.
        layout: where the images are, for messages.
        needed: the partitions whose images are taken; each must have one.
        missing: what to do where annotated images of a needed partition are absent.
        reason: why the partitions are needed, and how to do without, for the message.

    Returns:
        The images, and sentences about those that were left out, for the summary.

    Raises:
        AnnotationError: images are absent that may not be, or a needed partition has none.
    """
    at = places(labels.stems, files.stems)
    there = at >= 0
    needed_codes = [code for code, name in enumerate(PARTITIONS) if name in needed]
    is_needed = np.isin(codes, needed_codes)
    absent = ~there & is_needed
    for code in needed_codes:
        if not (there & (codes == code)).any():
            remedy = _with(f"Unpack the {PARTITIONS[code]} images", reason)
            _raise_absent(labels, codes == code, layout, remedy, PARTITIONS[code])
    if absent.any() and missing == "stop":
        remedy = (
            "Unpack the images completely, remove their rows from all annotation files, or, if you "
            "mean to use those that are there, set data.missing: skip in params.yaml"
        )
        _raise_absent(labels, absent, layout, remedy)
    notes = []
    if absent.any():
        names = _stems(labels, absent)
        images = counted(len(names), "annotated image")
        verb = "is" if len(names) == 1 else "are"
        notes.append(f"left out {images} that {verb} not there: {listed(names)}")
    if not is_needed.all():
        others = [PARTITIONS[code] for code in np.unique(codes[~is_needed])]
        images = counted(int((~is_needed).sum()), "image")
        notes.append(f"left out {images} of partitions that nothing needs: {', '.join(others)}")
    rows = np.flatnonzero(there & is_needed)
    rows = rows[np.argsort(at[rows])]
    unannotated = np.ones(len(files), bool)
    unannotated[at[there]] = False
    return Rows(rows, at[rows], np.flatnonzero(unannotated)), notes


def _raise_absent(
    labels: Annotation,
    absent: NDArray[np.bool_],
    layout: Layout,
    remedy: str,
    partition: str = "",
) -> None:
    names = _stems(labels, absent)
    if partition:
        found = f"no image of the partition {partition} in {layout.images} (of {len(names)})"
    else:
        found = f"{len(names)} of {counted(len(absent), 'image')} that are not in {layout.images}"
    raise AnnotationError.at(
        labels.path,
        labels.line_of(names[0]),
        found=f"{found}: {listed(names)}",
        expected="a .jpg or .png file for each annotated image",
        remedy=remedy,
    )


def _with(remedy: str, reason: str) -> str:
    return f"{remedy}: {reason}" if reason else remedy


def _stems(labels: Annotation, some: NDArray[np.bool_]) -> list[str]:
    return list(labels.stems.filter(pa.array(some)).to_pylist())
