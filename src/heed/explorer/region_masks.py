"""The masks of a drawn region on the faces of an audit, prepared for scoring."""

import threading
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from heed.audit import paths
from heed.audit.counted_pixels import Counting, counted_pixels
from heed.audit.stored import reading, table_at
from heed.base.matching import rows_of
from heed.base.settings import load
from heed.explain.placement import Placement
from heed.explorer.stored_networks import unpacking
from heed.geometry import landmarks
from heed.geometry.settings import CropParams, FrontalParams
from heed.guidance.named_regions import BATCH, Region
from heed.metrics.grid.prepared_masks import PreparedMasks, prepare

CHUNK: Final = BATCH
"""Faces at once: the chunks of stored maps and masks, and the batches in which the stage draws
regions. Whoever asks for a slice of faces asks for one of these chunks."""

KEPT: Final = 2**27
"""Bytes of prepared masks that are kept of a region; those of more faces are made anew each time.

A second network, another threshold or method then need no masks again."""

REGIONS: Final = 2
"""Regions whose masks are kept."""


class RegionMasks:
    """The masks of a region on the audited faces.

    Args:
        region: that was drawn.
        table: landmarks of faces, a row for each.
        images: the audited ones, in order.
        size: side of the crops.
        cells: side of the maps.
        placement: where their cells lie.
        counted: the pixels that count.
    """

    def __init__(
        self,
        region: Region,
        table: pd.DataFrame,
        images: list[str],
        size: int,
        cells: int,
        placement: Placement,
        counted: Counting,
    ) -> None:
        rows = rows_of(images, table["image"], paths.LANDMARKS)
        self._points = landmarks.from_table(table.iloc[rows])
        self._region, self._size, self._cells = region, size, cells
        self._placement, self._counted = placement, counted
        self._kept: dict[int, PreparedMasks] = {}
        self._room = KEPT
        self._lock = threading.Lock()

    def of(self, faces: slice | NDArray[np.integer[Any]]) -> PreparedMasks:
        """The masks of some faces: of a whole chunk, which are kept, or of those at some places."""
        if isinstance(faces, slice):
            return self._prepared(faces.start // CHUNK)
        return self._made(faces)

    def _made(self, faces: Any) -> PreparedMasks:
        drawn = self._region.masks(self._points[faces], self._size)
        return prepare(drawn[:, None], [0], self._cells, self._placement, self._counted(faces))

    def _prepared(self, number: int) -> PreparedMasks:
        """The masks of a chunk of faces, one region for one attribute."""
        if (found := self._kept.get(number)) is not None:
            return found
        made = self._made(slice(number * CHUNK, (number + 1) * CHUNK))
        with self._lock:
            room = self._room - _bytes(made)
            if room >= 0 and number not in self._kept:
                self._kept[number], self._room = made, room
        return made


def masks_of_region(
    audit: Path, region: Region, filled: str, cells: int, placement: Placement
) -> RegionMasks:
    """The masks of a region on the faces of an audit, as its stages ``masks`` and ``score`` do.

    Args:
        audit: its folder.
        region: that was drawn.
        filled: which pixels count (``score.filled``).
        cells: side of the maps.
        placement: where their cells lie.

    Raises:
        InputError: a file is missing or damaged, or has no landmarks of a face.
    """
    files = [audit / name for name in (paths.LANDMARKS, paths.FRONTAL, "params.yaml")]
    with reading(files[0]):
        stamps = tuple(file.stat().st_mtime_ns for file in files)
    # Whose it is decides no pixel: the masks of one attribute are those of the next.
    outline = region.model_copy(update={"attributes": ("any",), "base": "2", "comment": ""})
    return _masks_of_region(audit.resolve(), stamps, outline, filled, cells, placement)


@lru_cache(REGIONS)
def _masks_of_region(
    audit: Path,
    stamps: tuple[int, ...],
    region: Region,
    filled: str,
    cells: int,
    placement: Placement,
) -> RegionMasks:
    params = audit / "params.yaml"
    frontal = table_at(audit / paths.FRONTAL)
    images = frontal["image"][frontal["kept"]].tolist()
    size, partition = load(CropParams, params).size, load(FrontalParams, params).partition
    with unpacking(audit / paths.crop_transforms(partition)):
        counted = counted_pixels(partition, filled, size, audit)
    table = table_at(audit / paths.LANDMARKS)
    return RegionMasks(region, table, images, size, cells, placement, counted)


def _bytes(masks: PreparedMasks) -> int:
    """What prepared masks hold in memory."""
    own: Any = [masks, masks.counted] if masks.counted else [masks]
    return sum(int(getattr(value, "nbytes", 0)) for each in own for value in vars(each).values())
