"""The outlines of masks and evidence, each of which is in the page once."""

from collections.abc import Iterable, Mapping
from typing import Final

import numpy as np
from numpy.typing import NDArray

from heed.audit.tables.scales import evenly
from heed.masks.packing import Packed, unpack
from heed.metrics.grid.stored_masks import StoredMasks
from heed.pages.contours import contours

TYPICAL_FACES: Final = 60
"""Faces, evenly spaced, whose masks make the typical one."""

TOGETHER: Final = 256
"""Faces whose masks are read at once: a chunk on disk."""


class MaskOutlines:
    """Paths of masks, by number: equal ones have the same.

    Args:
        versions: the masks of the audited faces, by version.

    Attributes:
        paths: the paths, by number; the first is that of an empty mask.
    """

    def __init__(self, versions: Mapping[str, StoredMasks]) -> None:
        self.versions = versions
        self.paths = [""]
        self._numbers = {"": 0}
        self._known: dict[tuple[str, int, int], int] = {}
        self._read: tuple[str, int, Packed] = ("", 0, np.empty(0, np.uint8))

    def of_face(self, version: str, row: int, attribute: int) -> int:
        """The number of the path of one face's mask.

        Args:
            version: of the masks.
            row: of the face among the audited ones.
            attribute: its index.
        """
        masks = self.versions[version]
        region = int(masks.region_of_attribute[attribute])
        key = version, 0 if masks.shared else row, region
        if key not in self._known:
            self._known[key] = self._number(self.mask(version, row, attribute))
        return self._known[key]

    def read(self, rows: Mapping[int, Iterable[int]]) -> None:
        """Find the outlines of faces, each of which is read once.

        Args:
            rows: by row of the face, the attributes that are asked for later.
        """
        for version in self.versions:
            for row, attributes in rows.items():
                for attribute in attributes:
                    self.of_face(version, row, attribute)

    def mask(self, version: str, row: int, attribute: int) -> NDArray[np.bool_]:
        """One face's mask, (S, S).

        Args: as :meth:`of_face`.
        """
        masks = self.versions[version]
        region = int(masks.region_of_attribute[attribute])
        return unpack(self._packed(version, 0 if masks.shared else row)[region])

    def _packed(self, version: str, row: int) -> Packed:
        """The masks of one face; those of its neighbours, stored with them, stay in memory."""
        start = row - row % TOGETHER
        if self._read[:2] != (version, start):
            found = self.versions[version].packed(slice(start, start + TOGETHER))
            self._read = version, start, found
        return self._read[2][row - start]

    def typical(self, version: str, faces: int) -> list[int]:
        """For each attribute the pixels that are in the masks of at least half of the faces.

        Args:
            version: of the masks.
            faces: how many are audited; some of them, evenly spaced, are looked at.
        """
        masks = self.versions[version]
        rows = [0] if masks.shared else evenly(faces, TYPICAL_FACES).tolist()
        counts = np.stack([unpack(self._packed(version, row)) for row in rows]).sum(0, np.int32)
        of_regions = [self._number(count * 2 >= len(rows)) for count in counts]
        return [of_regions[int(region)] for region in masks.region_of_attribute]

    def _number(self, mask: NDArray[np.bool_]) -> int:
        path = contours(mask)
        if path not in self._numbers:
            self._numbers[path] = len(self.paths)
            self.paths.append(path)
        return self._numbers[path]
