"""A collection of drawn faces on disk, in CelebA's official layout.

Beside ``Anno``, ``Eval`` and ``Img`` there can be a folder ``evidence`` with, for the
faces of the test partition, the pixels in which each attribute shows.
"""

import functools
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path
from typing import TextIO

import cv2
import numpy as np
import pandas as pd
import zarr
from numpy.typing import NDArray
from tqdm import tqdm

from heed.base.files import write_table
from heed.base.partitions import PARTITIONS
from heed.celeba.attributes import ATTRIBUTES
from heed.geometry.affine import Matrix
from heed.geometry.alignment import LANDMARKS
from heed.process.children import ended_with_parent
from heed.synthetic.evidence import evidence
from heed.synthetic.pose import FACE_FRAME, FACE_FRAME_TO_ALIGNED
from heed.synthetic.render import Image
from heed.synthetic.studio import Recipe, Studio

JPEG_QUALITY = 95
EVIDENCE_CHUNK = 64
"""Rows of a chunk of the evidence, and faces of a batch: no two batches share a chunk."""

ALIGNED_FOLDER, WILD_FOLDER = "Img/img_align_celeba", "Img/img_celeba"
MASKS, TRANSFORMS = "evidence/masks.zarr", "evidence/transforms.parquet"

_CORNERS = [f"{row}{column}" for row in range(2) for column in range(3)]
_POINTS = " ".join(f"{name}_{axis}" for name in LANDMARKS for axis in "xy")


@dataclass(frozen=True)
class _Row:
    """What the annotation files say of one image."""

    image: str
    attributes: str
    aligned: str
    wild: str
    box: str
    identity: int
    partition: int
    wild_matrix: Matrix


def write_collection(
    recipe: Recipe, folder: Path, *, workers: int, with_evidence: bool = True
) -> None:
    """Draw all faces of a recipe into a folder.

    The files do not depend on ``workers``: every face has random numbers of its own.
    Memory does not grow with the number of faces.

    Args:
        recipe: which faces.
        folder: where to; it must not exist.
        workers: processes that draw; 1 draws in this one.
        with_evidence: write the folder ``evidence`` too, for which each test face is drawn
            once more per attribute.
    """
    for name in ("Anno", "Eval", ALIGNED_FOLDER, WILD_FOLDER):
        (folder / name).mkdir(parents=True)
    if with_evidence:
        _create_masks(folder, recipe.test)
    batches = _batches(recipe)
    transforms: list[dict[str, str | float]] = []
    with _Annotations(folder, sum(recipe.counts)) as annotations:
        progress = tqdm(total=sum(recipe.counts), desc="faces", unit="face")
        for rows in _drawn(recipe, folder, batches, workers, with_evidence):
            for row in rows:
                annotations.add(row)
                if PARTITIONS[row.partition] == "test":
                    transforms.append(_transform(row))
            progress.update(len(rows))
        progress.close()
    if with_evidence:
        write_table(pd.DataFrame(transforms), folder / TRANSFORMS)


def _batches(recipe: Recipe) -> list[range]:
    """Numbers of faces that are drawn together, never of two partitions."""
    batches, first = [], 0
    for count in recipe.counts:
        end = first + count
        batches += [
            range(start, min(start + EVIDENCE_CHUNK, end))
            for start in range(first, end, EVIDENCE_CHUNK)
        ]
        first = end
    return batches


def _drawn(
    recipe: Recipe, folder: Path, batches: list[range], workers: int, with_evidence: bool
) -> Iterator[list[_Row]]:
    draw = functools.partial(_draw_batch, recipe, folder, with_evidence)
    if workers == 1:
        yield from map(draw, batches)
        return
    # Spawned, not forked: a fork copies locks that another thread may hold.
    with ProcessPoolExecutor(
        workers, mp_context=get_context("spawn"), initializer=ended_with_parent
    ) as pool:
        yield from pool.map(draw, batches)


@functools.lru_cache(maxsize=1)
def _studio(recipe: Recipe) -> Studio:
    return Studio(recipe)


