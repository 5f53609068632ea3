"""Faces of CelebA with and without one attribute: a balanced choice of them."""

import hashlib
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from heed.base.partitions import PARTITIONS
from heed.celeba.messages import CelebAError
from heed.geometry.affine import apply
from heed.geometry.alignment import alignment
from heed.geometry.frontal import frontal_ratio
from heed.geometry.landmarks import columns, from_table, to_table
from heed.masks.mask_version import MASK_SCALE
from heed.methods.attribute_classes import class_of
from heed.methods.settings import CelebAParams, DataParams


def chosen_faces(faces: pd.DataFrame, data: DataParams, params: CelebAParams) -> pd.DataFrame:
    """Choose faces of each partition, half of them with the attribute.

    A larger number holds the faces of a smaller one, and what is chosen of one class and partition
    does not depend on the numbers of another.

    Args:
        faces: of :class:`heed.celeba.inventory.Inventory`, all three partitions.
        data: the folder, the attribute and the kind of images.
        params: how many, and which seed.

    Returns:
        Rows by partition, then by name: ``image``, ``path`` (from the root), ``partition``,
        ``kind`` (see :func:`heed.methods.attribute_classes.class_of`), ``label`` (-1 or +1),
        ``width`` and ``height`` (pixels), ``sha256`` of the file, and five landmarks in its pixels.

    Raises:
        CelebAError: a class has fewer faces than are wanted.
    """
    points = from_table(faces, f"{data.images}_")
    codes, labels = faces["partition"].to_numpy(), faces[data.positive].to_numpy(np.int8)
    usable = np.ones(len(faces), bool)
    if params.frontal is not None:
        to_crop = alignment(points, data.side, MASK_SCALE, list(faces["image"]))
        asked = codes == PARTITIONS.index("test")
        usable = ~asked | (frontal_ratio(apply(to_crop, points)) <= params.frontal)
    rows = np.concatenate(
        [
            _of_partition(code, labels, usable & (codes == code), data.positive, params)
            for code in range(len(PARTITIONS))
        ]
    )
    chosen, kinds = faces.iloc[rows], [class_of(data.positive, label) for label in labels[rows]]
    table = pd.DataFrame(
        {
            "image": chosen["image"].to_numpy(object),
            "path": chosen["path"].to_numpy(object),
            "partition": [PARTITIONS[code] for code in codes[rows]],
            "kind": kinds,
            "label": labels[rows],
            "width": chosen["width"].to_numpy(np.int32),
            "height": chosen["height"].to_numpy(np.int32),
            "sha256": [_digest(Path(data.folder, path)) for path in chosen["path"]],
        }
    )
    table[columns()] = to_table(points[rows])
    return table


def _of_partition(
    code: int, labels: NDArray[np.int8], usable: NDArray[np.bool_], name: str, params: CelebAParams
) -> NDArray[np.intp]:
    """Rows of one partition, in ascending order."""
    partition = PARTITIONS[code]
    wanted = getattr(params, partition) // 2
    chosen = []
    for label in (1, -1):
        found = np.flatnonzero(usable & (labels == label))
        if len(found) < wanted:
            frontal = (
                f" with a ratio of at most {params.frontal:g} (celeba.frontal)"
                if partition == "test" and params.frontal is not None
                else ""
            )
            raise CelebAError(
                f"celeba.{partition}: found {len(found)} faces of the class "
                f"{class_of(name, label)} in the partition {partition}{frontal}; expected at least "
                f"{wanted}, half of {2 * wanted}: lower it in params.yaml, or choose another "
                "attribute as data.positive"
            )
        order = np.random.default_rng([params.seed, code, label + 1]).permutation(found)
        chosen.append(order[:wanted])
    return np.sort(np.concatenate(chosen))


def _digest(path: Path) -> str:
    with path.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()
