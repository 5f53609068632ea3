"""The networks of the study of attention, asked about faces of an audit.

A run begins with a network (*before*), and is compared with the same training by BCE alone
(*control*). All three are shown the audit's crops, which is fair where the study's have the same
side and scale. Nothing is written.
"""

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from threading import Lock
from typing import Any, Final
from weakref import WeakKeyDictionary

import numpy as np
from numpy.typing import NDArray

from heed.attention import paths
from heed.attention.drawn_region import PARAMS
from heed.attention.maps_settings import MapsParams
from heed.attention.plans import read_pairs
from heed.attention.run_settings import NetworkParams, PairParams
from heed.base.errors import HeedError, InputError
from heed.base.settings import load
from heed.celeba.attributes import ATTRIBUTE_COUNT
from heed.explain.names import STORED_METHODS, Layer
from heed.explain.placement import Placement
from heed.explorer.audited import Audited
from heed.explorer.own_networks import KEPT, Answer
from heed.explorer.remembered import Remembered
from heed.explorer.study_networks import study_networks
from heed.explorer.tiles import stored_faces
from heed.geometry.settings import CropParams
from heed.networks.settings import PYTHON

ANSWERS_KEPT: Final = 32 * 2**20
"""Bytes of answers that stay in memory: of 40 maps of 7 x 7 cells some 4,000."""


@dataclass(frozen=True, eq=False)
class RoleAnswers:
    """What one network of a run says of some faces.

    Attributes:
        name: of the entry of params.yaml, such as ``plain``.
        answers: by the name of the image.
        placements: by rule where the cells of its maps lie.
        problem: why it could not be asked, a sentence; then there is nothing else.
    """

    name: str
    answers: Mapping[str, Answer]
    placements: Mapping[str, Placement]
    problem: str | None = None


@dataclass(frozen=True, eq=False)
class RunAnswers:
    """What the networks of a run say of some faces.

    Attributes:
        study: folder of the study.
        run: name of the run.
        seed: of the trainings.
        method: of the maps.
        roles: by :data:`heed.explorer.study_networks.ROLES`; no control where the study has none.
        pairs: by attribute the pair that the run was led by when it was made.
        crop: of the faces.
    """

    study: Path
    run: str
    seed: int
    method: str
    roles: Mapping[str, RoleAnswers]
    pairs: Mapping[str, PairParams]
    crop: CropParams


def common_crop(audited: Audited, study: str | os.PathLike[str]) -> CropParams:
    """How the audit's crops are cut; those of the study must have the same side and scale.

    Raises:
        InputError: their sides or scales differ.
    """
    own, other = audited.path / PARAMS, Path(study, PARAMS)
    here, there = load(CropParams, own), load(CropParams, other)
    for name in ("size", "scale"):
        found, expected = getattr(there, name), getattr(here, name)
        if found != expected:
            raise InputError(
                f"{other}: crop.{name}: found {found:g}, and {expected:g} in {own}: the networks "
                "of the study have learned from other crops than those of the audited faces, and "
                "are not asked about them; give both the same crop, and run `dvc repro` in both"
            )
    return here


def run_answers(
    audited: Audited,
    study: str | os.PathLike[str],
    run: str,
    images: Sequence[str],
    method: str = "gradcam",
) -> RunAnswers:
    """Ask the networks before and after a run, and the control, about faces of the audit.

    One forward pass each, of all faces that it was not asked about before. What it answered is
    kept for as long as its file is the same. They run on the CPU, in float32.

    Args:
        audited: whose crops they see.
        study: folder of the study.
        run: one of its runs that led maps.
        images: names of the faces.
        method: of the maps, one of :data:`heed.explain.names.STORED_METHODS`.

    Returns:
        The answers; a network that could not be asked has a sentence instead.

    Raises:
        InputError: there is no such run, face or method, no weights before or after the run, or
            the study's crops are others.
    """
    folder = Path(study)
    audited.check("method", method, STORED_METHODS)
    crop = common_crop(audited, folder)
    networks = study_networks(folder)
    roles, seed = networks.roles(run), networks.seed(run)
    crops = {image: stored_faces(audited).crop(image) for image in images}
    asked = _asked.get(audited) or _asked.setdefault(audited, _Asked())
    found = {}
    for role, name in roles.items():
        try:
            file = networks.weights[name].get(seed)
            if file is None:
                raise InputError(f"{name}: found no weights of seed {seed}; run `dvc repro`")
            found[role] = asked.answers(name, file, folder / PARAMS, method, crops)
        except HeedError as error:
            found[role] = RoleAnswers(name, {}, {}, f"{name} is left out: {error}")
    return RunAnswers(folder, run, seed, method, found, _led(folder, run), crop)