def _draw_batch(recipe: Recipe, folder: Path, with_evidence: bool, batch: range) -> list[_Row]:
    """Draw faces, write their photographs and evidence, return their annotations."""
    threads = cv2.getNumThreads()
    cv2.setNumThreads(1)
    studio = _studio(recipe)
    rows, masks = [], []
    for index in batch:
        face = studio.face(index)
        partition = int(studio.partitions[index])
        name = image_name(index)
        aligned, wild = studio.photographs(face)
        (folder / ALIGNED_FOLDER / name).write_bytes(encoded(aligned))
        (folder / WILD_FOLDER / name).write_bytes(encoded(wild))
        if with_evidence and PARTITIONS[partition] == "test":
            masks.append(np.packbits(evidence(face.scene), axis=-1))
        x, y, width, height = face.box
        rows.append(
            _Row(
                image=name,
                attributes=" ".join(f"{label:2d}" for label in face.labels),
                aligned=_points(face.scene.look.pose.aligned),
                wild=_points(face.wild_landmarks),
                box=f"{x:5d} {y:3d} {width:3d} {height:3d}",
                identity=int(studio.identities[index]),
                partition=partition,
                wild_matrix=face.wild.matrix,
            )
        )
    if masks:
        start = batch.start - recipe.train - recipe.validation
        group = zarr.open_group(folder / MASKS, mode="r+")
        group["masks"][start : start + len(masks)] = np.stack(masks)
    cv2.setNumThreads(threads)
    return rows


def image_name(index: int) -> str:
    """The file name of face number ``index``, counted from 0.

    Example:
        >>> image_name(0), index_of("000001.jpg")
        ('000001.jpg', 0)
    """
    return f"{index + 1:06d}.jpg"


def index_of(image: str) -> int:
    """The number of the face in a file that :func:`image_name` has named."""
    return int(Path(image).stem) - 1


def encoded(image: Image) -> bytes:
    """A photograph, (h, w, 3) uint8 RGB, as the JPEG file that is written of it."""
    options = [cv2.IMWRITE_JPEG_QUALITY, JPEG_QUALITY]
    _, content = cv2.imencode(".jpg", cv2.cvtColor(image, cv2.COLOR_RGB2BGR), options)
    return content.tobytes()


def _points(landmarks: NDArray[np.float64]) -> str:
    return "  ".join(f"{value:3d}" for value in np.rint(landmarks).astype(int).ravel())


def _create_masks(folder: Path, count: int) -> None:
    shape = (count, len(ATTRIBUTES), FACE_FRAME, FACE_FRAME // 8)
    group = zarr.open_group(folder / MASKS, mode="w")
    group.create_array(
        "masks", shape=shape, chunks=(EVIDENCE_CHUNK, *shape[1:]), dtype=np.uint8, fill_value=0
    )


def _transform(row: _Row) -> dict[str, str | float]:
    wild = zip(_CORNERS, row.wild_matrix.ravel(), strict=True)
    aligned = zip(_CORNERS, FACE_FRAME_TO_ALIGNED.ravel(), strict=True)
    return (
        {"image": row.image}
        | {f"wild_{corner}": float(value) for corner, value in wild}
        | {f"aligned_{corner}": float(value) for corner, value in aligned}
    )


class _Annotations(ExitStack):
    """CelebA's annotation files, written row by row."""

    def __init__(self, folder: Path, count: int) -> None:
        super().__init__()
        self._attributes = self._open(
            folder / "Anno/list_attr_celeba.txt", f"{count}\n{' '.join(ATTRIBUTES)} \n"
        )
        self._aligned = self._open(
            folder / "Anno/list_landmarks_align_celeba.txt", f"{count}\n{_POINTS}\n"
        )
        self._wild = self._open(folder / "Anno/list_landmarks_celeba.txt", f"{count}\n{_POINTS}\n")
        self._boxes = self._open(
            folder / "Anno/list_bbox_celeba.txt", f"{count}\nimage_id x_1 y_1 width height\n"
        )
        self._identities = self._open(folder / "Anno/identity_CelebA.txt", "")
        self._partitions = self._open(folder / "Eval/list_eval_partition.txt", "")

    def _open(self, path: Path, head: str) -> TextIO:
        file = self.enter_context(path.open("w", encoding="utf-8", newline="\n"))
        file.write(head)
        return file

    def add(self, row: _Row) -> None:
        """Write one image's rows."""
        self._attributes.write(f"{row.image} {row.attributes}\n")
        self._aligned.write(f"{row.image} {row.aligned}\n")
        self._wild.write(f"{row.image} {row.wild}\n")
        self._boxes.write(f"{row.image} {row.box}\n")
        self._identities.write(f"{row.image} {row.identity}\n")
        self._partitions.write(f"{row.image} {row.partition}\n")
