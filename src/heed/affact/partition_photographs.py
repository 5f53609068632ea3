"""Photographs of a partition, cut along their landmarks, as the networks of AFFACT learn them."""

import numpy as np
import pandas as pd

from heed.affact.augmentation import Augmentation
from heed.affact.photographs import AugmentedPhotographs
from heed.base.partitions import PARTITIONS
from heed.celeba.attributes import ATTRIBUTES
from heed.celeba.settings import DataParams
from heed.geometry.alignment import alignment
from heed.geometry.landmarks import from_table
from heed.geometry.settings import CropParams


def photographs(
    faces: pd.DataFrame,
    partition: str,
    data: DataParams,
    crop: CropParams,
    augmentation: Augmentation | None,
    *,
    seed: int,
) -> AugmentedPhotographs:
    """The photographs of one partition, read and cut while training.

    The training images are jittered anew in every epoch. Those of another partition are
    jittered too where there is an augmentation, but alike in every epoch: the network is
    chosen by faces as it will meet them, and epochs can be compared.

    Args:
        faces: the inventory's table.
        partition: one of :data:`heed.base.partitions.PARTITIONS`.
        data: where the photographs are.
        crop: side and scale of the crops, and how they are made.
        augmentation: the random transforms; None for aligned crops as they are.
        seed: of the random transforms.
    """
    rows = faces[faces["partition"] == PARTITIONS.index(partition)]
    landmarks = from_table(rows, f"{data.images}_")
    return AugmentedPhotographs(
        [f"{data.folder}/{path}" for path in rows["path"]],
        alignment(landmarks, crop.size, crop.scale, list(rows["image"])),
        rows[list(ATTRIBUTES)].to_numpy(np.int8),
        crop.size,
        augmentation,
        seed,
        fixed=partition != "train",
        sampling=crop.sampling,
    )
