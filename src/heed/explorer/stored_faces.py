"""Single faces of an audit as they are stored: crop, map, mask, landmarks.

A store holds a few hundred faces in a chunk, which can only be read as one. What was read stays in
memory, within limits that do not grow with the number of faces.
"""

from functools import cached_property
from typing import Any, Final, NamedTuple
from weakref import ref

import numpy as np
import zarr
from numpy.typing import NDArray

from heed.audit import paths
from heed.audit.stored import REMEDY, reading, table_at
from heed.base.arrays import ArrayFileError, StoredImages
from heed.base.errors import InputError
from heed.base.matching import rows_of
from heed.base.settings import load
from heed.explain.names import of_minus
from heed.explain.placement import Placement
from heed.explain.signs import signed_maps, target_signs
from heed.explain.stored_maps import StoredMaps
from heed.explain.targets import TARGETS
from heed.explorer.audited import Audited, Conditions
from heed.explorer.kept_masks import KeptMasks, damage
from heed.explorer.remembered import Remembered
from heed.explorer.score_columns import columns
from heed.geometry.affine import Matrix
from heed.geometry.affine import columns as matrix_columns
from heed.geometry.affine import from_table as matrices
from heed.geometry.filling import inside
from heed.geometry.landmarks import from_table as landmarks_of
from heed.geometry.settings import CropParams
from heed.masks.packing import unpack
from heed.metrics.groups import GROUP_INDEX, GROUPS

MAPS_KEPT: Final = 96 * 2**20
"""Bytes of maps in memory: half of those that 2 networks have of the 10,458 frontal test faces of
CelebA, in chunks of 2 MB."""

COLUMNS_KEPT: Final = 64 * 2**20
"""Bytes of labels and logits in memory."""


class _Faces(NamedTuple):
    """What is known of the faces beside their pixels."""

    crop_rows: NDArray[np.intp]
    to_crop: Matrix
    sources: NDArray[np.int64]


