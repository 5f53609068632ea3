"""How the maps of one attribute fare against a region that somebody has drawn, for all faces.

The numbers are those of the stage ``score`` with ``mask.version: regions/<name>``: the same masks,
drawn in the same batches, and the same functions of :mod:`heed.metrics`. Only the masks and maps of
the one attribute are looked at, so that it takes a second where the stage takes minutes.
"""

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Protocol

import numpy as np
import pandas as pd
import zarr
from numpy.typing import NDArray

from heed.audit import paths
from heed.audit.stored import REMEDY, entries, reading, table_at
from heed.audit.tables.score_table import conditions_of
from heed.base.errors import InputError
from heed.base.files import images_digest
from heed.base.matching import check_same_images, rows_of
from heed.celeba.attributes import ATTRIBUTES
from heed.explain.placement import Placement, stored_placement
from heed.explain.signs import target_signs
from heed.explain.stored_maps import StoredMaps
from heed.explorer.region_masks import CHUNK, chunk_of, masks_of_region
from heed.guidance.named_regions import Region
from heed.metrics.grid.located import located
from heed.metrics.grid.tally import tally
from heed.metrics.scores import scores

SCORES: Final = (
    "amr", "amr_uncorrected", "proportional_energy", "active_area", "intensity", "border_share",
    "iou", "pointing_game", "pixel_roc_auc", "empty",
)  # fmt: skip
"""What a map is scored by, as ``data/scores`` has it (docs/data.md)."""

BY_PIXEL: Final = ("pointing_game", "pixel_roc_auc")
"""Those that look at each pixel, and take most of the time."""


class Conditions(Protocol):
    """What maps are scored, and how."""

    @property
    def method(self) -> str:
        """One of ``infer.methods``."""

    @property
    def target(self) -> Any:
        """Of :func:`heed.explain.signs.target_signs`."""

    @property
    def placement(self) -> str:
        """The rule by which the cells of maps lie."""

    @property
    def threshold(self) -> float:
        """Pixels above it are active."""

    @property
    def filled(self) -> str:
        """``keep``, or ``leave_out``: pixels that show no photograph do not count."""


@dataclass(frozen=True)
class StoredConditions:
    """Those that the scores of a network were taken under."""

    method: str
    target: int
    placement: str
    threshold: float
    filled: str


def stored_conditions(audit: str | os.PathLike[str], network: str) -> StoredConditions:
    """What the stage ``score`` scored of a network, and how.

    Args:
        audit: its folder.
        network: model and replicate, such as ``balanced/1``.

    Raises:
        InputError: there are no scores of this network.
    """
    model, number = model_and_replicate(audit, network)
    file = Path(audit, paths.scores(model), f"{number}.parquet")
    with reading(file):
        found = conditions_of(file)
    names = StoredConditions.__dataclass_fields__
    return StoredConditions(**{name: found[name] for name in names})


