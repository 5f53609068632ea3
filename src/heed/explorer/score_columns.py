"""The scores of one network for one attribute, a column per score: stored where they can be."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, fields
from functools import partial
from typing import Final
from weakref import WeakKeyDictionary

import numpy as np
import pyarrow.compute as pc
import pyarrow.parquet as pq
from numpy.typing import NDArray

from heed.base.errors import InputError
from heed.explorer.audited import Audited
from heed.explorer.conditions import Conditions
from heed.explorer.measured import COUNTED, LOCATED, counted_scores, located_scores
from heed.explorer.remembered import Remembered
from heed.explorer.score_index import ScoreIndex
from heed.explorer.score_names import SCORES, ScoreName
from heed.explorer.stored_networks import unpacking

__all__ = ["GROUPS", "SCORES", "ScoreColumns", "ScoreName", "columns"]

GROUPS: Final = ("hits", "misses", "false_alarms", "correct_rejections")
"""What a decision is, in the order of the numbers in ``ScoreColumns.group``: present and predicted
so, present and not, absent and predicted present, absent and predicted so."""

VERSIONED: Final = ("amr", "proportional_energy")
"""The scores that ``data/score_versions`` has against every version of the masks."""

MEASURED_BYTES: Final = 64 * 2**20
"""Of columns that were measured at once, and are kept."""

Values = NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class ScoreColumns:
    """The scores of N faces, in the order of :attr:`Audited.images`.

    Attributes:
        network: ``<model>/<replicate>``.
        attribute: of which.
        conditions: under which.
        label: (N,) int8, the true class, -1 or +1.
        logit: (N,) float32; present is predicted from 0 on.
        group: (N,) uint8, places in :data:`GROUPS`.
        values: by name in :data:`SCORES` (N,) float32, NaN where a score is missing; each is read
            or measured when it is first asked for.
        missing: of the scores that cannot be had under these conditions, which are NaN throughout,
            why not.
    """

    network: str
    attribute: str
    conditions: Conditions
    label: NDArray[np.int8]
    logit: Values
    group: NDArray[np.uint8]
    values: Mapping[str, Values]
    missing: Mapping[str, str]


def columns(
    audited: Audited, network: str, attribute: str, conditions: Conditions | None = None
) -> ScoreColumns:
    """The scores of one network for one attribute.

    They are those that the stage ``score`` wrote, where the conditions are the same or do not
    matter; else those of ``score_versions``; else they are measured at once from raw maps and masks
    (:mod:`heed.explorer.measured`), and the latest are kept.

    Args:
        audited: the audit.
        network: one of its networks.
        attribute: one of its attributes.
        conditions: of the scores; those that are stored by default.

    Raises:
        InputError: there is no such network, attribute, method, target or version of the masks; or
            a file is damaged. Reading a value may raise it too.
    """
    stored = audited.stored_of(network)
    asked = stored if conditions is None else conditions
    place = audited.attribute_place(attribute)
    check_conditions(audited, asked)
    index = _kept(audited).index
    label = index.column(network, "label")[place].astype(np.int8)
    logit = np.asarray(index.column(network, "logit")[place])
    missing = _missing(audited, network, asked)
    contribution = index.column(network, "contribution")[place]
    if np.isnan(contribution).all():
        said = f"{network}: its head is not affine, so that its logits have no part of the image"
        missing |= dict.fromkeys(("contribution", "contribution_share", "bias_share"), said)
    group = np.select(
        [(label > 0) & (logit >= 0), label > 0, logit >= 0], [0, 1, 2], default=3
    ).astype(np.uint8)
    of = {"logits": logit, "labels": label}
    values = _Values(
        {
            name: partial(_value, audited, network, attribute, asked, name, of)
            if name not in missing
            else partial(np.full, len(label), np.nan, np.float32)
            for name in SCORES
        }
    )
    return ScoreColumns(network, attribute, asked, label, logit, group, values, missing)


def read_ahead(audited: Audited) -> None:
    """Read all stored scores, so that nothing waits for them later; for a thread of its own.

    Raises:
        InputError: a file is damaged.
    """
    index = _kept(audited).index
    for name in ("label", "logit", *(name for name, score in SCORES.items() if score.stored)):
        for network in audited.networks:
            index.column(network, name)


def check_conditions(audited: Audited, conditions: Conditions) -> None:
    """Refuse a method, target, placement or version of the masks that the audit has not.

    Raises:
        InputError: naming it, and those that there are.
    """
    audited.check("method", conditions.method, (*audited.methods, audited.stored.method))
    audited.check("target", conditions.target, audited.targets)
    audited.check("placement", conditions.placement, audited.placements)
    audited.check("mask", conditions.mask, audited.mask_versions)
    audited.check("filled", conditions.filled, ("keep", "leave_out"))
    if not 0 <= conditions.threshold < 1:
        raise InputError(
            f"threshold: found {conditions.threshold}; expected 0 or more, and less than 1"
        )


class _Values(Mapping[str, Values]):
    """Columns that are made when they are first asked for."""

    def __init__(self, makers: Mapping[str, Callable[[], Values]]) -> None:
        self._makers, self._made = makers, dict[str, Values]()

    def __getitem__(self, name: str) -> Values:
        if name not in self._made:
            self._made[name] = self._makers[name]()
        return self._made[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._makers)

    def __len__(self) -> int:
        return len(self._makers)


class _Kept:
    """What is read and measured of one audit."""

    def __init__(self, audited: Audited) -> None:
        files = {name: audited.path / audited.scores_file(name) for name in audited.networks}
        self.index = ScoreIndex(files, audited.images, audited.attributes)
        self.measured: Remembered[dict[str, Values]] = Remembered(
            MEASURED_BYTES, lambda found: sum(each.nbytes for each in found.values())
        )


_OF_AUDITS: WeakKeyDictionary[Audited, _Kept] = WeakKeyDictionary()


def _kept(audited: Audited) -> _Kept:
    with audited.lock:
        if audited not in _OF_AUDITS:
            _OF_AUDITS[audited] = _Kept(audited)
        return _OF_AUDITS[audited]


def _missing(audited: Audited, network: str, conditions: Conditions) -> dict[str, str]:
    """The scores of maps, where a network's maps cannot be drawn as it is asked."""
    if conditions.placement in audited.placements_of(network):
        return {}
    said = (
        f"{network}: where its cells lie by the rule {conditions.placement} could not be told from "
        "its layers"
    )
    return {name: said for name, score in SCORES.items() if "placement" in score.depends}