def _led(folder: Path, run: str) -> dict[str, PairParams]:
    """By attribute the pair of a run; none where its file is lost: maps can do without."""
    try:
        pairs = read_pairs(folder / paths.guided(run))
    except (OSError, ValueError, LookupError, TypeError):
        return {}
    return {pair.attribute: pair for pair in pairs.values()}


class _Asked:
    """The networks that were asked last, and what they answered; for several threads at once."""

    def __init__(self) -> None:
        self._kept: Remembered[tuple[Any, dict[str, Placement]]] = Remembered(KEPT, _weight)
        self._answers: Remembered[Answer] = Remembered(ANSWERS_KEPT, _bytes)
        self._turn = Lock()

    def answers(
        self,
        name: str,
        file: Path,
        params: Path,
        method: str,
        crops: Mapping[str, NDArray[np.uint8]],
    ) -> RoleAnswers:
        """What one network says of some faces."""
        if not crops:
            return RoleAnswers(name, {}, {})
        maps, python = load(MapsParams, params), load(NetworkParams, params).name.startswith(PYTHON)
        key = (str(file), _stamp(file), method, maps.layer, python)
        some = next(iter(crops.values()))
        with self._turn:  # two threads in one network would meet each other's modes
            found = {image: self._answers.known((*key, image)) for image in crops}
            explainer, placements = self._kept.of(
                key, lambda: _explaining(file, method, maps.layer, some, run_python=python)
            )
            new = [image for image, answer in found.items() if answer is None]
            if new:
                said = explainer(np.stack([crops[image] for image in new]), len(new))
                for place, image in enumerate(new):
                    make = partial(_answer, said, place, affine=explainer.affine)
                    found[image] = self._answers.of((*key, image), make)
        return RoleAnswers(name, {k: v for k, v in found.items() if v is not None}, placements)


_asked: WeakKeyDictionary[Audited, _Asked] = WeakKeyDictionary()


def _explaining(
    file: Path, method: str, layer: str, crop: NDArray[np.uint8], *, run_python: bool
) -> tuple[Any, dict[str, Placement]]:
    """What explains a network of the study, and where the cells of its maps lie."""
    from heed.explain.catalogue import METHODS  # torch takes seconds
    from heed.explain.explainers import explainer_of, placements_of
    from heed.networks.other import OtherNetwork
    from heed.networks.weights import load_network

    network = load_network(file, ATTRIBUTE_COUNT, run_python=run_python)
    if isinstance(network, OtherNetwork):
        network.layer = layer
    own: Layer = "after_relu" if layer == "after_relu" else "before_relu"
    methods = {method: METHODS[method]}
    explainer = explainer_of(network, methods, own, crop[None], ATTRIBUTE_COUNT)
    cells = explainer(crop[None], 1).maps[method].shape[-1]
    placements, _ = placements_of(explainer, len(crop), cells)
    return explainer, {str(rule): placement for rule, placement in placements.items()}


def _answer(said: Any, place: int, *, affine: bool) -> Answer:
    contribution = said.contribution[place]
    if not affine:
        contribution = np.full_like(contribution, np.nan)
    # Copies: a part of the batch would keep all of it.
    maps = {name: each[place].copy() for name, each in said.maps.items()}
    return Answer(said.logits[place].copy(), contribution.copy(), maps)


def _stamp(file: Path) -> tuple[int, int]:
    try:
        found = file.stat()
    except OSError as error:
        raise InputError(f"{file}: cannot be read ({error.strerror}); run `dvc repro`") from None
    return found.st_mtime_ns, found.st_size


def _weight(kept: tuple[Any, dict[str, Placement]]) -> int:
    return sum(each.nbytes for each in kept[0].network.state_dict().values())


def _bytes(answer: Answer) -> int:
    return sum(each.nbytes for each in (answer.logits, answer.contribution, *answer.maps.values()))
