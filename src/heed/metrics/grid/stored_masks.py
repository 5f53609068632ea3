"""The masks that the stage masks wrote, prepared for scoring a batch at a time."""

import os
from pathlib import Path
from typing import Any, Final

import numpy as np
import zarr
from numpy.typing import NDArray

from heed.explain.placement import Placement
from heed.masks.packing import Packed, unpack
from heed.metrics.grid.prepared_masks import PreparedMasks, prepare

_AT_A_TIME: Final = 32  # images whose masks are unpacked


class StoredMasks:
    """One version of the masks on disk.

    Attributes:
        path: where they are.
        images_sha256: digest of the names of the images that the masks are for.
        region_of_attribute: (A,), the region of each attribute.
        version: of the masks, as ``mask.version`` in ``params.yaml`` has it.
        size: side S of the masks.
        shared: whether all images have the same masks.
    """

    def __init__(self, path: str | os.PathLike[str]) -> None:
        """Open the zarr group at ``path``, with the array ``regions``: (N or 1, R, S, S / 8)."""
        self.path = os.fspath(path)
        group = zarr.open_group(path, mode="r")
        self._regions: Any = group["regions"]
        self.images_sha256 = str(group.attrs["images_sha256"])
        self.region_of_attribute: NDArray[np.intp] = np.array(
            group.attrs["region_of_attribute"], np.intp
        )
        self.version: Any = group.attrs.get("version")
        self.size = int(self._regions.shape[-2])
        self.shared = self._regions.shape[0] == 1
        self._prepared: dict[tuple[int, Placement | None], PreparedMasks] = {}

    def usual(self) -> NDArray[np.bool_]:
        """The pixels of each attribute that are in the mask of at least half of the images.

        Returns:
            (A, S, S) bool.
        """
        n = self._regions.shape[0]
        counts = np.zeros((self._regions.shape[1], self.size, self.size), np.int64)
        for start in range(0, n, _AT_A_TIME):
            counts += unpack(np.asarray(self._regions[start : start + _AT_A_TIME])).sum(axis=0)
        found: NDArray[np.bool_] = (2 * counts >= n)[self.region_of_attribute]
        return found

    def packed(self, images: slice) -> Packed:
        """The regions of some images, (B or 1, R, S, S / 8) uint8."""
        return np.asarray(self._regions[slice(0, 1) if self.shared else images])

    def prepared(
        self,
        images: slice,
        cells: int,
        placement: Placement | None = None,
        counted: Packed | None = None,
    ) -> PreparedMasks:
        """The masks of some images for maps of ``cells`` x ``cells``; shared ones only once.

        Args:
            images: which of the images.
            cells: the side of the maps in cells.
            placement: where the cells lie; without one by the half-pixel rule.
            counted: (B, S, S / 8), the pixels of these images that count; None: all of them.
        """
        if not self.shared or counted is not None:
            return prepare(self.packed(images), self.region_of_attribute, cells, placement, counted)
        key = cells, placement
        if key not in self._prepared:
            self._prepared[key] = prepare(
                self.packed(images), self.region_of_attribute, cells, placement
            )
        return self._prepared[key]


def stored_versions(folder: str | os.PathLike[str]) -> dict[str, StoredMasks]:
    """All versions of the masks in a folder, by name, in the order of their names.

    Args:
        folder: with a group ``<version>.zarr`` for each.
    """
    return {path.stem: StoredMasks(path) for path in sorted(Path(folder).glob("*.zarr"))}
