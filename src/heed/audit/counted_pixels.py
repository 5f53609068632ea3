"""The pixels of crops that count in scores: all, or those that show the photograph."""

import os
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from heed.audit import paths
from heed.base.matching import rows_of
from heed.geometry.affine import from_table
from heed.geometry.filling import inside
from heed.masks.packing import Packed, pack

Counting = Callable[[slice | NDArray[np.intp]], Packed | None]
"""Of some of the audited faces the pixels that count, (B, S, S / 8); None where all do."""


def counted_pixels(
    partition: str, filled: str, size: int, folder: str | os.PathLike[str] = "."
) -> Counting:
    """Which pixels of the audited crops count.

    Args:
        partition: of the faces.
        filled: ``score.filled``: ``keep``, all pixels count; ``leave_out``, those that are sampled
            from the photograph alone (:func:`heed.geometry.filling.inside`).
        size: side S of the crops.
        folder: of the audit.

    Returns:
        A function that is asked some faces at a time, so that memory does not grow with them.
    """
    if filled == "keep":
        return lambda _: None
    frontal = pd.read_parquet(Path(folder, paths.FRONTAL))
    cropped = paths.crop_transforms(partition)
    table = pd.read_parquet(Path(folder, cropped))
    table = table.iloc[rows_of(frontal.image[frontal.kept], table.image, cropped)]
    transforms = from_table(table, "a_")
    sources = table[["source_width", "source_height"]].to_numpy()

    def counted(faces: slice | NDArray[np.intp]) -> Packed:
        pairs = zip(transforms[faces], sources[faces].tolist(), strict=True)
        return pack(np.stack([inside(to_crop, w, h, size) for to_crop, (w, h) in pairs]))

    return counted