def scores_in_region(
    audit: str | os.PathLike[str],
    network: str,
    attribute: str,
    region: Region,
    conditions: Conditions | None = None,
    *,
    by_pixel: bool = True,
) -> pd.DataFrame:
    """Score the maps of an attribute against a drawn region, face by face.

    Args:
        audit: the folder of an audit that has run.
        network: model and replicate, such as ``balanced/1``.
        attribute: whose maps.
        region: that was drawn; which attributes it names does not matter here.
        conditions: None: those that the stage ``score`` has taken.
        by_pixel: also those of :data:`BY_PIXEL`; without, they are missing.

    Returns:
        A row for each audited face in their order: ``image``, ``label`` (int8, -1 or +1),
        ``logit`` (float32), and :data:`SCORES`, float64, NaN where a score is missing; ``empty`` is
        bool. They are those of ``data/scores`` with ``mask.version: regions/<name>``, to the bit.

    Raises:
        InputError: the audit has no such network, attribute or maps, or a file is missing or
            damaged; the message names it.
    """
    model, number = model_and_replicate(audit, network)
    if attribute not in ATTRIBUTES:
        raise InputError(f"attribute: found {attribute!r}; expected one of {', '.join(ATTRIBUTES)}")
    asked = conditions or stored_conditions(audit, network)
    folder, place = Path(audit), ATTRIBUTES.index(attribute)
    predicted = folder / paths.predictions(model) / f"{number}.parquet"
    logits = table_at(predicted, columns=["image", f"logit.{attribute}"])
    images = logits["image"].to_numpy()
    faces = table_at(folder / paths.FACES, columns=["image", attribute])
    labels = faces[attribute].to_numpy(np.int8)[rows_of(list(images), faces["image"], paths.FACES)]
    z = logits[f"logit.{attribute}"].to_numpy(np.float32)
    maps = _Maps(folder, model, number, place, asked, target_signs_of(asked, z, labels))
    check_same_images({str(predicted): images_digest(images), maps.file: maps.images_sha256})

    masks = masks_of_region(folder, region, asked.filled, maps.cells, maps.placement)
    check_same_images({str(predicted): images_digest(images), paths.FRONTAL: masks.images_sha256})

    def scored(number: int) -> dict[str, NDArray[Any]]:
        own = masks.prepared(number)
        of_chunk = maps.read(chunk_of(number))
        found = scores(tally(of_chunk, own, asked.threshold))
        columns = {name: getattr(found, name)[:, 0] for name in SCORES if name not in BY_PIXEL}
        if by_pixel:
            at = located(of_chunk, own)
            return columns | {name: getattr(at, name)[:, 0] for name in BY_PIXEL}
        return columns | {name: np.full(len(of_chunk), np.nan) for name in BY_PIXEL}

    parts = [scored(number) for number in range(-(-len(images) // CHUNK))]
    empty: dict[str, NDArray[Any]] = {name: np.empty(0) for name in SCORES}
    columns = {name: np.concatenate([p[name] for p in parts] or [empty[name]]) for name in SCORES}
    return pd.DataFrame({"image": images, "label": labels, "logit": z} | columns)


GROUPS: Final = ("hits", "misses", "false_alarms", "correct_rejections")
"""Kinds of decisions: present and found, present and not found, absent and found, and neither."""


def groups_of(scored: pd.DataFrame) -> NDArray[np.str_]:
    """To which of :data:`GROUPS` each row of :func:`scores_in_region` belongs.

    A logit of 0 or more predicts "present".

    Example:
        >>> groups_of(pd.DataFrame({"label": [1, -1, -1], "logit": [0.0, 2.0, -1.0]})).tolist()
        ['hits', 'false_alarms', 'correct_rejections']
    """
    found, present = scored["logit"].to_numpy() >= 0, scored["label"].to_numpy() > 0
    return np.array(GROUPS)[np.where(present, np.where(found, 0, 1), np.where(found, 2, 3))]


def means(scored: pd.DataFrame) -> pd.DataFrame:
    """The mean scores of all faces and of each kind of decision.

    Args:
        scored: rows of :func:`scores_in_region`, with ``network`` and ``attribute`` as well.

    Returns:
        A row for each network, attribute and group: ``faces``, and :data:`SCORES` but
        ``empty``, which is the number of empty maps. NaN where no face has a score.
    """
    rows = []
    for (network, attribute), own in scored.groupby(["network", "attribute"], sort=False):
        group = groups_of(own)
        for name in ("all", *GROUPS):
            some = own if name == "all" else own[group == name]
            scores_ = {each: some[each].mean() for each in SCORES if each != "empty"}
            counts = {"faces": len(some), "empty": int(some["empty"].sum())}
            rows.append({"network": network, "attribute": attribute, "group": name})
            rows[-1] |= counts | scores_
    return pd.DataFrame(rows)


def model_and_replicate(audit: str | os.PathLike[str], network: str) -> tuple[str, int]:
    """A network's model and the number of its replicate.

    Raises:
        InputError: the audit has none of this name; the message says which it has.
    """
    known = networks(audit)
    if network not in known:
        raise InputError(f"network: found {network!r}; expected one of {', '.join(known)}")
    model, _, number = network.rpartition("/")
    return model, int(number)


def networks(audit: str | os.PathLike[str]) -> list[str]:
    """The networks of an audit whose maps are scored, such as ``balanced/1``.

    Raises:
        InputError: there are none.
    """
    folder = Path(audit, paths.SCORES)
    models = sorted(each.name for each in folder.glob("[!.]*") if each.is_dir())
    found = [f"{model}/{file.stem}" for model in models for file in entries(folder / model)]
    if not found:
        raise InputError(f"{folder}: found no scores; expected an audit that has run: {REMEDY}")
    return found


def target_signs_of(
    conditions: Conditions, logits: NDArray[np.float32], labels: NDArray[np.int8]
) -> NDArray[np.int8]:
    """The sign of each face's map, (N, 1), by the target."""
    return target_signs(conditions.target, logits[:, None], labels[:, None])


class _Maps:
    """The signed maps of one attribute of one network, a chunk at a time."""

    def __init__(
        self,
        folder: Path,
        model: str,
        number: int,
        attribute: int,
        asked: Conditions,
        signs: NDArray[np.int8],
    ) -> None:
        own = slice(attribute, attribute + 1)
        self._signs = signs
        self._raw: StoredMaps | None = None
        self.file = str(folder / paths.cams(model) / f"{number}.zarr")
        group = _group(self.file)
        if (group.attrs.get("method"), group.attrs.get("target")) == (asked.method, asked.target):
            self._stored = _Column(group["cams"], own)
        else:
            self.file = str(folder / paths.maps(model) / f"{number}.zarr")
            group = _group(self.file)
            raw = StoredMaps.of(group, asked.method, self.file)
            minus = None if raw.negative is None else _Column(raw.negative, own)
            self._stored = _Column(raw.positive, own)
            self._raw = StoredMaps(self._stored, minus)
        self.images_sha256 = str(group.attrs.get("images_sha256"))
        rule: Any = asked.placement
        self.placement: Placement = stored_placement(group.attrs.asdict(), self.file, rule)
        self.cells = int(self._stored.shape[-1])

    def read(self, chunk: slice) -> NDArray[np.float32]:
        """(B, 1, g, g) float32."""
        if self._raw is None:
            return np.ascontiguousarray(self._stored[chunk])
        return self._raw.signed(chunk, self._signs[chunk])


@dataclass(frozen=True, eq=False)
class _Column:
    """One attribute of stored maps, (N, 40, g, g), as (N, 1, g, g)."""

    stored: Any
    attribute: slice

    @property
    def shape(self) -> tuple[int, ...]:
        """Of what is stored."""
        return tuple(self.stored.shape)

    def __getitem__(self, rows: slice) -> Any:
        return self.stored[rows, self.attribute]


def _group(file: str) -> Any:
    with reading(Path(file)):
        return zarr.open_group(file, mode="r")
