"""Scores under conditions other than the stored ones: from raw maps and masks, at once.

What is measured is what the stage ``score`` would write under these conditions, of one attribute.
Faces are read a chunk at a time, so that memory does not grow with them.
"""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final

import numpy as np
import zarr
from numpy.typing import NDArray

from heed.audit import paths
from heed.audit.counted_pixels import Counting, counted_pixels
from heed.base.errors import InputError
from heed.explain.names import of_minus
from heed.explain.placement import Placement
from heed.explain.signs import target_signs
from heed.explain.stored_maps import StoredMaps
from heed.explain.targets import TARGETS
from heed.explorer.audited import Audited
from heed.explorer.conditions import Conditions
from heed.explorer.kept_masks import damage
from heed.explorer.region_masks import CHUNK, masks_of_region
from heed.explorer.stored_networks import unpacking
from heed.metrics.grid.located import located
from heed.metrics.grid.prepared_masks import PreparedMasks, prepare
from heed.metrics.grid.tally import tally
from heed.metrics.scores import scores
from heed.process.overlap import ahead

COUNTED: Final = (
    "amr", "amr_uncorrected", "proportional_energy", "active_area", "intensity", "border_share",
    "iou", "empty",
)  # fmt: skip
"""Scores of counts and sums over pixels, which follow from the cells of maps."""

LOCATED: Final = ("pointing_game", "pixel_roc_auc")
"""Scores that need every pixel, and several times as long as all the others."""

Columns = dict[str, NDArray[np.float32]]


def counted_scores(
    audited: Audited, network: str, attribute: str, conditions: Conditions, **of: Any
) -> Columns:
    """The scores :data:`COUNTED` of all faces, (N,) float32 each; see :mod:`heed.metrics.scores`.

    Args:
        audited: the audit.
        network: ``<model>/<replicate>``.
        attribute: whose maps and masks.
        conditions: under which.
        **of: ``logits`` (N,) float32 and ``labels`` (N,) int8 of the attribute; ``faces``, places
            of the n faces that are measured, (n,): then columns are (n,), in their order.

    Raises:
        InputError: maps or masks are missing or damaged.
    """
    parts = []
    for maps, masks in ahead(_chunks(audited, network, attribute, conditions, **of)):
        found = scores(tally(maps, masks, conditions.threshold))
        parts.append([getattr(found, name)[:, 0] for name in COUNTED])
    return _joined(COUNTED, parts)


def located_scores(
    audited: Audited, network: str, attribute: str, conditions: Conditions, **of: Any
) -> Columns:
    """The scores :data:`LOCATED` of all faces; arguments as for :func:`counted_scores`."""
    parts = []
    for maps, masks in ahead(_chunks(audited, network, attribute, conditions, **of)):
        found = located(maps, masks)
        parts.append([getattr(found, name)[:, 0] for name in LOCATED])
    return _joined(LOCATED, parts)


def _joined(names: tuple[str, ...], parts: list[list[NDArray[Any]]]) -> Columns:
    columns = (np.concatenate(each) for each in zip(*parts, strict=True))
    return {name: each.astype(np.float32) for name, each in zip(names, columns, strict=True)}


def _chunks(
    audited: Audited,
    network: str,
    attribute: str,
    conditions: Conditions,
    logits: NDArray[np.float32],
    labels: NDArray[np.int8],
    faces: NDArray[np.integer[Any]] | None = None,
) -> Iterator[tuple[NDArray[np.float32], PreparedMasks]]:
    """Signed maps (B, 1, g, g) of an attribute and their masks, chunk by chunk."""
    group = audited.maps(network)
    path = Path(str(group.store_path.store.root))
    stored = StoredMaps.of(group, conditions.method, str(path))
    place = audited.attribute_place(attribute)
    signs = target_signs(TARGETS[conditions.target], logits[:, None], labels[:, None])
    placement: Placement = audited.placements_of(network)[conditions.placement]
    masks = _masks(audited, attribute, conditions, stored.shape[-1], placement)
    for chunk in _slices(len(audited.images)) if faces is None else _parts(faces):
        with unpacking(path):
            maps = _one(stored, place).signed(chunk, signs[chunk])
        if not maps.any(axis=(1, 2, 3)).all():
            for name in {conditions.method, of_minus(conditions.method)} & set(group):
                audited.chunks.check(str(path), name)
        if not np.isfinite(maps).all():
            raise InputError(
                f"{path}: a map of {attribute} is not finite; were the network's weights trained "
                "to the end?"
            )
        yield maps, masks(chunk)


def _masks(
    audited: Audited, attribute: str, conditions: Conditions, cells: int, placement: Placement
) -> Callable[[Any], PreparedMasks]:
    """A function from some faces to their masks of an attribute: drawn, or stored."""
    region = audited.region(conditions.mask, attribute)
    if region is not None and attribute in region.attributes:
        return masks_of_region(audited.path, region, conditions.filled, cells, placement).of
    masks = audited.masks(audited.stored_version(conditions.mask, attribute))
    number = int(masks.region_of_attribute[audited.attribute_place(attribute)])
    with unpacking(Path(masks.path)), damage(masks.path):
        regions = _Part(zarr.open_group(masks.path, mode="r")["regions"], number)
    counted = _counted(audited, conditions.filled)

    def prepared(faces: Any) -> PreparedMasks:
        with unpacking(Path(masks.path)):
            packed = regions[slice(0, 1) if masks.shared else faces]
        if not packed.any(axis=(1, 2, 3)).all():
            audited.chunks.check(masks.path, "regions")
        return prepare(packed, [0], cells, placement, None if counted is None else counted(faces))

    if masks.shared and counted is None:
        of_all = prepared(None)
        return lambda _: of_all
    return prepared


def _slices(faces: int) -> Iterator[slice]:
    for start in range(0, faces, CHUNK):
        yield slice(start, min(start + CHUNK, faces))


def _parts(faces: NDArray[np.integer[Any]]) -> Iterator[Any]:
    for start in range(0, len(faces), CHUNK):
        yield faces[start : start + CHUNK]


def _one(stored: StoredMaps, place: int) -> StoredMaps:
    """The maps of one attribute alone: (N, 1, g, g), read when they are used."""
    negative = None if stored.negative is None else _Part(stored.negative, place)
    return StoredMaps(_Part(stored.positive, place), negative)


class _Part:
    """One place of the second axis of a stored array, by faces: a slice of them, or places."""

    def __init__(self, array: Any, place: int) -> None:
        self._array, self._place = array, slice(place, place + 1)

    def __getitem__(self, faces: Any) -> NDArray[Any]:
        return np.asarray(self._array.oindex[faces, self._place])


def _counted(audited: Audited, filled: str) -> Counting | None:
    """A function from some faces to the pixels of their crops that count; None: all do."""
    if filled == "keep":
        return None
    with unpacking(audited.path / paths.crop_transforms(audited.partition)):
        return counted_pixels(audited.partition, filled, audited.size, audited.path)