class StoredFaces:
    """The audited faces of one audit, read one at a time, by several threads at once.

    Args:
        audited: the audit.

    Raises:
        InputError: from each method: a face, network, method or version that there is not, or a
            file that is missing or damaged.
    """

    def __init__(self, audited: Audited) -> None:
        # Not held on to: what is kept for an audit goes with it.
        self._of, self.path, self.size = ref(audited), audited.path, audited.size
        self._maps: Remembered[NDArray[np.float32]] = Remembered(MAPS_KEPT, lambda m: m.nbytes)
        self._masks = KeptMasks()
        self._columns: Remembered[NDArray[Any]] = Remembered(COLUMNS_KEPT, lambda c: c.nbytes)

    def crop(self, image: str) -> NDArray[np.uint8]:
        """The aligned crop, (S, S, 3) uint8, RGB."""
        row = int(self._faces.crop_rows[self._audited.place(image)])
        try:
            return self._crops[row]
        except IndexError:
            raise InputError(
                f"{self._crops.path}: found {len(self._crops)} crops, and none in row {row}; "
                f"{REMEDY}"
            ) from None

    @cached_property
    def scale(self) -> float:
        """Side of the crops in eye-mouth distances."""
        return load(CropParams, self.path / "params.yaml").scale

    def raw_map(
        self, image: str, attribute: str, network: str, conditions: Conditions
    ) -> NDArray[np.float32]:
        """The map of what is explained, (h, w) float32, neither rectified nor scaled.

        Args:
            image: the face.
            attribute: whose map.
            network: model and replicate, such as ``balanced/1``.
            conditions: of which method and target.
        """
        row, index = self._audited.place(image), self._audited.attribute_place(attribute)
        stored = StoredMaps.of(self._audited.maps(network), conditions.method, network)
        sign = self._sign(row, attribute, network, conditions.target)
        positive = self._cells(network, conditions.method, stored.positive, row)[index]
        negative = None
        if stored.negative is not None and sign < 0:
            minus = self._cells(network, of_minus(conditions.method), stored.negative, row)
            negative = minus[index]
        return signed_maps(np.array(sign, np.int8), positive, negative)

    def placement(self, network: str, conditions: Conditions) -> Placement:
        """Where the cells of a network's maps lie, by the rule that is asked for."""
        found = self._audited.placements_of(network)
        if conditions.placement not in found:
            raise InputError(
                f"placement: found {conditions.placement!r}; of {network} there is "
                f"{', '.join(found) or 'none'}"
            )
        placement: Placement = found[conditions.placement]
        return placement

    def mask(self, image: str, attribute: str, version: str) -> NDArray[np.bool_]:
        """Where a classifier should look, (S, S) bool."""
        row, index = self._audited.place(image), self._audited.attribute_place(attribute)
        drawn = self._audited.region(version, attribute)
        if drawn is not None and attribute in drawn.attributes:
            return unpack(drawn.masks(self.landmarks(image)[None], self.size))[0]
        masks = self._audited.masks(self._audited.stored_version(version, attribute))
        found = self._masks.mask(masks, row, int(masks.region_of_attribute[index]))
        if not found.any():
            self._audited.chunks.check(masks.path, "regions")
        return found

    def counted(self, image: str, filled: str) -> NDArray[np.bool_] | None:
        """Pixels that count in scores, (S, S) bool; None where all do.

        Args:
            image: the face.
            filled: ``keep``, or ``leave_out``: as ``score.filled`` of params.yaml.
        """
        if filled == "keep":
            return None
        row, faces = self._audited.place(image), self._faces
        width, height = faces.sources[row].tolist()
        return inside(faces.to_crop[row], width, height, self.size)

    def landmarks(self, image: str) -> NDArray[np.float64]:
        """The five landmarks in the crop, (5, 2) x, y in pixels."""
        found: NDArray[np.float64] = self.all_landmarks[self._audited.place(image)]
        return found

    @cached_property
    def all_landmarks(self) -> NDArray[np.float64]:
        """Those of all audited faces, (N, 5, 2)."""
        table = table_at(self.path / paths.LANDMARKS)
        rows = rows_of(self._audited.images, table.image, paths.LANDMARKS)
        return landmarks_of(table.iloc[rows])

    def average(self, model: str, attribute: str, group: str) -> NDArray[np.float32]:
        """A model's average map of a group of faces, (S, S), 0..1; NaN where it has no face.

        Args:
            model: whose; the average is over all of its networks.
            attribute: whose maps.
            group: one of :data:`heed.metrics.groups.GROUPS`.
        """
        index = self._audited.attribute_place(attribute)
        self._audited.check("model", model, self._audited.models)
        self._audited.check("group", group, GROUPS)
        place = GROUP_INDEX[group]

        def chunk() -> NDArray[np.float32]:
            return self._of_averages(f"{model}/means", (slice(None), place))

        found: NDArray[np.float32] = self._maps.of(("average", model, group), chunk)[index]
        return found

    def average_face(self) -> NDArray[np.uint8]:
        """The mean of the audited crops, (S, S, 3) uint8, RGB."""
        return np.rint(self._of_averages("face", ...)).astype(np.uint8)

    def label(self, attribute: str) -> NDArray[np.int8]:
        """The labels of all audited faces, (N,) -1 or +1."""
        audited = self._audited
        found: NDArray[np.int8] = self._columns.of(
            ("label", attribute), lambda: columns(audited, audited.networks[0], attribute).label
        )
        return found

    def logit(self, attribute: str, network: str) -> NDArray[np.float32]:
        """What a network answers about all audited faces, (N,) float32."""
        audited = self._audited
        found: NDArray[np.float32] = self._columns.of(
            (network, attribute), lambda: columns(audited, network, attribute).logit
        )
        return found

    @property
    def _audited(self) -> Audited:
        found = self._of()
        if found is None:
            raise RuntimeError("the audit whose faces are asked for is no more")
        return found

    def _sign(self, row: int, attribute: str, network: str, target: str) -> int:
        if target not in TARGETS:
            raise InputError(f"target: found {target!r}; expected of {', '.join(TARGETS)}")
        logit = self.logit(attribute, network)[row : row + 1]
        label = self.label(attribute)[row : row + 1]
        return int(target_signs(TARGETS[target], logit, label)[0])

    def _cells(self, network: str, key: str, array: Any, row: int) -> NDArray[np.float32]:
        """The maps of one face, (A, h, w)."""
        length = array.chunks[0]
        start = row - row % length

        def chunk() -> NDArray[np.float32]:
            with damage(network):
                read: NDArray[np.float32] = np.asarray(array[start : start + length])
            if not read.any():
                self._audited.chunks.check(str(array.store.root), array.path)
            return read

        found: NDArray[np.float32] = self._maps.of((network, key, start), chunk)[row - start]
        return found

    def _of_averages(self, name: str, part: Any) -> NDArray[np.float32]:
        with damage(paths.AVERAGES):
            found: NDArray[np.float32] = np.asarray(self._averages[name][part])
        if not found.any():
            self._audited.chunks.check(str(self.path / paths.AVERAGES), name)
        return found

    @cached_property
    def _averages(self) -> Any:
        path = self.path / paths.AVERAGES
        with reading(path):
            return zarr.open_group(path, mode="r")

    @cached_property
    def _crops(self) -> StoredImages:
        file = self.path / paths.crops(self._audited.partition)
        with reading(file):
            try:
                return StoredImages(file)
            except ArrayFileError as error:
                raise InputError(str(error)) from None

    @cached_property
    def _faces(self) -> _Faces:
        name = paths.crop_transforms(self._audited.partition)
        wanted = ["image", *matrix_columns("a_"), "source_width", "source_height"]
        table = table_at(self.path / name, columns=wanted)
        rows = rows_of(self._audited.images, table.image, name)
        table = table.iloc[rows]
        sources = table[["source_width", "source_height"]].to_numpy(np.int64)
        return _Faces(rows, matrices(table, "a_"), sources)
