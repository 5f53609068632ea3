"""The scores of one network for one attribute, a column per score: stored where they can be."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, fields
from threading import Lock
from typing import Any, Final
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

_MEASURING: Final = Lock()
"""All faces are measured for one viewer at a time: it takes some 300 MB, and two cores."""

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

    def at(self, score: str, faces: Sequence[int] | NDArray[np.integer[Any]]) -> Values:
        """A score of some faces: ``values[score][faces]``, for which no others are measured.

        Args:
            score: its name.
            faces: their places, (n,).

        Returns:
            (n,) float32.
        """
        places = np.asarray(faces, np.int64)
        if isinstance(self.values, _Values):
            return self.values.at(score, places)
        return self.values[score][places]


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
    source = _Source(audited, network, attribute, asked, of)
    values = _Values(source, missing)
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
    audited.region(conditions.mask, audited.attributes[0])
    audited.check("filled", conditions.filled, ("keep", "leave_out"))
    if not 0 <= conditions.threshold < 1:
        raise InputError(
            f"threshold: found {conditions.threshold}; expected 0 or more, and less than 1"
        )


class _Values(Mapping[str, Values]):
    """Columns that are had when they are first asked for."""

    def __init__(self, source: "_Source", missing: Mapping[str, str]) -> None:
        self._source, self._missing, self._had = source, missing, dict[str, Values]()

    def __getitem__(self, name: str) -> Values:
        if name not in self._had:
            self._had[name] = self.at(name, None)
        return self._had[name]

    def at(self, name: str, faces: NDArray[np.int64] | None) -> Values:
        if faces is not None and name in self._had:
            return self._had[name][faces]
        if name in self._missing or (faces is not None and not len(faces)):
            logits = self._source.of["logits"]
            return np.full_like(logits if faces is None else logits[faces], np.nan)
        return self._source.value(name, faces)

    def __iter__(self) -> Iterator[str]:
        return iter(SCORES)

    def __len__(self) -> int:
        return len(SCORES)


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


@dataclass(frozen=True, eq=False)
class _Source:
    """Where the scores of one network for one attribute come from, under some conditions."""

    audited: Audited
    network: str
    attribute: str
    asked: Conditions
    of: Mapping[str, Any]

    def value(self, name: str, faces: NDArray[np.int64] | None) -> Values:
        """A score of some faces, or of all."""
        some: Any = slice(None) if faces is None else faces
        if name == "confidence":
            return np.abs(self.of["logits"][some])
        kept, stored = _kept(self.audited), self.audited.stored_of(self.network)
        other = {
            each.name
            for each in fields(Conditions)
            if getattr(self.asked, each.name) != getattr(stored, each.name)
        }
        edited = self.asked.mask in self.audited.edited
        if edited:  # what is stored under this name is of another region
            other.add("mask")
        differs = other & SCORES[name].depends
        if not differs:
            place = self.audited.attribute_place(self.attribute)
            return np.asarray(kept.index.column(self.network, name)[place][some])
        if name in VERSIONED and differs <= {"mask", "placement"} and not edited:
            of_versions = ("versions", self.network, self.attribute, *self._matters(VERSIONED))
            found = kept.measured.of(
                of_versions,
                lambda: _of_versions(self.audited, self.network, self.attribute, self.asked),
            )
            if found:
                return found[name][some]
        return self._measured(name, faces)

    def _measured(self, name: str, faces: NDArray[np.int64] | None) -> Values:
        measure, names = (located_scores, LOCATED) if name in LOCATED else (counted_scores, COUNTED)
        measured = _kept(self.audited).measured
        key = (names, self.network, self.attribute, *self._matters(names))

        def make() -> dict[str, Values]:
            with _MEASURING if faces is None else nullcontext():
                return measure(
                    self.audited, self.network, self.attribute, self.asked, faces=faces, **self.of
                )

        if faces is None:
            return measured.of(key, make)[name]
        if (found := measured.known(key)) is not None:
            return found[name][faces]
        return measured.of((*key, faces.tobytes()), make)[name]

    def _matters(self, names: Sequence[str]) -> tuple[Any, ...]:
        """The conditions that some scores depend on."""
        matter = frozenset[str]().union(*(SCORES[each].depends for each in names))
        return tuple(getattr(self.asked, each) for each in sorted(matter))


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