def _value(
    audited: Audited,
    network: str,
    attribute: str,
    asked: Conditions,
    name: str,
    of: dict[str, NDArray[np.generic]],
) -> Values:
    if name == "confidence":
        return np.abs(np.asarray(of["logits"], np.float32))
    kept, stored = _kept(audited), audited.stored_of(network)
    other = {
        each.name
        for each in fields(Conditions)
        if getattr(asked, each.name) != getattr(stored, each.name)
    }
    differs = other & SCORES[name].depends
    if not differs:
        place = audited.attribute_place(attribute)
        return np.asarray(kept.index.column(network, name)[place])
    if name in VERSIONED and differs <= {"mask", "placement"}:
        key = ("versions", network, attribute, asked.placement, asked.mask)
        found = kept.measured.of(key, lambda: _of_versions(audited, network, attribute, asked))
        if found:
            return found[name]
    measure, names = (located_scores, LOCATED) if name in LOCATED else (counted_scores, COUNTED)
    matters = frozenset().union(*(SCORES[each].depends for each in names))
    chosen = tuple(getattr(asked, each) for each in sorted(matters))
    key = (measure.__name__, network, attribute, *chosen)
    return kept.measured.of(key, lambda: measure(audited, network, attribute, asked, **of))[name]


def _of_versions(
    audited: Audited, network: str, attribute: str, asked: Conditions
) -> dict[str, Values]:
    """AMR and PE from ``data/score_versions``; nothing where it has none under these conditions."""
    path = audited.path / audited.score_versions_file(network)
    if not path.is_file():
        return {}
    wanted = [f"{score}.{attribute}" for score in VERSIONED]
    with unpacking(path):
        table = pq.read_table(path, columns=["face", "placement", "version", *wanted])
    rows = pc.and_(
        pc.equal(table["placement"], asked.placement), pc.equal(table["version"], asked.mask)
    )
    table = table.filter(rows)
    faces = np.asarray(table["face"])
    if not np.array_equal(np.sort(faces), np.arange(len(audited.images))):
        return {}
    found = {}
    for score, column in zip(VERSIONED, wanted, strict=True):
        values = np.empty(len(faces), np.float32)
        values[faces] = np.asarray(table[column])
        found[score] = values
    return found
