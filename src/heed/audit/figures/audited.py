"""What the figures of single faces are drawn from: the faces of a run and their maps."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from heed.audit.tables.score_arrays import ScoreArrays
from heed.base.files import images_digest
from heed.base.matching import check_same_images, rows_of
from heed.explain.placement import Placement
from heed.geometry import affine
from heed.geometry.landmarks import columns, from_table
from heed.metrics.grid.stored_masks import StoredMasks


class Rows(Protocol):
    """An array on disk, read row by row."""

    def __getitem__(self, row: int) -> NDArray[np.uint8]:
        """One row, without its first axis."""


@dataclass(frozen=True, eq=False)
class Faces:
    """The n faces of the audited partition, in the order of their crops.

    Attributes:
        crops: (n, S, S, 3) uint8, RGB.
        landmarks: (n, 5, 2) x, y in pixels of the crops, as the frontal filter saw them.
        exact: the same, by the crops' own transforms.
        aligned: (n, 5, 2) x, y in pixels of the aligned images; NaN where the data has none.
        ratio: (n,) what the frontal filter decides by.
        kept: (n,) which of the faces are audited.
        threshold: the largest ratio that is kept.
        audited_sha256: digest of the names of the faces that are kept.
    """

    crops: Rows
    landmarks: NDArray[np.float64]
    exact: NDArray[np.float64]
    aligned: NDArray[np.float64]
    ratio: NDArray[np.float64]
    kept: NDArray[np.bool_]
    threshold: float
    audited_sha256: str

    @property
    def audited(self) -> NDArray[np.intp]:
        """Rows of the N audited faces."""
        return np.flatnonzero(self.kept)

    def pictures(self, rows: NDArray[np.intp]) -> list[NDArray[np.uint8]]:
        """The crops of some faces."""
        return [self.crops[int(row)] for row in rows]


@dataclass(frozen=True, eq=False)
class Maps:
    """The maps of the N audited faces, by network.

    Attributes:
        scores: how each network and its maps do.
        raw: per network the maps of z, (N, 40, h, w), as an array or a stored zarr array.
        signed: the same for the target that is scored.
        placements: per network where the cells of both lie.
        rules: per network the same by each rule of :mod:`heed.explain.placement` that is known.
        masks: per version the masks, of those versions that the run has.
        version: of the masks that the maps are scored with.
        threshold: pixels of a map above it are active.
        raw_of_minus: per network the maps of -z; None, or left out, where they are those of z with
            the sign changed.
    """

    scores: Mapping[str, ScoreArrays]
    raw: Mapping[str, Any]
    signed: Mapping[str, Any]
    placements: Mapping[str, Placement]
    rules: Mapping[str, Mapping[str, Placement]]
    masks: Mapping[str, StoredMasks]
    version: str
    threshold: float
    raw_of_minus: Mapping[str, Any] = field(default_factory=dict)


def faces_from_tables(
    crops: Rows,
    faces: pd.DataFrame,
    landmarks: pd.DataFrame,
    frontal: pd.DataFrame,
    transforms: pd.DataFrame,
    images: str,
    threshold: float,
) -> Faces:
    """Gather the faces of one partition from the tables of a run.

    Args:
        crops: the partition's crops.
        faces: with the landmarks in the photographs, of all partitions.
        landmarks: in the crops, of all partitions.
        frontal: the frontal filter's decisions on the partition.
        transforms: from the partition's photographs to the crops.
        images: which landmarks the crops are made with, ``wild`` or ``aligned``.
        threshold: the largest ratio that the frontal filter keeps.

    Raises:
        heed.base.matching.DifferentImagesError: if crops and frontal filter are not of the same
            images in the same order, or a face is missing in another table.
    """
    check_same_images(
        {
            "data/frontal.parquet": images_digest(frontal["image"]),
            "data/crops": images_digest(transforms["image"]),
        }
    )
    names = frontal["image"]
    faces = faces.iloc[rows_of(names, faces["image"], "data/faces.parquet")]
    landmarks = landmarks.iloc[rows_of(names, landmarks["image"], "data/landmarks.parquet")]
    source = from_table(faces, f"{images}_")
    return Faces(
        crops=crops,
        landmarks=from_table(landmarks),
        exact=affine.apply(affine.from_table(transforms, "a_"), source),
        aligned=faces[columns("aligned_")].to_numpy(np.float64).reshape(-1, 5, 2),
        ratio=frontal["ratio"].to_numpy(np.float64),
        kept=frontal["kept"].to_numpy(np.bool_),
        threshold=threshold,
        audited_sha256=images_digest(frontal.loc[frontal["kept"], "image"]),
    )
